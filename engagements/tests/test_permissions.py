"""Each rule and each verb, asked for everybody. What a table does not name, that person does not see."""

import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest

from coaching.tests.cast import at
from engagements import permissions
from engagements.actions.audit import record
from engagements.actions.hours import save_outside_hours
from engagements.models import (
    Agreement,
    ApiToken,
    AuditEvent,
    CalendarFeed,
    Conversation,
    Executive,
    FollowUp,
    ImportRun,
    Look,
    Objective,
    OutsideHours,
    RematchRequest,
    ReportLine,
    SavedView,
    SealedText,
    Session,
    SponsorReport,
    User,
    Webhook,
    WebhookDelivery,
)
from engagements.tests.onlookers import allowed, seen_by_each

ALL = {"mine", "other", "of_bo", "of_fay"}
IN_ONE, IN_TWO = {"mine", "of_fay"}, {"other", "of_bo"}
CONFIDED = {"cora": {"mine"}, "otto": {"other"}, "bo": {"of_bo"}}
MANAGED = {"pia": IN_ONE, "petra": IN_TWO, "pax": IN_TWO, "bo": ALL}
SEEN = {"cora": {"mine"}, "otto": {"other"}, **MANAGED}

OWN = {
    "OBJECTIVE", "SESSION_SUMMARY", "EXPERIMENT", "EXPERIMENT_SITUATION", "EXPERIMENT_STEP", "CONFIDENTIALITY_USE",
    "REQUEST", "REQUEST_ANSWER", "RELEASED", "REPORT_LINE",
}  # fmt: skip
KINDS = sorted(OWN | {"SESSION_NOTE", "DRIVER", "DRIVER_EVIDENCE", "ENDING", "FOLLOW_UP", "RUPTURE", "REPAIR"})


@pytest.fixture
def world(onlookers, db):
    return onlookers


def test_who_is_coach_manager_and_administrator(world):
    assert allowed(world.people, permissions.is_coach) == {"cora", "otto", "bo"}
    assert allowed(world.people, permissions.is_program_manager) == {"pia", "petra", "pax", "bo"}
    assert allowed(world.people, permissions.is_administrator) == {"ada"}
    for role in (permissions.is_coach, permissions.is_program_manager, permissions.is_administrator):
        assert role(None) is False
    assert not User.objects.filter(permissions.NOTHING).exists()


def test_engagements_are_confided_to_their_coach_and_managed_by_their_managers(world):
    people, engagements = world.people, world.engagements
    assert seen_by_each(people, permissions.engagements_confided_to, engagements) == CONFIDED
    assert seen_by_each(people, permissions.engagements_managed_by, engagements) == MANAGED
    assert seen_by_each(people, permissions.engagements_seen_by, engagements) == SEEN


def test_the_rules_of_engagements_hold_from_a_session_as_well(world):
    sessions = {
        name: Session.objects.create(engagement=engagement, starts_at=at(3), minutes=60)
        for name, engagement in world.engagements.items()
    }
    Session.objects.exclude(pk__in=[session.pk for session in sessions.values()]).delete()
    prefix = {"prefix": "engagement__"}
    assert seen_by_each(world.people, permissions.engagements_confided_to, sessions, **prefix) == CONFIDED
    assert seen_by_each(world.people, permissions.engagements_managed_by, sessions, **prefix) == MANAGED
    assert seen_by_each(world.people, permissions.engagements_seen_by, sessions, **prefix) == SEEN


def test_no_manager_who_is_part_of_an_engagement_is_told_that_another_match_is_wanted(world):
    told = {"pia": IN_ONE, "petra": IN_TWO, "pax": {"other"}, "bo": ALL - {"of_bo"}}  # Bo coaches it, Pax is coached
    assert seen_by_each(world.people, permissions.rematches_told_to, world.engagements) == told
    asked = {name: RematchRequest.objects.create(engagement=row) for name, row in world.engagements.items()}
    from_request = seen_by_each(world.people, permissions.rematches_told_to, asked, prefix="engagement__")
    assert from_request == told


@pytest.mark.parametrize("written", ["petra@people.example", "PETRA@PEOPLE.EXAMPLE", "Petra@People.example"])
def test_a_manager_is_the_executive_by_their_address_however_it_is_written(world, written):
    petra, other = world.people["petra"], world.engagements["other"]
    User.objects.filter(pk=petra.pk).update(email="Petra@people.example")
    Executive.objects.filter(pk=other.executive_id).update(email=written)
    petra = User.objects.get(pk=petra.pk)
    told = seen_by_each({"petra": petra}, permissions.rematches_told_to, world.engagements)
    assert told == {"petra": {"of_bo"}}
    about = seen_by_each({"petra": petra}, permissions.engagements_about, world.engagements)
    assert about == {"petra": {"other"}}


