"""Progress against plan, attendance and first sessions: what counts, and what is left out."""

from datetime import UTC, date, datetime, timedelta

import pytest

from engagements.progress import Attendance, Attended, Course, first_session, percent, progress, used

pytestmark = pytest.mark.once

TODAY = date(2026, 7, 1)
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def course(*, status="ACTIVE", passed=0.5, days=200, budget=10, held=0, booked=0, entered=60, first=None):
    """An engagement of so many planned days, of which a share has passed; entered and first held so many days ago."""
    starts_on = TODAY - timedelta(days=round(passed * days))
    return Course(
        status=status,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=days),
        ended_on=None,
        created_at=NOW - timedelta(days=entered),
        budget=budget,
        held=held,
        booked=booked,
        first_at=None if first is None else NOW - timedelta(days=first),
    )


def test_held_booked_and_left_add_up_over_what_runs():
    found = progress([course(held=4, booked=2), course(held=1, status="PAUSED"), course(status="CONTRACTED")], TODAY)
    assert (found.engagements, found.budget, found.held, found.booked) == (3, 30, 5, 2)
    assert (found.left, found.unbooked) == (25, 23)


@pytest.mark.parametrize("status", ["PROPOSED", "CHEMISTRY", "COMPLETED", "ENDED_EARLY", "DECLINED"])
def test_what_is_not_agreed_or_over_is_not_on_plan(status):
    assert progress([course(status=status, held=5)], TODAY).engagements == 0


def test_the_pace_carries_what_was_held_to_the_planned_end():
    found = progress([course(passed=0.5, held=4)], TODAY)
    assert (found.due, found.projected, found.paced_budget) == (5, 8, 10)


def test_nobody_is_thought_to_use_more_than_is_planned():
    assert progress([course(passed=0.5, held=9)], TODAY).projected == 10


def test_engagements_are_carried_on_one_by_one_and_then_added_up():
    fast, slow = course(passed=0.25, held=10), course(passed=0.5, held=1)
    assert progress([fast, slow], TODAY).projected == 10 + 2  # and not 11 sessions at half the time: 20 of 20


def test_after_the_planned_end_nothing_more_is_expected():
    found = progress([course(passed=1.2, held=7)], TODAY)
    assert (found.projected, found.due, found.overdue) == (7, 10, 1)


@pytest.mark.parametrize(("passed", "days"), [(0.09, 400), (0.5, 26), (0.0, 200), (-0.2, 200)])
def test_what_has_only_begun_has_no_pace_but_stands_in_the_sums(passed, days):
    found = progress([course(passed=passed, days=days, held=2), course(held=5)], TODAY)
    assert (found.paced, found.too_new, found.paced_budget, found.held) == (1, 1, 10, 7)


def test_an_engagement_planned_for_one_day_divides_by_nothing():
    assert progress([course(days=0, held=1)], TODAY).due == 10


def test_a_budget_that_was_cut_below_what_was_held_leaves_nothing_and_not_less():
    found = progress([course(budget=3, held=5)], TODAY)
    assert (found.left, found.unbooked, found.projected) == (0, 0, 5)


def test_no_engagement_at_all_is_no_error():
    found = progress([], TODAY)
    assert (found.engagements, found.projected, percent(found.projected, found.paced_budget)) == (0, 0, None)
    assert used([]).engagements == 0


def test_of_what_is_over_declined_ones_do_not_count():
    over = [course(status="COMPLETED", held=9), course(status="ENDED_EARLY", held=3), course(status="DECLINED")]
    assert (used(over).engagements, used(over).held, used(over).budget) == (2, 12, 20)


def test_the_first_session_is_as_many_days_after_entering_as_in_the_middle_one():
    made = [course(entered=60, first=50), course(entered=60, first=40), course(entered=60, first=0)]
    found = first_session(made, NOW)
    assert (found.days, found.counted) == (20, 3)


def test_sessions_from_before_an_engagement_was_entered_tell_no_waiting_time():
    found = first_session([course(entered=5, first=80), course(entered=60, first=50)], NOW)
    assert (found.days, found.counted, found.earlier) == (10, 1, 1)


def test_who_runs_without_a_session_waits_and_who_is_not_agreed_does_not():
    made = [course(entered=21), course(entered=3), course(entered=90, status="CHEMISTRY")]
    found = first_session(made, NOW)
    assert (found.days, found.waiting, found.longest) == (None, 2, 21)


def test_attendance_is_of_what_was_held_or_missed():
    found = Attendance(held=8, missed=2, late=1, early=5, unlogged=2, old=0, oldest_days=1).attended
    assert (found.share, found.expected, found.words) == (80, 10, "8 of 10")
    assert (Attended(0, 0).share, Attended(0, 0).words) == (None, "–")


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(0, 0, None), (0, 10, 0), (1, 1000, 1), (999, 1000, 99), (10, 10, 100), (1, 3, 33), (2, 3, 67)],
)
def test_all_and_none_are_said_only_of_all_and_none(part, whole, shown):
    assert percent(part, whole) == shown
