"""Dates, times and zones as typed."""

import zoneinfo
from datetime import UTC, date, datetime, time

import pytest
from django.core.exceptions import ValidationError

from engagements.actions.sessions import series_times
from engagements.forms.moments import ClockField, DayField, ZoneField, moments_of, zone_names

BERLIN, NEW_YORK = zoneinfo.ZoneInfo("Europe/Berlin"), zoneinfo.ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    "typed",
    ["2026-10-25", "25.10.2026", "25/10/2026", "25.10.26", "25 Oct 2026", "25 October 2026", "October 25, 2026"],
)
def test_a_date_is_understood_however_it_is_typed(typed):
    assert DayField().clean(typed) == date(2026, 10, 25)


@pytest.mark.parametrize(
    "typed", ["31.02.2026", "tomorrow", "0001-01-01", "9999-12-31", "1999-12-31", "2100-01-01", "٣"]
)
def test_a_date_that_is_none_or_far_off_is_refused(typed):
    with pytest.raises(ValidationError):
        DayField().clean(typed)


@pytest.mark.parametrize("typed", ["14:30", "14.30", "1430", "14h30", "2:30 pm", "2:30PM", "2.30 p.m.", "14:30:59"])
def test_a_time_is_understood_however_it_is_typed(typed):
    assert ClockField().clean(typed) == time(14, 30)


@pytest.mark.parametrize("typed", ["25:00", "noon", "14:60", "-1"])
def test_a_time_that_is_none_is_refused(typed):
    with pytest.raises(ValidationError):
        ClockField().clean(typed)


@pytest.mark.parametrize("typed", ["Europe/Berlin", "europe/berlin", "Berlin", " berlin "])
def test_a_zone_is_understood_by_its_city(typed):
    assert ZoneField().clean(typed) == "Europe/Berlin"


def test_a_zone_of_two_words_is_understood():
    assert ZoneField().clean("new york") == "America/New_York"


def test_a_mistyped_zone_gets_a_proposal():
    with pytest.raises(ValidationError, match="Europe/Berlin"):
        ZoneField().clean("Europe/Berln")


def test_every_zone_we_offer_exists():
    assert all(zoneinfo.ZoneInfo(name) for name in zone_names())
    assert len(zone_names()) > 300


def test_an_ordinary_time_is_one_moment():
    assert moments_of(date(2026, 7, 1), time(9), BERLIN) == [datetime(2026, 7, 1, 7, tzinfo=UTC)]


def test_a_skipped_hour_is_no_moment_and_a_repeated_one_is_two():
    assert moments_of(date(2026, 3, 29), time(2, 30), BERLIN) == []
    assert moments_of(date(2026, 10, 25), time(2, 30), BERLIN) == [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    ]


def test_a_series_keeps_its_wall_clock_time_when_berlin_turns_its_clocks_back():
    times = series_times(datetime(2026, 10, 12, 12, 30, tzinfo=UTC), 3, 1, "Europe/Berlin")
    assert [moment.astimezone(BERLIN).strftime("%d %H:%M") for moment in times] == ["12 14:30", "19 14:30", "26 14:30"]
    assert [moment.hour for moment in times] == [12, 12, 13]


def test_a_series_keeps_its_wall_clock_time_when_new_york_turns_its_clocks_on():
    times = series_times(datetime(2027, 3, 8, 14, tzinfo=UTC), 2, 1, "America/New_York")
    assert [moment.astimezone(NEW_YORK).strftime("%d %H:%M") for moment in times] == ["08 09:00", "15 09:00"]
    assert [moment.hour for moment in times] == [14, 13]


def test_a_series_that_begins_in_the_second_of_two_hours_begins_there():
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert series_times(second, 2, 1, "Europe/Berlin") == [second, datetime(2026, 11, 1, 1, 30, tzinfo=UTC)]


def test_a_series_steps_over_a_gap_by_the_gap():
    times = series_times(datetime(2026, 3, 22, 1, 30, tzinfo=UTC), 3, 1, "Europe/Berlin")
    assert [moment.astimezone(BERLIN).strftime("%H:%M") for moment in times] == ["02:30", "03:30", "02:30"]
