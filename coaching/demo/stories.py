"""The lives engagements live: forty of them, repeated for larger numbers, so that every kind is always there."""

from dataclasses import dataclass
from datetime import timedelta

from engagements.models import Status

# How trust goes: see relationship.py.
GROWING, PLATEAU, STALLED, RUPTURED, REPAIRED = "growing", "plateau", "stalled", "ruptured", "repaired"
FLAT, SILENT = "flat", "silent"


@dataclass(frozen=True, slots=True)
class Story:
    """`sessions` is how many were due so far; `coach` is one of five in each group of forty engagements.

    `next_in` is the distance from now to the session after those (negative: it waits to be logged), None for an
    ordinary day of the coming weeks; `booked` counts it and what follows. `ended_weeks_ago` is a range.
    """

    name: str
    coach: int
    status: Status = Status.ACTIVE
    course: str = GROWING
    sessions: tuple[int, int] = (4, 8)
    next_in: timedelta | None = None
    booked: int = 2
    ended_weeks_ago: tuple[int, int] = (0, 0)
    misses_lately: int = 0


def _in(**distance):
    return timedelta(**distance)


def _completed(coach, course=GROWING, weeks=(4, 20)):
    return Story("completed", coach, Status.COMPLETED, course, (11, 14), booked=0, ended_weeks_ago=weeks)


# The first coach is the one a visitor signs in as: a full week, two sessions today, some to log, reasons to talk.
STORIES = (
    Story("growing", 0, next_in=_in(minutes=70), sessions=(8, 10)),
    Story("plateau", 0, course=PLATEAU, next_in=_in(minutes=210), sessions=(7, 9), booked=1),
    Story("ruptured", 0, course=RUPTURED, next_in=_in(days=2), sessions=(8, 9)),
    Story("repaired", 0, course=REPAIRED, next_in=_in(days=-1), sessions=(8, 10)),
    Story("stalled", 0, course=STALLED, next_in=_in(days=5), sessions=(7, 9), booked=1),
    Story("quiet", 0, next_in=_in(weeks=-5), sessions=(4, 5), booked=0),
    Story("too_early", 0, next_in=_in(days=-2), sessions=(1, 1)),
    Story("flat", 0, course=FLAT, next_in=_in(days=1), sessions=(6, 7)),
    Story("chemistry", 0, Status.CHEMISTRY, sessions=(0, 0), next_in=_in(days=3), booked=0),
    _completed(0),
    _completed(0, PLATEAU, (30, 45)),
    Story("ended", 0, Status.ENDED_EARLY, STALLED, (6, 9), booked=0, ended_weeks_ago=(12, 20)),
    Story("growing", 1, sessions=(7, 11)),
    Story("ruptured", 1, course=RUPTURED, sessions=(9, 10)),
    Story("plateau", 1, course=PLATEAU, sessions=(8, 12)),
    Story("missed", 1, course=STALLED, sessions=(7, 8), misses_lately=3),
    Story("growing", 1, next_in=_in(days=-1), sessions=(3, 5)),
    Story("proposed", 1, Status.PROPOSED, sessions=(0, 0), booked=0),
    _completed(1, weeks=(40, 50)),
    Story("paused", 1, Status.PAUSED, GROWING, (6, 9), booked=0, ended_weeks_ago=(2, 4)),
    Story("growing", 2, sessions=(9, 12)),
    Story("ruptured", 2, course=RUPTURED, sessions=(7, 8), booked=1),
    Story("no_data", 2, course=SILENT, sessions=(5, 6)),
    Story("contracted", 2, Status.CONTRACTED, sessions=(0, 0), booked=1),
    _completed(2, weeks=(50, 62)),
    _completed(2, REPAIRED, (8, 30)),
    Story("declined", 2, Status.DECLINED, sessions=(0, 0), booked=0, ended_weeks_ago=(6, 30)),
    Story("growing", 3, sessions=(6, 10)),
    Story("repaired", 3, course=REPAIRED, sessions=(9, 10)),
    Story("stalled", 3, course=STALLED, sessions=(8, 9)),
    Story("too_early", 3, sessions=(2, 2)),
    Story("chemistry", 3, Status.CHEMISTRY, sessions=(0, 0), booked=0),
    _completed(3, weeks=(20, 50)),
    _completed(3, PLATEAU, (50, 62)),
    Story("growing", 4, sessions=(9, 12)),
    Story("plateau", 4, course=PLATEAU, sessions=(8, 12)),
    Story("quiet", 4, course=STALLED, next_in=_in(weeks=-4), sessions=(5, 6), booked=0),
    _completed(4, RUPTURED, (10, 40)),
    Story("ended", 4, Status.ENDED_EARLY, RUPTURED, (5, 7), booked=0, ended_weeks_ago=(5, 40)),
    Story("paused", 4, Status.PAUSED, PLATEAU, (6, 10), booked=0, ended_weeks_ago=(3, 6)),
)
GROUP = len(STORIES)
COACHES_PER_GROUP = 5
