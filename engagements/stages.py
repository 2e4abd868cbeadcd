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
NOT_BEGUN = ("PROPOSED", "CHEMISTRY", "CONTRACTED", "DECLINED")
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
    entered: Counter[date] = Counter()
    begun, ended, over_begun, over_arranged = entered.copy(), entered.copy(), entered.copy(), entered.copy()
    for one in courses:
        is_begun = one.status not in NOT_BEGUN
        entered[month_of(one.created_at.date())] += 1
        if is_begun:
            # Never before it was entered: what began earlier was brought in later.
            begun[month_of(max(one.starts_on, one.created_at.date()))] += 1
        if one.ended_on:
            (over_begun if is_begun else over_arranged)[month_of(one.ended_on)] += 1
            ended[month_of(one.ended_on)] += 1
    found = []
    for month in months:
        active = _until(begun, month) - _until(over_begun, month)
        arranged = _until(entered, month) - _until(begun, month) - _until(over_arranged, month)
        found.append(Month(month, _counted(active, arranged), ended[month]))
    now = Month(month_of(today), _stages(Counter(one.status for one in courses)), ended[month_of(today)])
    return [now if month.starts_on == now.starts_on else month for month in found]


def _until(counts: Mapping[date, int], month: date) -> int:
    return sum(count for day, count in counts.items() if day <= month)


def _counted(active: int, arranged: int) -> dict[Stage, int]:
    return dict.fromkeys(Stage, 0) | {Stage.ACTIVE: max(active, 0), Stage.ARRANGED: max(arranged, 0)}
