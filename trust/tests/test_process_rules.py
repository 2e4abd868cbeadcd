"""Rules on dates and attendance, and how flags follow them over time."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.tests.cast import active_engagement, at
from engagements.actions.engagements import change_status
from engagements.actions.people import add_executive
from engagements.actions.sessions import cancel_session, schedule_session
from engagements.models import AuditEvent, Party, SessionKind, Status
from trust.actions.flags import (
    FlagClosed,
    FlagOpen,
    NotResolved,
    answer_flag,
    end_flags,
    reconcile_flags,
    reopen_flag,
    resolve_flag,
)
from trust.actions.judging import judge_engagements
from trust.actions.session_log import log_not_held, log_session
from trust.models import Closing, Flag
from trust.process_rules import (
    PACE_KNOWN_AFTER_WEEKS,
    Course,
    Finding,
    Verdict,
    budget_out_of_reach,
    missed_in_a_row,
    process_findings,
    quiet,
    quiet_after_weeks,
)

START = date(2026, 1, 5)


def course(week=10, **changes):
    """An engagement in its tenth week, with ten sessions in half a year and five of them held."""
    usual = Course(
        starts_on=START,
        ends_on=START + timedelta(weeks=26),
        cadence_weeks=2,
        session_budget=10,
        sessions_held=5,
        last_held_on=START + timedelta(weeks=9),
        last_missed_on=None,
        attended=(True,) * 5,
        sessions_booked=0,
        sessions_booked_in_time=0,
        last_unlogged_on=None,
        today=START + timedelta(weeks=week),
    )
    return replace(usual, **changes)


def weeks_ago(weeks, today):
    return today - timedelta(weeks=weeks)


# --- quiet --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cadence", "weeks"), [(1, 3), (2, 4), (4, 8)])
def test_twice_the_rhythm_but_at_least_three_weeks_is_quiet(cadence, weeks):
    assert quiet_after_weeks(cadence) == weeks
    now = course(week=12, cadence_weeks=cadence)
    just = replace(now, last_held_on=weeks_ago(weeks, now.today))
    not_yet = replace(now, last_held_on=just.last_held_on + timedelta(days=1))
    assert quiet(just).verdict == Verdict.RAISE
    assert quiet(not_yet).verdict == Verdict.CLEAR


def test_an_engagement_that_never_met_is_counted_from_its_start():
    finding = quiet(course(week=5, last_held_on=None, sessions_held=0))
    assert (finding.verdict, finding.evidence) == (Verdict.RAISE, {"weeks": 5, "ever_held": False})


@pytest.mark.parametrize(
    "changes",
    [{"sessions_booked": 1}, {"sessions_held": 10}, {"sessions_held": 12}, {"today": START - timedelta(days=1)}],
)
def test_booked_used_up_or_not_begun_is_not_quiet(changes):
    assert quiet(course(week=20, **changes)).verdict == Verdict.CLEAR


def test_a_session_that_only_waits_for_its_log_neither_opens_nor_closes():
    waiting = course(week=15, last_unlogged_on=START + timedelta(weeks=14))
    assert quiet(waiting).verdict == Verdict.HOLD


def test_a_log_owed_for_too_long_does_not_hide_silence():
    assert quiet(course(week=20, last_unlogged_on=START + timedelta(weeks=12))).verdict == Verdict.RAISE


# --- missed -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attended", "verdict"),
    [
        ((), Verdict.CLEAR),
        ((False, True), Verdict.CLEAR),
        ((True, False), Verdict.HOLD),
        ((True, False, False), Verdict.HOLD),
        ((True, False, False, False), Verdict.RAISE),
        ((False, False, False), Verdict.RAISE),
        ((False, False, True, False, False), Verdict.HOLD),
        ((False,) * 5, Verdict.RAISE),
    ],
)
def test_three_missed_in_a_row_at_the_end_count(attended, verdict):
    assert missed_in_a_row(course(attended=attended)).verdict == verdict


def test_missed_sessions_arose_with_the_latest_of_them():
    day = START + timedelta(weeks=8)
    finding = missed_in_a_row(course(attended=(False,) * 3, last_missed_on=day))
    assert (finding.arose_on, finding.evidence) == (day, {"missed": 3})


# --- budget -------------------------------------------------------------------------------------


def test_a_pace_that_uses_the_budget_is_fine():
    assert budget_out_of_reach(course(week=13, sessions_held=5)).verdict == Verdict.CLEAR


def test_a_pace_that_leaves_two_or_more_is_flagged_with_the_number():
    finding = budget_out_of_reach(course(week=20, sessions_held=5))
    assert finding.verdict == Verdict.RAISE
    assert (finding.evidence["left"], finding.evidence["unused"], finding.evidence["weeks_left"]) == (5, 4, 6)


def test_one_session_too_many_opens_nothing_and_closes_nothing():
    assert budget_out_of_reach(course(week=13, sessions_held=5, session_budget=11)).verdict == Verdict.HOLD


def test_before_the_pace_is_known_nothing_is_said():
    early = course(week=PACE_KNOWN_AFTER_WEEKS - 1, sessions_held=0)
    assert budget_out_of_reach(early).verdict == Verdict.CLEAR
    assert budget_out_of_reach(replace(early, today=START + timedelta(weeks=8))).verdict == Verdict.RAISE


def test_sessions_booked_in_time_count_and_later_ones_do_not():
    assert budget_out_of_reach(course(week=20, sessions_booked=5, sessions_booked_in_time=5)).verdict == Verdict.CLEAR
    assert budget_out_of_reach(course(week=20, sessions_booked=5, sessions_booked_in_time=0)).verdict == Verdict.RAISE


def test_one_session_left_after_the_end_is_flagged_and_none_left_is_not():
    over = course(week=27, sessions_held=9)
    assert budget_out_of_reach(over).verdict == Verdict.RAISE
    assert budget_out_of_reach(over).evidence["is_over"]
    assert budget_out_of_reach(replace(over, sessions_held=10)).verdict == Verdict.CLEAR


@given(
    week=st.integers(-5, 300),
    held=st.integers(0, 250),
    budget=st.integers(1, 200),
    cadence=st.integers(1, 26),
    booked=st.integers(0, 60),
    attended=st.lists(st.booleans(), max_size=20),
    length=st.integers(0, 260),
)
def test_no_course_is_beyond_the_rules(week, held, budget, cadence, booked, attended, length):
    findings = process_findings(
        course(
            week=week,
            sessions_held=held,
            session_budget=budget,
            cadence_weeks=cadence,
            sessions_booked=booked,
            sessions_booked_in_time=booked // 2,
            attended=tuple(attended),
            ends_on=START + timedelta(weeks=length),
        )
    )
    assert [finding.kind for finding in findings] == ["QUIET", "MISSED", "BUDGET"]
    for finding in findings:
        assert all(value >= 0 for value in finding.evidence.values() if isinstance(value, int))


# --- flags over time ----------------------------------------------------------------------------


@pytest.fixture
def engagement(cast):
    """A fresh engagement of Cora's, running for half a year."""
    executive = add_executive(
        organization=cast.mine.organization, name="Enno", email="enno@client.example", by=None, now=at()
    )
    return active_engagement(
        program=cast.mine.program, coach=cast.cora, executive=executive, by=cast.pia, starts_days_ago=100
    )


