"""Figures of a quarter: written once, from those who may be counted, and shown to nobody who knows part of them."""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coaching.tests.cast import active_engagement, at, person
from engagements.actions.keys import erase_engagement_texts
from engagements.actions.people import add_executive, add_manager, add_program, make_coach, remove_manager
from engagements.actions.sessions import schedule_session
from engagements.models import Engagement, ProgramManager
from trust import tasks
from trust.actions.check_ins import answer_check_in, ask_for_check_in, claim_check_in, note_check_in_sent
from trust.actions.cohort import freeze_quarter, freeze_what_is_due
from trust.actions.point_of_trust import confirm_point_of_trust, record_lost
from trust.actions.session_log import log_session
from trust.instrument import COACH_ITEMS, EXECUTIVE_ITEMS
from trust.models import CohortCell, CohortPeriod, Reading
from trust.models.cohort import DAYS_TO_WAIT, NeverChanged, latest_due, next_quarter, quarter_of

pytestmark = pytest.mark.django_db

QUARTER = latest_due(timezone.now().date())
IN_QUARTER = datetime(QUARTER.year, QUARTER.month, 10, 9, tzinfo=UTC)


def engage(cast, number, coach, *, program=None, **more):
    executive = add_executive(
        organization=cast.mine.organization, name=f"E{number}", email=f"e{number}@client.example", by=None, now=at()
    )
    return active_engagement(
        program=program or cast.mine.program, coach=coach, executive=executive, by=cast.pia, starts_days_ago=400, **more
    )


def rate(engagement, rating, *, when=IN_QUARTER, answered=None, is_shared=True):
    """A session that was held and rated; `answered`: what the executive said, None for silence."""
    session = schedule_session(engagement=engagement, starts_at=when, minutes=60, by=engagement.coach, now=when)
    ratings = {item.key: rating for item in COACH_ITEMS}
    now = when + timedelta(hours=2)
    log_session(session=session, by=engagement.coach, now=now, minutes=60, ratings=ratings)
    check_in = ask_for_check_in(session=session, now=now)
    if check_in:
        note_check_in_sent(check_in=claim_check_in(check_in_id=check_in.pk, now=now), now=now)
    if answered is not None:
        answers = {item.key: answered for item in EXECUTIVE_ITEMS}
        answer_check_in(check_in=check_in, ratings=answers, is_shared=is_shared, now=now)
    return session


@pytest.fixture
def six(cast):
    """Six executives in Pia's program, with Cora and Otto in turn, each rated 4 once last quarter."""
    made = [engage(cast, k, (cast.cora, cast.otto)[k % 2]) for k in range(6)]
    for engagement in made:
        rate(engagement, 4)
    return made


def freeze(now=None):
    return freeze_what_is_due(now=now or timezone.now())


def cells():
    names = ("group", "people", "cognitive", "relational", "past", "asked", "answering")
    return list(CohortCell.objects.filter(period__starts_on=QUARTER).order_by("group").values_list(*names))


def page(as_user, user, program):
    return as_user(user).get(reverse("program_cohort", args=[program.pk]))


# --- which quarter, and when --------------------------------------------------------------------


def test_quarters_begin_in_january_april_july_and_october():
    assert quarter_of(date(2026, 1, 1)) == quarter_of(date(2026, 3, 31)) == date(2026, 1, 1)
    assert quarter_of(date(2026, 12, 31)) == date(2026, 10, 1)
    assert next_quarter(date(2026, 10, 1)) == date(2027, 1, 1)
    assert next_quarter(date(2026, 1, 1)) == date(2026, 4, 1)


def test_a_quarter_is_due_once_no_check_in_of_it_can_be_answered():
    last_day = date(2026, 3, 31)
    assert latest_due(last_day + timedelta(days=DAYS_TO_WAIT)) == date(2025, 10, 1)
    assert latest_due(last_day + timedelta(days=DAYS_TO_WAIT + 1)) == date(2026, 1, 1)
    assert DAYS_TO_WAIT > 14 + 7


# --- what is written ----------------------------------------------------------------------------


