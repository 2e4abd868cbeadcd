"""Demo data: believable, repeatable, and the same rows by either path."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F

from coaching.demo import SIGN_INS
from coaching.demo.by_actions import ByActions
from coaching.demo.in_bulk import InBulk
from coaching.demo.people import People
from coaching.demo.score import compose
from coaching.launcher.preparation import DEMO_ENGAGEMENTS, DEMO_SEED
from engagements.actions.standings import keep_standings
from engagements.actions.texts import open_texts
from engagements.models import (
    Agreement,
    AuditEvent,
    Engagement,
    EngagementKey,
    Executive,
    Objective,
    SealedText,
    Session,
    SessionMove,
    Standing,
    Status,
    User,
)
from trust.models import CheckIn, Flag, Judgement, Reading

TODAY = "2026-03-18"
NOW = datetime(2026, 3, 18, 10, 0, tzinfo=UTC)
# What differs between two loads by nature: keys, random tokens, sealed bytes, and the moment a key was made.
BY_CHANCE = {"id", "token_hash", "nonce", "sealed", "wrapped", "wrapped_by", "subject_id", "password"}
# How a row is named without its key.
NAMED_BY = {
    "engagement": "executive__email",
    "session": "engagement__executive__email",
}


def seed(**options):
    as_run = {"engagements": DEMO_ENGAGEMENTS, "seed": DEMO_SEED, "today": TODAY, "verbosity": 0}
    call_command("seed_demo", **as_run | options)


def plain(model, **names):
    """All rows of a table as plain values, people and engagements by their e-mail addresses, in a fixed order."""
    fields = [field for field in model._meta.concrete_fields if field.name not in BY_CHANCE]
    columns = [field.name for field in fields if not field.is_relation]
    people = {f"{field.name}_": F(f"{field.name}__email") for field in fields if field.related_model is User}
    rows = model.objects.annotate(**people, **{name: F(path) for name, path in names.items()})
    return sorted(repr(row) for row in rows.values(*columns, *people, *names))


def everything():
    """What the demo leaves in the tables of an engagement, comparable between two databases."""
    engagement = {"of_engagement": "engagement__executive__email"}
    session = {"of_session": "session__engagement__executive__email", "of_start": "session__starts_at"}
    return {
        "executives": plain(Executive, in_organization="organization__name"),
        "engagements": plain(Engagement, of_engagement="executive__email", in_program="program__name"),
        "keys": [EngagementKey.objects.count()],
        "agreements": plain(Agreement, **engagement),
        "objectives": plain(Objective, **engagement),
        "sessions": plain(Session, **engagement),
        "moves": plain(SessionMove, **session),
        "readings": plain(Reading, **session),
        "check-ins": plain(CheckIn, **session),
        "texts": plain(SealedText, **engagement),
        "standings": plain(Standing, **engagement),
        "words": words(),
    }


def words():
    """Every sealed text, opened: who may read it is not the question here."""
    rows = {row.pk: row for row in SealedText.objects.select_related("engagement__executive")}
    opened = open_texts(rows.values())
    return sorted(
        (row.engagement.executive.email, row.kind, row.written_at, row.revision, row.is_current, opened[pk])
        for pk, row in rows.items()
    )


def clear():
    for model in (Flag, Judgement, CheckIn, Reading, SessionMove, Session, SealedText, Objective, Agreement):
        model.objects.all().delete()
    for model in (EngagementKey, Engagement, Executive):
        model.objects.all().delete()


@pytest.fixture
def people(db):
    return People(password="a long test phrase", now=NOW)


def test_the_bulk_path_leaves_the_rows_that_the_actions_leave(people):
    scores = [compose(number, seed=7, now=NOW) for number in range(40)]
    ByActions(people, scores, has_method=False).play_until(NOW)
    keep_standings(Engagement.objects.values_list("pk", flat=True), NOW)
    by_actions = everything()
    clear()
    InBulk(people).perform(scores)
    in_bulk = everything()
    assert len(by_actions["sessions"]) > 250
    for table, rows in by_actions.items():
        assert in_bulk[table] == rows, table


def test_the_same_seed_and_day_give_the_same_data(people):
    InBulk(people).perform([compose(number, seed=3, now=NOW) for number in range(20)])
    first = everything()
    clear()
    InBulk(people).perform([compose(number, seed=3, now=NOW) for number in range(20)])
    assert everything() == first
    clear()
    InBulk(people).perform([compose(number, seed=4, now=NOW) for number in range(20)])
    assert everything()["readings"] != first["readings"]


def test_in_bulk_flags_have_ages_and_answers_too(db):
    seed(engagements=41, path="bulk")
    opened = Flag.objects.open().alarms()
    assert opened.dates("opened_at", "day").count() > 3
    assert opened.filter(responded_at__isnull=False, responded_at__lte=NOW).exists()
    assert opened.filter(responded_at__isnull=True).exists()


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The demo as `make run` loads it: once for all tests below, because it takes some seconds."""
    with django_db_blocker.unblock():
        seed()
        yield
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def demo(loaded, db):
    """The loaded demo; what a test changes in it is undone."""