def test_programs_are_managed_seen_and_managed_from_outside(world):
    people, programs = world.people, world.programs
    one, two = {"one"}, {"two"}
    managed = {"pia": one, "petra": two, "pax": two, "bo": one | two}
    assert seen_by_each(people, permissions.programs_managed_by, programs) == managed
    assert seen_by_each(people, permissions.programs_seen_by, programs) == {**managed, "cora": one, "otto": two}
    outside = {"pia": one, "petra": two, "bo": one}  # Bo coaches in two, Pax is coached there
    assert seen_by_each(people, permissions.programs_managed_from_outside_by, programs) == outside
    assert allowed(people, permissions.manages_from_outside, programs["one"]) == {"pia", "bo"}
    assert allowed(people, permissions.manages_from_outside, programs["two"]) == {"petra"}


def test_a_stated_objective_is_disclosed_by_the_agreement_in_force_to_its_managers(world):
    people, engagements = world.people, world.engagements

    def disclosed():
        return seen_by_each(people, permissions.objectives_disclosed_to, engagements)

    assert disclosed() == {}
    opened = [engagements["mine"].pk, engagements["other"].pk]
    Agreement.objects.filter(engagement_id__in=opened).update(discloses_objective=True)
    assert disclosed() == {"pia": {"mine"}, "petra": {"other"}, "pax": {"other"}, "bo": {"mine", "other"}}
    objectives = {name: Objective.objects.filter(engagement=row).get() for name, row in engagements.items()}
    from_objective = seen_by_each(people, permissions.objectives_disclosed_to, objectives, prefix="engagement__")
    assert from_objective == disclosed()
    Agreement.objects.filter(engagement=engagements["mine"]).update(sponsor_accepted_on=None)
    Agreement.objects.filter(engagement=engagements["other"]).update(executive_accepted_on=None)
    assert disclosed() == {}


def test_people_are_seen_through_engagements(world):
    people, engagements = world.people, world.engagements
    executives = {name: engagement.executive for name, engagement in engagements.items()}
    assert seen_by_each(people, permissions.executives_seen_by, executives) == SEEN
    coaches = {name: engagement.coach for name, engagement in engagements.items()}
    assert seen_by_each(people, permissions.people_coaching_for, coaches) == MANAGED


def test_coaches_who_may_sign_in_are_offered_to_managers(world):
    everybody = {name: user for name, user in world.people.items() if user.pk and not name.endswith("_asleep")}
    offered = {"cora", "otto", "bo"}
    managers = {"pia", "petra", "pax", "bo"}
    rule = permissions.coaches_offered_to
    assert seen_by_each(world.people, rule, everybody) == dict.fromkeys(managers, offered)
    User.objects.filter(pk=world.people["otto"].pk).update(is_active=False)
    assert seen_by_each(world.people, rule, everybody) == dict.fromkeys(managers, offered - {"otto"})


def test_what_is_a_persons_own_is_for_nobody_else(world):
    people = {name: user for name, user in world.people.items() if name != "nobody"}
    awake = {name: user for name, user in people.items() if not name.endswith("_asleep")}
    runs = {
        name: ImportRun.objects.create(
            owner=user, kind="ROSTER", wrapped_key=b"k", sealed_name=b"n", expires_at=at(1), status="REVIEW"
        )
        for name, user in awake.items()
    }
    own = {name: {name} for name in awake}
    assert seen_by_each(world.people, permissions.import_runs_of, runs) == own
    looks = {name: look(who_id=user.pk, subject_type="PROGRAM", key=name) for name, user in awake.items()}
    look(who_id=None, subject_type="PROGRAM", key="by link")
    assert seen_by_each(people, permissions.looks_of, looks) == own

    coaches = {name: {name} for name in ("cora", "otto", "bo")}
    feeds = {name: CalendarFeed.objects.create(user=user, nonce=name, token_hash=name) for name, user in awake.items()}
    assert seen_by_each(world.people, permissions.calendar_feeds_of, feeds) == coaches
    today = at().date()
    for user in awake.values():
        save_outside_hours(coach=user, by=user, now=at(), client="Client", starts_on=today, ends_on=today)
    hours = {name: OutsideHours.objects.get(coach=user) for name, user in awake.items()}
    assert seen_by_each(world.people, permissions.outside_hours_of, hours) == coaches