def test_five_people_are_written_and_four_leave_nothing_but_that_the_quarter_is_done(cast, six):
    small = add_program(organization=cast.mine.organization, name="Small", by=None, now=at(), time_zone="UTC")
    for k in range(4):
        rate(engage(cast, 20 + k, (cast.cora, cast.otto)[k % 2], program=small), 4)
    freeze()
    assert cells() == [("FIRST", 6, 40, 40, "FEW", 6, 2)]
    assert small.cohort_periods.get(starts_on=QUARTER).cells.count() == 0


def test_both_voices_count_alike_and_answers_kept_from_the_coach_do_not(cast):
    made = [engage(cast, k, (cast.cora, cast.otto)[k % 2]) for k in range(5)]
    for engagement in made[:4]:
        rate(engagement, 3, answered=6)  # 4.5
        rate(engagement, 3, when=IN_QUARTER + timedelta(days=7))  # the coach's mean stays 3
    rate(made[4], 3, answered=7, is_shared=False)  # 3
    freeze()
    assert cells() == [("FIRST", 5, 42, 42, "FEW", 5, 6)]  # (4 × 4.5 + 3) / 5 and (4 × 0.5 + 1) / 5


def test_only_sessions_of_the_quarter_count_and_all_before_make_the_phase(cast, six):
    for engagement in six:
        for weeks in (2, 4, 6):
            rate(engagement, 1, when=datetime(QUARTER.year, QUARTER.month, 1, tzinfo=UTC) - timedelta(weeks=weeks))
        rate(engagement, 7, when=datetime.combine(next_quarter(QUARTER), datetime.min.time(), UTC))
    freeze()
    assert [row[:4] for row in cells()] == [("MIDDLE", 6, 40, 40)]


def test_a_quarter_begins_and_ends_where_the_program_runs(cast, six):
    program = cast.mine.program
    program.time_zone = "America/New_York"
    program.save()
    still_before = datetime.combine(QUARTER, datetime.min.time(), UTC) + timedelta(hours=2)
    for engagement in six:
        rate(engagement, 1, when=still_before)
    freeze()
    assert [row[:4] for row in cells()] == [("FIRST", 6, 40, 40)]


def test_past_the_point_of_trust_is_as_it_was_at_the_end_of_the_quarter(six):
    inside, after = IN_QUARTER.date() + timedelta(days=1), next_quarter(QUARTER)
    by_coach = [{"engagement": engagement, "by": engagement.coach, "now": at()} for engagement in six]
    for k in range(5):
        confirm_point_of_trust(**by_coach[k], reached_on=inside if k < 4 else after, seen=(), words="")
    record_lost(**by_coach[0], lost_on=inside)
    record_lost(**by_coach[1], lost_on=after)
    freeze()
    assert cells()[0][4] == "SOME"  # three of six: 1, 2 and 3


@pytest.mark.parametrize("how", ["agreement", "objection", "erasure", "erased before"])
def test_whoever_may_not_be_counted_is_not(cast, six, how):
    one = six[0]
    if how == "agreement":
        one.agreements.update(discloses_cohort=False)
    elif how == "objection":
        Engagement.objects.filter(pk=one.pk).update(judging_declined_at=at())
    elif how == "erasure":
        erase_engagement_texts(engagement=one, by=cast.cora, now=at())
    else:
        Engagement.objects.filter(pk=one.pk).update(content_erased_at=at())
    freeze()
    assert cells()[0][:2] == ("FIRST", 5)


def test_an_agreement_that_is_not_accepted_opens_nothing(six):
    six[0].agreements.update(executive_accepted_on=None, executive_recorded_by=None)
    freeze()
    assert cells()[0][1] == 5


# --- frozen -------------------------------------------------------------------------------------


def test_what_comes_late_changes_nothing(cast, six):
    freeze()
    before = cells()
    for engagement in six:
        rate(engagement, 7, when=IN_QUARTER + timedelta(days=3))
    Reading.objects.update(cognitive=1.0, relational=1.0)
    rate(engage(cast, 30, cast.cora), 7)
    erase_engagement_texts(engagement=six[0], by=cast.cora, now=at())
    assert freeze() == 0
    assert cells() == before