def found(verdict, kind="QUIET", level="ALARM", arose_on=None, **evidence):
    return Finding(kind, verdict, evidence, level=level, arose_on=arose_on)


def reconcile(engagement, *findings, days=0):
    reconcile_flags(engagement=engagement, findings=findings, now=at(days))


def only_flag(engagement):
    return engagement.flags.get()


def test_raise_opens_hold_keeps_and_clear_closes(engagement):
    reconcile(engagement, found(Verdict.HOLD))
    assert not engagement.flags.exists()
    reconcile(engagement, found(Verdict.RAISE, weeks=4))
    assert only_flag(engagement).is_open
    reconcile(engagement, found(Verdict.HOLD, weeks=9))
    assert only_flag(engagement).is_open
    assert only_flag(engagement).evidence == {"weeks": 9}  # told with the figures of today
    reconcile(engagement, found(Verdict.CLEAR))
    assert only_flag(engagement).closing == Closing.CLEARED


def test_reconciling_twice_writes_once(engagement):
    for _ in range(2):
        reconcile(engagement, found(Verdict.RAISE, weeks=4))
    assert Flag.objects.filter(engagement=engagement).count() == 1
    assert AuditEvent.objects.filter(engagement_id=engagement.pk, verb="flag.opened").count() == 1
    for _ in range(2):
        reconcile(engagement, found(Verdict.CLEAR))
    assert AuditEvent.objects.filter(engagement_id=engagement.pk, verb="flag.closed").count() == 1


