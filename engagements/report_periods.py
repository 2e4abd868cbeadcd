"""Periods a sponsor report may be about: whole months, whole quarters, or days from and until. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta

from engagements.retention import months_after

MONTH, QUARTER = "MONTH", "QUARTER"
MONTHS_IN = {MONTH: 1, QUARTER: 3}
LONGEST_DAYS = 2 * 366  # a report about more than two years is a history


def last_whole(rhythm: str, today: date) -> tuple[date, date]:
    """First and last day of the latest month or quarter that is over."""
    months = MONTHS_IN[rhythm]
    first_of_this = date(today.year, (today.month - 1) // months * months + 1, 1)
    return months_after(first_of_this, -months), first_of_this - timedelta(days=1)


def lately(rhythm: str, today: date, number: int) -> Iterator[tuple[date, date]]:
    """The latest months or quarters that are over, newest first."""
    for _ in range(number):
        first, last = last_whole(rhythm, today)
        yield first, last
        today = first


def quarters_within(first: date, last: date) -> list[date]:
    """First days of the calendar quarters that lie in these days as a whole, oldest first."""
    start = date(first.year, (first.month - 1) // 3 * 3 + 1, 1)
    start = start if start == first else months_after(start, 3)
    found = []
    while (following := months_after(start, 3)) - timedelta(days=1) <= last:
        found.append(start)
        start = following
    return found


def words_of(first: date, last: date) -> str:
    """The period as people say it."""
    if (first, last) == last_whole(MONTH, last + timedelta(days=1)):
        return f"{first:%B %Y}"
    if (first, last) == last_whole(QUARTER, last + timedelta(days=1)):
        return f"{first:%B} to {last:%B %Y}"
    return f"{first.day} {first:%B %Y} to {last.day} {last:%B %Y}"