def test_a_quarter_without_figures_gets_none_later(cast, six):
    six[0].agreements.update(discloses_cohort=False)
    six[1].agreements.update(discloses_cohort=False)
    freeze()
    six[0].agreements.update(discloses_cohort=True)
    six[1].agreements.update(discloses_cohort=True)
    assert freeze() == 0
    assert cells() == []


def test_nothing_is_written_before_it_is_due(six):
    assert freeze(now=datetime.combine(next_quarter(QUARTER), datetime.min.time(), UTC)) == 0
    assert not CohortPeriod.objects.exists()
    assert freeze() == 1


def test_two_workers_at_once_write_a_quarter_once(cast, six):
    """The second one found it owed as well, before the first one wrote it."""
    owed = {"starts_on": QUARTER, "time_zone": "UTC", "program_ids": [cast.mine.program.pk], "now": at()}
    assert [freeze_quarter(**owed), freeze_quarter(**owed)] == [1, 0]
    assert len(cells()) == 1


def test_every_quarter_since_the_first_session_is_made_up_for_and_then_one_by_one(cast, six):
    rate(six[0], 4, when=at(-390))
    due = [QUARTER]
    while due[0] > quarter_of(at(-390).date()):
        due.insert(0, quarter_of(due[0] - timedelta(days=1)))
    assert freeze() == len(due)
    assert list(CohortPeriod.objects.order_by("starts_on").values_list("starts_on", flat=True)) == due
    later = datetime.combine(next_quarter(next_quarter(QUARTER)), datetime.min.time(), UTC)
    assert freeze(now=later + timedelta(days=DAYS_TO_WAIT + 2)) == 1


def test_the_rows_refuse_to_be_changed_in_code_and_in_the_database(cast, six):
    freeze()
    row, period = CohortCell.objects.get(), CohortPeriod.objects.get()
    for change in (row.save, row.delete, period.save, period.delete, CohortCell.objects.all().delete):
        with pytest.raises(NeverChanged):
            change()
    with pytest.raises(NeverChanged):
        CohortCell.objects.update(people=7)
    for table in ("trust_cohortcell", "trust_cohortperiod"):
        column = "people" if table == "trust_cohortcell" else "starts_on"
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {column} = {column}")  # noqa: S608 - a table of ours


@pytest.mark.parametrize(
    "wrong",
    [
        {"people": 4},
        {"cognitive": 70},
        {"cognitive": 10},
        {"relational": 70},
        {"asked": 4},
        {"answering": 10},
        {"group": "X"},
    ],
)
def test_the_database_refuses_what_would_tell_of_a_few(cast, wrong):
    period = CohortPeriod.objects.create(program=cast.mine.program, starts_on=QUARTER)
    right = {
        "group": "WHOLE",
        "people": 6,
        "cognitive": 40,
        "relational": 40,
        "past": "FEW",
        "asked": 5,
        "answering": 5,
    }
    with pytest.raises(DatabaseError), transaction.atomic():
        CohortCell.objects.create(period=period, **right | wrong)
    CohortCell.objects.create(period=period, **right)


def test_queries_do_not_grow_with_engagements(cast, six):
    owed = {"time_zone": "UTC", "program_ids": [cast.mine.program.pk, cast.other.program.pk], "now": at()}
    counts = []
    for starts_on in (QUARTER, quarter_of(QUARTER - timedelta(days=1))):
        with CaptureQueriesContext(connection) as queries:
            freeze_quarter(starts_on=starts_on, **owed)
        counts.append(len(queries))
    assert max(counts) <= 11


def test_the_job_writes_what_is_due(six):
    tasks.freeze_cohorts()
    assert cells()[0][1] == 6


# --- who sees them ------------------------------------------------------------------------------


