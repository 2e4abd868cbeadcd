"""In which stage the engagements of a program were, month by month. Pure: counts in, counts out.

Where every step is on record, the months follow from the steps, backwards from how things stand today. Where some
are not, they follow from dates alone: entered, begun, ended; which is coarser, and said so.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engagements.progress import Course

MONTHS = 12


class Stage(StrEnum):
    """Stages that stand side by side in a month. Ended engagements are counted in the month they ended."""

    ARRANGED = "ARRANGED"
    AGREED = "AGREED"
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"


STAGE_OF = {
    "PROPOSED": Stage.ARRANGED,
    "CHEMISTRY": Stage.ARRANGED,
    "CONTRACTED": Stage.AGREED,
    "ACTIVE": Stage.ACTIVE,
    "PAUSED": Stage.PAUSED,
}
ENTERED = ""  # from nowhere: an engagement that was made


@dataclass(frozen=True, slots=True)
class Step:
    """So many engagements went from one status to another in a month; from ENTERED: were made."""

    month: date
    before: str
    after: str
    count: int


@dataclass(frozen=True, slots=True)
class Month:
    """How many engagements stood in which stage when the month ended, and how many ended in it."""

    starts_on: date
    standing: Mapping[Stage, int]
    ended: int

    @property
    def total(self) -> int:
        return sum(self.standing.values())


def month_of(day: date) -> date:
    return day.replace(day=1)


def months_until(today: date, count: int = MONTHS) -> list[date]:
    """The first days of the latest months, oldest first; today's is the last."""
    number = today.year * 12 + today.month - 1
    return [date(one // 12, one % 12 + 1, 1) for one in range(number - count + 1, number + 1)]


def is_complete(steps: Iterable[Step], engagements: int) -> bool:
    """Whether every engagement was seen to be made."""
    return sum(step.count for step in steps if step.before == ENTERED) >= engagements


def by_steps(now: Mapping[str, int], steps: Sequence[Step], months: Sequence[date]) -> list[Month]:
    """From how many stand in which status now, back through the steps taken since."""
    standing = Counter(now)
    found = []
    for month in reversed(months):
        taken = [step for step in steps if step.month == month]
        found.append(Month(month, _stages(standing), sum(s.count for s in taken if s.after not in STAGE_OF)))
        for step in taken:
            standing[step.after] -= step.count
            standing[step.before] += step.count
    return found[::-1]


def _stages(standing: Mapping[str, int]) -> dict[Stage, int]:
    counts = dict.fromkeys(Stage, 0)
    for status, count in standing.items():
        if status in STAGE_OF:
            counts[STAGE_OF[status]] += max(count, 0)
    return counts


def by_dates(courses: Sequence[Course], months: Sequence[date], today: date) -> list[Month]:
    """From when each was entered, begun and ended. The month of today is as things stand."""
    found = [_dated(courses, month, _next(month)) for month in months if month != month_of(today)]
    ended = sum(one.ended_on is not None and one.ended_on >= month_of(today) for one in courses)
    standing = _stages(Counter(one.status for one in courses))
    return [*found, Month(month_of(today), standing, ended)]


def _dated(courses: Sequence[Course], month: date, after: date) -> Month:
    """`after`: the first day of the next month."""
    counts = dict.fromkeys(Stage, 0)
    ended = 0
    for one in courses:
        if one.ended_on and one.ended_on < after:
            ended += one.ended_on >= month
        elif one.starts_on < after and one.status not in ("PROPOSED", "CHEMISTRY", "CONTRACTED", "DECLINED"):
            counts[Stage.ACTIVE] += 1
        elif one.created_at.date() < after:
            counts[Stage.ARRANGED] += 1
    return Month(month, counts, ended)


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
