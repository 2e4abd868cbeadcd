"""Engagements by stage, month by month: from steps where these are on record, from dates where they are not."""

from datetime import UTC, date, datetime

import pytest

from engagements.progress import Course
from engagements.stages import ENTERED, Step, by_dates, by_steps, is_complete, months_until

pytestmark = pytest.mark.once

TODAY = date(2026, 3, 20)
JANUARY, FEBRUARY, MARCH = MONTHS = months_until(TODAY, 3)


def standing(month):
    return {stage.name: count for stage, count in month.standing.items() if count}


def course(status, created, starts, ended=None):
    created_at = datetime(created.year, created.month, created.day, tzinfo=UTC)
    return Course(status, starts, date(2026, 12, 31), ended, created_at, 10, 0, 0, None)


def test_months_run_back_over_the_turn_of_the_year():
    assert months_until(date(2026, 2, 28), 4)[0] == date(2025, 11, 1)
    assert list(MONTHS) == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]


def test_each_month_stands_as_it_was_when_it_ended():
    steps = [
        Step(JANUARY, ENTERED, "PROPOSED", 3),
        Step(JANUARY, "PROPOSED", "CONTRACTED", 1),
        Step(FEBRUARY, "CONTRACTED", "ACTIVE", 1),
        Step(FEBRUARY, "PROPOSED", "DECLINED", 1),
        Step(MARCH, "ACTIVE", "PAUSED", 1),
    ]
    found = by_steps({"PROPOSED": 1, "PAUSED": 1, "DECLINED": 1}, steps, MONTHS)
    assert [standing(month) for month in found] == [
        {"ARRANGED": 2, "AGREED": 1},
        {"ARRANGED": 1, "ACTIVE": 1},
        {"ARRANGED": 1, "PAUSED": 1},
    ]
    assert [month.ended for month in found] == [0, 1, 0]


def test_steps_of_one_month_cancel_out_and_earlier_ones_do_not_matter():
    steps = [
        Step(date(2025, 6, 1), ENTERED, "PROPOSED", 1),
        Step(MARCH, "ACTIVE", "PAUSED", 1),
        Step(MARCH, "PAUSED", "ACTIVE", 1),
    ]
    found = by_steps({"ACTIVE": 1}, steps, MONTHS)
    assert [standing(month) for month in found] == [{"ACTIVE": 1}] * 3


def test_a_step_that_is_missing_never_leaves_less_than_nobody():
    found = by_steps({"ACTIVE": 1}, [Step(MARCH, "PAUSED", "ACTIVE", 4)], MONTHS)
    assert min(count for month in found for count in month.standing.values()) == 0


def test_steps_are_complete_once_every_engagement_was_seen_to_be_made():
    steps = [Step(JANUARY, ENTERED, "PROPOSED", 2), Step(JANUARY, "PROPOSED", "ACTIVE", 2)]
    assert is_complete(steps, 2)
    assert not is_complete(steps, 3)


def test_dates_alone_tell_who_was_entered_had_begun_and_had_ended():
    made = [
        course("ACTIVE", date(2025, 12, 5), date(2026, 2, 10)),
        course("COMPLETED", date(2025, 6, 1), date(2025, 6, 1), ended=date(2026, 2, 3)),
        course("PROPOSED", date(2026, 2, 20), date(2026, 2, 25)),
    ]
    found = by_dates(made, MONTHS, TODAY)
    assert [standing(month) for month in found] == [
        {"ARRANGED": 1, "ACTIVE": 1},
        {"ARRANGED": 1, "ACTIVE": 1},
        {"ARRANGED": 1, "ACTIVE": 1},
    ]
    assert [month.ended for month in found] == [0, 1, 0]


def test_the_month_of_today_stands_as_things_stand_whatever_the_dates_say():
    found = by_dates([course("PAUSED", date(2026, 1, 1), date(2026, 1, 1))], MONTHS, TODAY)
    assert [standing(month) for month in found] == [{"ACTIVE": 1}, {"ACTIVE": 1}, {"PAUSED": 1}]