def test_views_tokens_and_webhooks_are_their_persons_own(world):
    awake = {who: user for who, user in world.people.items() if user.is_active}
    own = {name: {name} for name in awake}
    views = {name: SavedView.objects.create(user=user, name="Mine") for name, user in awake.items()}
    assert seen_by_each(world.people, permissions.saved_views_of, views) == own
    tokens = {
        name: ApiToken.objects.create(user=user, name="Mine", token_hash=name, hint="h", expires_at=at(9))
        for name, user in awake.items()
    }
    assert seen_by_each(world.people, permissions.api_tokens_of, tokens) == own
    hooks = {
        name: Webhook.objects.create(user=user, url="https://w.example/", nonce=name) for name, user in awake.items()
    }
    assert seen_by_each(world.people, permissions.webhooks_of, hooks) == own
    sent = {
        name: WebhookDelivery.objects.create(
            webhook=hook, event="FLAG_OPENED", key=name, engagement_id=uuid.uuid4(), subject_id=uuid.uuid4()
        )
        for name, hook in hooks.items()
    }
    assert seen_by_each(world.people, permissions.webhooks_of, sent, prefix="webhook__") == own


def test_sponsor_reports_and_their_lines_are_for_managers_of_the_program(world):
    day, managed = at(-40).date(), {"pia": {"one"}, "petra": {"two"}, "pax": {"two"}, "bo": {"one", "two"}}
    reports = {
        name: SponsorReport.objects.create(program=program, period_from=day, period_until=day)
        for name, program in world.programs.items()
    }
    assert seen_by_each(world.people, permissions.reports_managed_by, reports) == managed
    place = {"one": "mine", "two": "other"}
    lines = {
        name: ReportLine.objects.create(
            report=report, engagement=world.engagements[place[name]], position=1, kind="PROGRESS"
        )
        for name, report in reports.items()
    }
    assert seen_by_each(world.people, permissions.reports_managed_by, lines, prefix="report__") == managed


def test_a_conversation_is_taken_back_by_whoever_noted_it_while_they_manage(world):
    noted = Conversation(engagement=world.engagements["mine"], noted_by=world.people["pia"])
    assert allowed(world.people, permissions.can_take_back_conversation, noted) == {"pia"}
    noted.noted_by = world.people["rita"]
    assert allowed(world.people, permissions.can_take_back_conversation, noted) == set()


def test_the_trail_of_an_engagement_is_for_its_coach(world):
    AuditEvent.objects.all()._raw_delete("default")
    record(by=None, verb="about.nobody", subject=world.people["cora"], now=at())
    events = {
        name: record(by=None, verb="about.it", subject=engagement, engagement=engagement, now=at())
        for name, engagement in world.engagements.items()
    }
    assert seen_by_each(world.people, permissions.audit_confided_to, events) == CONFIDED


def test_the_ledger_is_about_the_engagement_its_executive_and_its_program_since_it_exists(world):
    mine, other = world.engagements["mine"], world.engagements["other"]
    began = mine.created_at
    about = {"ENGAGEMENT": mine.pk, "EXECUTIVE": mine.executive_id, "PROGRAM": mine.program_id}
    elsewhere = {"ENGAGEMENT": other.pk, "EXECUTIVE": other.executive_id, "PROGRAM": other.program_id}
    for kind, pk in about.items():
        look(subject_type=kind, subject_id=pk, first_at=began, key=f"its {kind}")
        look(subject_type=kind, subject_id=pk, first_at=began - timedelta(seconds=1), key=f"earlier {kind}")
        look(subject_type=kind, subject_id=elsewhere[kind], first_at=began, key=f"elsewhere {kind}")
        for wrong in set(about) - {kind}:
            look(subject_type=wrong, subject_id=pk, first_at=began, key=f"{kind} taken for {wrong}")
    keys = set(Look.objects.filter(permissions.looks_about(mine)).values_list("key", flat=True))
    assert keys == {"its ENGAGEMENT", "its EXECUTIVE", "its PROGRAM", "earlier ENGAGEMENT", "earlier EXECUTIVE"}


def test_the_executive_reads_own_words_and_opinions_only_where_given_out(world):
    SealedText.objects.all().delete()
    for engagement in world.engagements.values():
        for kind in KINDS:
            SealedText.objects.create(
                engagement=engagement, kind=kind, subject_id=engagement.pk, revision=1, sealed=b"sealed"
            )
    mine = world.engagements["mine"]
    own = SealedText.objects.filter(permissions.texts_open_to_executive(mine))
    opinions = SealedText.objects.filter(permissions.texts_of_opinion(mine))
    assert {row.kind for row in own} == OWN
    assert {row.kind for row in opinions} == set(KINDS) - OWN
    assert {row.engagement_id for row in (*own, *opinions)} == {mine.pk}


