"""What the engine is told and what it tells about the course of trust: plain values, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

LOWEST_RATING = 1.0
HIGHEST_RATING = 7.0

# Order of the four ratings wherever they stand in an array.
RATINGS = ("coach_cognitive", "coach_relational", "executive_cognitive", "executive_relational")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One scheduled session that was held or missed.

    Ratings are strand means from 1 to 7, or None when missing. `check_in_invited=False` says that a missing
    check-in means nothing (check-ins off, not invited, or still open). `key` is the caller's own id of the
    session and is carried through untouched.
    """

    on: date
    held: bool
    coach_cognitive: float | None = None
    coach_relational: float | None = None
    executive_cognitive: float | None = None
    executive_relational: float | None = None
    check_in_invited: bool = True
    key: str = ""

    def __post_init__(self) -> None:
        for name in RATINGS:
            _refuse_impossible(name, getattr(self, name))


def _refuse_impossible(name: str, rating: float | None) -> None:
    # `not (low <= x <= high)` also refuses NaN, which would poison everything after it without a sound.
    if rating is not None and not (LOWEST_RATING <= rating <= HIGHEST_RATING):
        raise ValueError(f"{name} must lie between 1 and 7 or be None, not {rating!r}")


@dataclass(frozen=True, slots=True)
class TrajectoryPoint:
    """Both strands after one piece of evidence, on the 1..7 scale, with one standard deviation each.

    The level of a strand is the mean of the levels the two voices perceive; these stand apart as well, because
    the gap between the voices is a finding of its own. `forecast` marks a point between sessions.
    """

    on: date
    cognitive: float
    cognitive_sd: float
    relational: float
    relational_sd: float
    coach_cognitive: float
    coach_relational: float
    executive_cognitive: float
    executive_relational: float
    key: str = ""
    forecast: bool = False