def test_every_status_and_every_kind_of_session_is_there(demo):
    assert set(Engagement.objects.values_list("status", flat=True)) == set(Status.values)
    assert set(Session.objects.values_list("status", flat=True)) == {"SCHEDULED", "HELD", "CANCELLED", "MISSED"}
    assert {"COACH", "EXECUTIVE"} <= set(Session.objects.values_list("cancelled_by", flat=True))
    assert SessionMove.objects.exists()
    assert Session.objects.earliest("starts_at").starts_at < NOW - timedelta(days=400)
    assert Session.objects.upcoming(NOW).count() > 20
    assert Engagement.objects.active().filter(agreements__executive_accepted_on__isnull=True).count() == 0


def test_the_engine_finds_the_courses_that_were_written(demo):
    states = set(Judgement.objects.filter(engagement__status="ACTIVE").values_list("state", flat=True))
    assert {"BUILDING", "TRUSTED", "REGRESSING", "TOO_EARLY", "NO_DATA", "FLAT_AT_MAXIMUM"} <= states
    alarms = Flag.objects.alarms()
    assert {"REGRESSING", "STALLED", "QUIET", "MISSED"} <= set(alarms.values_list("kind", flat=True))
    assert {"REGRESSING", "QUIET"} <= set(alarms.open().values_list("kind", flat=True))
    assert {"RESOLVED", "CLEARED"} <= set(Flag.objects.values_list("closing", flat=True))
    assert Flag.objects.open().alarms().values("opened_at").distinct().count() > 2, "flags of different ages"
    assert Flag.objects.filter(responded_at__isnull=False).exists()


def test_check_ins_are_answered_skipped_and_kept_to_oneself(demo):
    assert {"ANSWERED", "SENT"} <= set(CheckIn.objects.values_list("status", flat=True))
    assert set(Reading.objects.filter(voice="EXECUTIVE").values_list("is_shared", flat=True)) == {True, False}
    assert Reading.objects.filter(voice="COACH", repair__isnull=True).exists()


def test_the_first_coach_has_a_full_week(demo):
    own = Session.objects.filter(engagement__coach__email=SIGN_INS[0]["email"])
    assert own.scheduled().filter(starts_at__date=NOW.date()).count() == 2
    assert own.to_log(NOW).count() >= 2
    assert Flag.objects.open().filter(engagement__coach__email=SIGN_INS[0]["email"]).exists()


def test_nothing_happens_before_it_can_or_after_today(demo):
    assert not AuditEvent.objects.filter(at__gt=NOW).exists()
    assert not Session.objects.filter(logged_at__lt=F("starts_at")).exists()
    assert not Session.objects.filter(created_at__gt=F("starts_at"), kind="COACHING").exists()
    assert not Reading.objects.filter(recorded_at__lt=F("session__starts_at")).exists()


def test_sessions_of_one_coach_do_not_share_the_same_start(demo):
    same = Session.objects.exclude(status="CANCELLED").values("engagement__coach", "starts_at").annotate(n=Count("pk"))
    assert same.filter(n__gt=1).count() <= 2  # moved sessions may clash, as in life


def test_the_sign_ins_work(demo, client):
    for sign_in in SIGN_INS:
        assert client.login(email=sign_in["email"], password=sign_in["password"]), sign_in["role"]
    coach, manager, both, administrator = (User.objects.get(email=one["email"]) for one in SIGN_INS)
    assert (coach.holds_coach_profile, coach.manages_a_program) == (True, False)
    assert (manager.holds_coach_profile, manager.manages_a_program) == (False, True)
    assert (both.holds_coach_profile, both.manages_a_program) == (True, True)
    assert administrator.is_administrator


def test_the_actions_leave_an_audit_trail_of_the_right_days(demo):
    held = Session.objects.held().first()
    trail = AuditEvent.objects.filter(subject_id=held.pk)
    assert trail.get(verb="session.held").at == held.logged_at
    assert trail.get(verb="session.scheduled").at == held.created_at


def test_a_database_with_people_is_refused(demo):
    with pytest.raises(CommandError, match="--add"):
        seed()


def test_adding_begins_with_fresh_people(demo):
    seed(engagements=3, add=True, no_judge=True)
    seed(engagements=3, add=True, no_judge=True, path="bulk")
    assert Engagement.objects.count() == 46
    assert User.objects.filter(email="coach01@demo.example").count() == 1


@pytest.mark.parametrize("wrong", [{"engagements": 0}, {"seed": -1}, {"engagements": 10**9}])
def test_impossible_numbers_are_refused_in_words(db, wrong):
    with pytest.raises(CommandError, match="Give 1 to"):
        seed(**wrong)


@pytest.mark.parametrize("day", ["soon", "1999-01-01", "2026-02-31"])
def test_an_impossible_day_is_refused_in_words(db, day):
    with pytest.raises(CommandError):
        call_command("seed_demo", f"--today={day}")


def test_every_demo_person_is_recognisably_demo(demo):
    for email in [*User.objects.values_list("email", flat=True), *Executive.objects.values_list("email", flat=True)]:
        assert email.endswith("@demo.example")
    for name in [*User.objects.values_list("name", flat=True), *Executive.objects.values_list("name", flat=True)]:
        assert name.startswith("Demo ")
