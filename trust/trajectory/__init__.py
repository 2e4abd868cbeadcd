"""How trust develops in one engagement: both strands, with their uncertainty. Pure: no database, no clock.

NumPy is imported when something is computed, not when this module is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from .evidence import Evidence, TrajectoryPoint
from .parameters import BUILT_IN, Parameters

__all__ = ["BUILT_IN", "Evidence", "Parameters", "TrajectoryPoint", "estimate"]


def estimate(
    history: Sequence[Evidence], *, until: date | None = None, parameters: Parameters = BUILT_IN
) -> list[TrajectoryPoint]:
    """Both strands after each piece of evidence, and at `until` if given and later than the last one.

    Every point uses only what was known then. Raises ValueError when the history runs backwards.
    """
    from .course import points  # NumPy only when something is computed

    return points(history, until=until, parameters=parameters)
