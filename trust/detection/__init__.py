"""Which engagement is stalled, which is losing ground, which has reached the point of trust. Pure.

NumPy is imported when something is judged, not when this module is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from trust.trajectory.evidence import Evidence
from trust.trajectory.parameters import BUILT_IN, Parameters

from .judgement import Fall, Judgement, State
from .thresholds import BUILT_IN_THRESHOLDS, Thresholds

__all__ = ["BUILT_IN_THRESHOLDS", "ORIENTATIONS", "Fall", "Judgement", "State", "Thresholds", "judge", "judge_all"]

ORIENTATIONS = ("COGNITIVE", "BALANCED", "RELATIONAL")


def judge(
    history: Sequence[Evidence],
    *,
    until: date | None = None,
    orientation: str = "BALANCED",
    cadence_weeks: float | None = None,
    parameters: Parameters = BUILT_IN,
    thresholds: Thresholds = BUILT_IN_THRESHOLDS,
) -> list[Judgement]:
    """One judgement per piece of evidence, and one at `until` when that is later than the last of them.

    Every judgement uses only what was known then. `cadence_weeks` is the agreed interval between sessions; it
    matters for waiting only. Raises ValueError when the history runs backwards or the orientation is unknown.
    """
    return judge_all(
        [history],
        until=until,
        orientation=orientation,
        cadence_weeks=cadence_weeks,
        parameters=parameters,
        thresholds=thresholds,
    )[0]


def judge_all(
    histories: Sequence[Sequence[Evidence]],
    *,
    until: date | None = None,
    orientation: str = "BALANCED",
    cadence_weeks: float | None = None,
    parameters: Parameters = BUILT_IN,
    thresholds: Thresholds = BUILT_IN_THRESHOLDS,
) -> list[list[Judgement]]:
    """`judge` for several tellings of one engagement at the price of one."""
    from .single import judgements  # NumPy only when something is computed

    if orientation not in ORIENTATIONS:
        raise ValueError(f"orientation must be one of {', '.join(ORIENTATIONS)}, not {orientation!r}")
    return judgements(histories, until, orientation, cadence_weeks, parameters, thresholds)
