"""How far the engagements of a program are, against their plans: days and counts in, shares out. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any, NamedTuple

# Engagements that run by their plan, and those whose plan is over. Before the agreement there is no plan to hold to.
RUNNING = ("CONTRACTED", "ACTIVE", "PAUSED")
OVER = ("COMPLETED", "ENDED_EARLY")
# A pace is told from a tenth of the planned time on, and not before two weeks: with less, one session more or less
# would double it.
LEAST_SHARE, LEAST_DAYS = 0.1, 14


class Course(NamedTuple):
    """One engagement: its plan, and what took place of it. Counts are of sessions that cost one of the budget."""

    status: str
    starts_on: date
    ends_on: date
    ended_on: date | None
    created_at: datetime
    budget: int
    held: int
    booked: int
    first_at: datetime | None  # of the first session held

    def passed(self, today: date) -> float:
        """The share of its planned time that is over, from 0 to 1."""
        planned = (self.ends_on - self.starts_on).days
        gone = (today - self.starts_on).days
        return min(max(gone / planned, 0.0), 1.0) if planned > 0 else float(gone >= 0)

    def has_pace(self, today: date) -> bool:
        return self.passed(today) >= LEAST_SHARE and (today - self.starts_on).days >= LEAST_DAYS


@dataclass(frozen=True, slots=True)
class Progress:
    """Sums over the running engagements. `due`: sessions that the time passed would have held, were they even.

    `projected`: sessions held by the planned ends if each goes on as it went, of the `paced` engagements alone, whose
    budgets together are `paced_budget`.
    """

    engagements: int
    budget: int
    held: int
    booked: int
    due: float
    paced: int
    paced_budget: int
    projected: float
    overdue: int  # past their planned end

    @property
    def left(self) -> int:
        return max(self.budget - self.held, 0)

    @property
    def unbooked(self) -> int:
        return max(self.left - self.booked, 0)

    @property
    def too_new(self) -> int:
        return self.engagements - self.paced


def progress(courses: Iterable[Course], today: date) -> Progress:
    """Where the running engagements stand, and where they would stand at this pace.

    Per engagement: held / share of time passed, never more than its budget; after the planned end what was held.
    """
    running = [one for one in courses if one.status in RUNNING]
    paced = [one for one in running if one.has_pace(today)]
    return Progress(
        engagements=len(running),
        budget=sum(one.budget for one in running),
        held=sum(one.held for one in running),
        booked=sum(one.booked for one in running),
        due=sum(one.budget * one.passed(today) for one in running),
        paced=len(paced),
        paced_budget=sum(one.budget for one in paced),
        projected=sum(min(one.held / one.passed(today), max(one.budget, one.held)) for one in paced),
        overdue=sum(one.ends_on < today for one in running),
    )


@dataclass(frozen=True, slots=True)
class Used:
    """Sessions held of the budgets of engagements that are over."""

    engagements: int
    budget: int
    held: int


def used(courses: Iterable[Course]) -> Used:
    over = [one for one in courses if one.status in OVER]
    return Used(len(over), sum(one.budget for one in over), sum(one.held for one in over))


@dataclass(frozen=True, slots=True)
class FirstSession:
    """Days from entering an engagement to its first session. `days`: the median; None without any.

    `counted`: engagements behind it; `earlier`: had sessions before they were entered, which tells no waiting time;
    `waiting`: run without a session so far, the longest for `longest` days.
    """

    days: float | None
    counted: int
    earlier: int
    waiting: int
    longest: int


def first_session(courses: Sequence[Course], now: datetime) -> FirstSession:
    begun = [one for one in courses if one.first_at]
    waits = [(one.first_at - one.created_at).total_seconds() / 86400 for one in begun if one.first_at]
    counted = [days for days in waits if days >= 0]
    waiting = [(now - one.created_at).days for one in courses if one.status in RUNNING and not one.first_at]
    return FirstSession(
        days=median(counted) if counted else None,
        counted=len(counted),
        earlier=len(begun) - len(counted),
        waiting=len(waiting),
        longest=max(waiting, default=0),
    )


class Attended(NamedTuple):
    """Attendance, on every page and in every report: sessions held, of those held or missed.

    Counted are kinds of sessions that cost one of the budget, so no chemistry meetings. What was cancelled is no part
    of it, however late and by whomever; what has begun and is not logged is no part of it yet.
    """

    held: int
    missed: int

    @property
    def expected(self) -> int:
        return self.held + self.missed

    @property
    def share(self) -> int | None:
        """In whole per cent; None where nothing was held or missed."""
        return percent(self.held, self.expected)

    @property
    def words(self) -> str:
        """ "5 of 6"."""
        return f"{self.held} of {self.expected}" if self.expected else "–"


def attended(sessions: Iterable[Any]) -> Attended:
    """The attendance of these sessions."""
    counted = [session for session in sessions if session.is_counted]
    return Attended(sum(session.is_held for session in counted), sum(session.is_missed for session in counted))


@dataclass(frozen=True, slots=True)
class Attendance:
    """What became of sessions whose time has come. `late`: cancelled within a day before, `early`: in good time;
    `unlogged`: begun, and nobody has said what became of them, the oldest `oldest_days` ago, `old` of them for more
    than a week.
    """

    held: int
    missed: int
    late: int
    early: int
    unlogged: int
    old: int
    oldest_days: int

    @property
    def attended(self) -> Attended:
        return Attended(self.held, self.missed)


def percent(part: float, whole: float) -> int | None:
    """A share in whole per cent; None where there is nothing to share. All and none are said only of all and none."""
    if whole <= 0:
        return None
    rounded = round(100 * part / whole)
    if 0 < part < whole:
        return min(max(rounded, 1), 99)
    return rounded