def test_evidence_follows_without_touching_age_and_response(engagement, cast):
    reconcile(engagement, found(Verdict.RAISE, weeks=4))
    answer_flag(flag=only_flag(engagement), cause="SCHEDULING", next_step="CALL", by=cast.cora, now=at())
    opened = only_flag(engagement).opened_at
    reconcile(engagement, found(Verdict.RAISE, weeks=5), days=7)
    flag = only_flag(engagement)
    assert (flag.evidence, flag.opened_at, flag.next_step) == ({"weeks": 5}, opened, "CALL")


def test_a_watch_that_becomes_an_alarm_is_news_and_asks_again(engagement, cast):
    reconcile(engagement, found(Verdict.RAISE, "STALLED", "WATCH"))
    answer_flag(flag=only_flag(engagement), cause="SCHEDULING", next_step="WAIT", by=cast.cora, now=at())
    reconcile(engagement, found(Verdict.RAISE, "STALLED", "ALARM"), days=7)
    flag = only_flag(engagement)
    assert (flag.level, flag.opened_at, flag.is_answered, flag.cause) == ("ALARM", at(7), False, "")
    assert AuditEvent.objects.filter(subject_id=flag.pk, verb="flag.raised").count() == 1


def test_an_alarm_does_not_shrink_to_a_watch(engagement):
    reconcile(engagement, found(Verdict.RAISE, "STALLED", "ALARM"))
    reconcile(engagement, found(Verdict.RAISE, "STALLED", "WATCH"), days=7)
    assert only_flag(engagement).level == "ALARM"


def test_what_was_cleared_may_come_back_at_once(engagement):
    for verdict in (Verdict.RAISE, Verdict.CLEAR, Verdict.RAISE):
        reconcile(engagement, found(verdict))
    assert engagement.flags.open().count() == 1
    assert engagement.flags.count() == 2


def test_what_was_resolved_rests_for_three_weeks(engagement, cast):
    reconcile(engagement, found(Verdict.RAISE))
    resolve_flag(flag=only_flag(engagement), by=cast.cora, now=at())
    for days in (0, 1, 20):
        reconcile(engagement, found(Verdict.RAISE), days=days)
        assert not engagement.flags.open().exists()
    reconcile(engagement, found(Verdict.RAISE), days=21)
    assert engagement.flags.open().exists()


def test_what_was_resolved_comes_back_sooner_only_with_later_news(engagement, cast):
    old, new = at(-3).date(), at(2).date()
    reconcile(engagement, found(Verdict.RAISE, "MISSED", arose_on=old))
    resolve_flag(flag=only_flag(engagement), by=cast.cora, now=at())
    reconcile(engagement, found(Verdict.RAISE, "MISSED", arose_on=old), days=40)
    assert not engagement.flags.open().exists()
    reconcile(engagement, found(Verdict.RAISE, "MISSED", arose_on=new), days=2)
    assert engagement.flags.open().exists()


def test_resolving_one_kind_keeps_no_other_quiet(engagement, cast):
    reconcile(engagement, found(Verdict.RAISE))
    resolve_flag(flag=only_flag(engagement), by=cast.cora, now=at())
    reconcile(engagement, found(Verdict.RAISE, "BUDGET"))
    assert engagement.flags.open().get().kind == "BUDGET"


def test_the_end_closes_everything_that_is_open(engagement):
    reconcile(engagement, found(Verdict.RAISE), found(Verdict.RAISE, "BUDGET"))
    end_flags(engagement=engagement, now=at())
    assert set(engagement.flags.values_list("closing", flat=True)) == {Closing.ENDED}


def test_a_closed_flag_takes_no_response_and_is_not_resolved_again(engagement, cast):
    reconcile(engagement, found(Verdict.RAISE))
    flag = resolve_flag(flag=only_flag(engagement), by=cast.cora, now=at())
    with pytest.raises(FlagClosed):
        answer_flag(flag=flag, cause="MOTIVATION", next_step="TALK_NOW", by=cast.cora, now=at())
    with pytest.raises(FlagClosed):
        resolve_flag(flag=flag, by=cast.cora, now=at())


def test_resolving_counts_as_having_responded(engagement, cast):
    reconcile(engagement, found(Verdict.RAISE))
    flag = resolve_flag(flag=only_flag(engagement), by=cast.cora, now=at())
    assert (flag.is_answered, flag.responded_by, flag.closed_by) == (True, cast.cora, cast.cora)