def test_the_program_manager_reads_the_figures_and_how_they_are_kept(as_user, cast, six):
    freeze()
    words = page(as_user, cast.pia, cast.mine.program).content.decode()
    assert "at least 5 people of at least 2 coaches" in words
    for told in ("4.0", "fewer than a third", "20 % or less", "6 people asked", f"{QUARTER:%B} to"):
        assert told in words
    assert words.count("Not shown</span>") == 2  # of four groups: the whole and one phase are there
    program_page = as_user(cast.pia).get(reverse("program_detail", args=[cast.mine.program.pk])).content.decode()
    assert reverse("program_cohort", args=[cast.mine.program.pk]) in program_page


def test_groups_that_are_empty_too_small_or_withheld_for_others_look_alike(as_user, cast, six):
    for weeks in (1, 2, 3):
        rate(six[0], 4, when=IN_QUARTER + timedelta(weeks=weeks))  # MIDDLE: one person; LATER: nobody; FIRST: five
    freeze()
    assert [row[:2] for row in cells()] == [("WHOLE", 6)]
    told = page(as_user, cast.pia, cast.mine.program).content.decode().split("<td data-label=")[1:5]
    assert ["Not shown" in cell for cell in told] == [False, True, True, True]
    alike = {cell.partition(">")[2].partition("</td>")[0] for cell in told[1:]}
    assert len(alike) == 1


def test_four_people_leave_the_page_as_it_is_whatever_they_rate(as_user, cast):
    """Two worlds, byte for byte."""
    answers = set()
    four = [engage(cast, k, (cast.cora, cast.otto)[k % 2]) for k in range(4)]
    for rating, answered in ((1, None), (7, 7)):
        with suppress(Undo), transaction.atomic():
            for engagement in four:
                rate(engagement, rating, answered=answered)
            freeze()
            assert CohortPeriod.objects.exists()
            answers.add(re.sub(rb"[A-Za-z0-9]{64}", b"", page(as_user, cast.pia, cast.mine.program).content))
            raise Undo
    assert len(answers) == 1


class Undo(Exception):
    """Ends a world."""


def test_whoever_knows_some_of_the_values_sees_no_figures(as_user, cast, six):
    freeze()
    program = cast.mine.program
    both = person("Bo")
    make_coach(user=both, by=None, now=at())
    membership = add_manager(program=program, user=both, by=None, now=at())
    assert page(as_user, both, program).status_code == 200
    ended = engage(cast, 40, both)
    Engagement.objects.filter(pk=ended.pk).update(status="COMPLETED", ended_on=at().date())
    assert page(as_user, both, program).status_code == 403
    shown = as_user(both).get(reverse("program_detail", args=[program.pk])).content.decode()
    assert reverse("program_cohort", args=[program.pk]) not in shown
    assert not CohortCell.objects.visible_to(both).exists()
    remove_manager(membership=membership, by=cast.ada, now=at())
    assert page(as_user, both, program).status_code == 404


def test_a_manager_who_is_coached_in_the_program_sees_no_figures(as_user, cast, six):
    freeze()
    executive = six[0].executive
    executive.email = cast.pia.email.upper()
    executive.save()
    assert page(as_user, cast.pia, cast.mine.program).status_code == 403
    assert not CohortPeriod.objects.visible_to(cast.pia).exists()


def test_nobody_else_learns_that_there_is_such_a_page(as_user, cast, six):
    freeze()
    for user in (cast.cora, cast.otto, cast.petra, cast.ada, cast.sten):
        assert page(as_user, user, cast.mine.program).status_code == 404
        assert not CohortCell.objects.visible_to(user).exists()
    ProgramManager.objects.filter(user=cast.pia).update(removed_at=at(), removed_by=cast.ada)
    assert not CohortCell.objects.visible_to(cast.pia).exists()


def test_somebody_inactive_sees_nothing(cast, six):
    freeze()
    cast.pia.is_active = False
    assert not CohortCell.objects.visible_to(cast.pia).exists()


def test_before_the_first_quarter_the_page_says_when_figures_come(as_user, cast):
    assert "No figures yet" in page(as_user, cast.pia, cast.mine.program).content.decode()