def test_answers_to_follow_ups_are_the_executives_own_only_where_the_executive_was_asked(world):
    SealedText.objects.all().delete()
    for engagement in world.engagements.values():
        for party in ("COACH", "EXECUTIVE"):
            row = FollowUp.objects.create(engagement=engagement, days=30, party=party, due_on=at().date())
            words = {"kind": "FOLLOW_UP", "subject_id": row.pk, "revision": 1, "sealed": party.encode()}
            SealedText.objects.create(engagement=engagement, **words)
    mine = world.engagements["mine"]
    own = SealedText.objects.filter(permissions.texts_open_to_executive(mine))
    opinions = SealedText.objects.filter(permissions.texts_of_opinion(mine))
    assert [(row.engagement_id, bytes(row.sealed)) for row in own] == [(mine.pk, b"EXECUTIVE")]
    assert [(row.engagement_id, bytes(row.sealed)) for row in opinions] == [(mine.pk, b"COACH")]


def test_only_answers_to_the_executives_own_follow_ups_of_this_very_engagement_are_theirs(world):
    SealedText.objects.all().delete()
    mine, other = world.engagements["mine"], world.engagements["other"]
    asked, elsewhere = (
        FollowUp.objects.create(engagement=row, days=90, party="EXECUTIVE", due_on=at().date()) for row in (mine, other)
    )
    for kind, follow_up, words in (
        ("FOLLOW_UP", asked, b"their answer"),
        ("SESSION_NOTE", asked, b"a note of the coach on it"),
        ("FOLLOW_UP", elsewhere, b"beside a question that was put to another executive"),
    ):
        SealedText.objects.create(engagement=mine, kind=kind, subject_id=follow_up.pk, revision=1, sealed=words)
    own = SealedText.objects.filter(permissions.texts_open_to_executive(mine))
    opinions = SealedText.objects.filter(permissions.texts_of_opinion(mine))
    assert {bytes(row.sealed) for row in own} == {b"their answer"}
    assert {bytes(row.sealed) for row in opinions} == {
        b"a note of the coach on it",
        b"beside a question that was put to another executive",
    }
    assert not SealedText.objects.filter(permissions.texts_open_to_executive(other)).exists()


def look(*, subject_type, key, subject_id=None, who_id=None, first_at=None):
    """A row of the access ledger."""
    return Look.objects.create(
        who_id=who_id,
        role="COACH",
        what="LIST",
        subject_type=subject_type,
        subject_id=subject_id or uuid.uuid4(),
        on=at().date(),
        first_at=first_at or at(),
        key=key,
    )


def test_who_may_do_what_with_an_engagement(world):
    people, mine, of_bo, of_fay = world.people, *(world.engagements[name] for name in ("mine", "of_bo", "of_fay"))
    for verb in (permissions.can_read_content, permissions.can_log):
        assert allowed(people, verb, mine) == {"cora"}
        assert allowed(people, verb, of_bo) == {"bo"}
        assert allowed(people, verb, of_fay) == set()
    assert allowed(people, permissions.can_manage, mine) == {"pia", "bo"}
    assert allowed(people, permissions.can_manage, of_bo) == {"petra", "pax", "bo"}
    for verb in (permissions.can_send_link, permissions.can_change_status):
        assert allowed(people, verb, mine) == {"cora", "pia", "bo"}
        assert allowed(people, verb, of_bo) == {"petra", "pax", "bo"}
        assert allowed(people, verb, of_fay) == {"pia", "bo"}


def test_the_coach_answers_requests_and_a_manager_erases(world):
    def may(kind):
        request = SimpleNamespace(kind=kind, engagement=world.engagements["mine"])
        return allowed(world.people, permissions.can_answer_request, request)

    assert may("ERASURE") == {"pia", "bo"}
    assert may("EXPORT") == may("CORRECTION") == may("OBJECTION") == {"cora"}


def test_who_may_create_and_import(world):
    people, managers, coaches = world.people, {"pia", "petra", "pax", "bo"}, {"cora", "otto", "bo"}
    assert allowed(people, permissions.can_create_engagement) == managers
    assert allowed(people, permissions.can_import_roster) == managers | {"ada"}
    assert allowed(people, permissions.can_import_own_work) == coaches
    assert allowed(people, permissions.can_import, "ROSTER") == managers | {"ada"}
    assert allowed(people, permissions.can_import, "HISTORY") == coaches
    assert allowed(people, permissions.can_import, "CALENDAR") == coaches