def test_a_resolved_flag_can_be_reopened_once_and_stays_itself(engagement, cast):
    reconcile(engagement, found(Verdict.RAISE))
    flag = resolve_flag(flag=only_flag(engagement), by=cast.cora, now=at())
    for _ in range(2):
        flag = reopen_flag(flag=flag, by=cast.cora, now=at())
    assert flag.is_open
    assert engagement.flags.count() == 1
    assert AuditEvent.objects.filter(subject_id=flag.pk, verb="flag.reopened").count() == 1


def test_a_flag_is_not_reopened_beside_a_newer_one_nor_when_it_cleared_by_itself(engagement, cast):
    reconcile(engagement, found(Verdict.RAISE))
    resolved = resolve_flag(flag=only_flag(engagement), by=cast.cora, now=at())
    reconcile(engagement, found(Verdict.RAISE), days=30)
    with pytest.raises(FlagOpen):
        reopen_flag(flag=resolved, by=cast.cora, now=at(30))
    newer = engagement.flags.open().get()
    reconcile(engagement, found(Verdict.CLEAR), days=31)
    with pytest.raises(NotResolved):
        reopen_flag(flag=newer, by=cast.cora, now=at(31))


# --- from sessions to flags ---------------------------------------------------------------------


def log(engagement, days_ago, by, kind=SessionKind.COACHING):
    when = at(-days_ago)
    session = schedule_session(engagement=engagement, starts_at=when, minutes=60, by=by, now=when, kind=kind)
    return log_session(session=session, by=by, now=when + timedelta(hours=2), minutes=60, ratings={"value": 5})


def kinds(engagement, days=0):
    judge_engagements([engagement.pk], now=at(days))
    return set(engagement.flags.open().values_list("kind", flat=True)) & {"QUIET", "MISSED", "BUDGET"}


def test_silence_opens_a_booking_clears_and_its_cancelling_opens_again(engagement, cast):
    log(engagement, 35, cast.cora)
    assert "QUIET" in kinds(engagement)
    booked = schedule_session(engagement=engagement, starts_at=at(4), minutes=60, by=cast.cora, now=at())
    assert "QUIET" not in kinds(engagement)
    cancel_session(session=booked, cancelled_by=Party.EXECUTIVE, by=cast.cora, now=at())
    assert "QUIET" in kinds(engagement)


def test_a_session_whose_log_is_owed_does_not_make_an_engagement_quiet(engagement, cast):
    log(engagement, 35, cast.cora)
    schedule_session(engagement=engagement, starts_at=at(-1), minutes=60, by=cast.cora, now=at(-10))
    assert "QUIET" not in kinds(engagement)


def test_resolved_silence_rests_while_the_nights_pass(engagement, cast):
    log(engagement, 35, cast.cora)
    kinds(engagement)
    resolve_flag(flag=engagement.flags.get(kind="QUIET"), by=cast.cora, now=at())
    assert all("QUIET" not in kinds(engagement, days) for days in range(0, 20, 5))
    assert "QUIET" in kinds(engagement, 22)


def test_a_fourth_missed_session_is_news_after_three_were_resolved(engagement, cast):
    def miss(days_ago):
        when = at(-days_ago)
        session = schedule_session(engagement=engagement, starts_at=when, minutes=60, by=cast.cora, now=when)
        log_not_held(session=session, how="missed", by=cast.cora, now=when + timedelta(hours=2))

    for days_ago in (60, 50, 40):
        miss(days_ago)
    assert "MISSED" in kinds(engagement, -39)
    resolve_flag(flag=engagement.flags.get(kind="MISSED"), by=cast.cora, now=at(-38))
    assert "MISSED" not in kinds(engagement, -20)
    miss(10)
    assert "MISSED" in kinds(engagement)
    log(engagement, 2, cast.cora)
    assert "MISSED" not in kinds(engagement)


def test_a_chemistry_meeting_breaks_silence_and_uses_no_budget(engagement, cast):
    log(engagement, 5, cast.cora, kind=SessionKind.CHEMISTRY)
    assert kinds(engagement) == {"BUDGET"}
    assert engagement.flags.get(kind="BUDGET").evidence["left"] == engagement.session_budget


def test_a_pause_ends_flags_and_taking_up_again_asks_anew(engagement, cast):
    log(engagement, 35, cast.cora)
    assert "QUIET" in kinds(engagement)
    change_status(engagement=engagement, to=Status.PAUSED, by=cast.cora, now=at())
    assert kinds(engagement) == set()
    change_status(engagement=engagement, to=Status.ACTIVE, by=cast.cora, now=at())
    assert "QUIET" in kinds(engagement)
