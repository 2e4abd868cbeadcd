"""From arrays back to plain judgements: one engagement, or one session of a judged panel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from trust.trajectory import filters
from trust.trajectory.evidence import RATINGS, Evidence, TrajectoryPoint
from trust.trajectory.panel import Panel
from trust.trajectory.parameters import Parameters

from . import alarms, judging
from .judgement import Fall, Judgement
from .judging import Outcome
from .scores import STRAND_WEIGHTS
from .states import STATES
from .thresholds import Thresholds

# A fall smaller than this is not worth a sentence: ratings wobble by more from one session to the next.
LEAST_FALL = 0.3


def strand_weights(orientations: Sequence[str]) -> np.ndarray:
    """Weights (2, n) of the cognitive and the relational strand for executives of these orientations."""
    return np.array([STRAND_WEIGHTS[o] for o in orientations], float).reshape(-1, 2).T


def judgements(
    histories: Sequence[Sequence[Evidence]],
    until: date | None,
    orientation: str,
    cadence_weeks: float | None,
    parameters: Parameters,
    thresholds: Thresholds,
) -> list[list[Judgement]]:
    """See `trust.detection.judge_all`."""
    weights = strand_weights([orientation] * len(histories))
    outcome, memory = judging.judge_panel(Panel.of(histories), parameters, thresholds, weights)
    versions = parameters.version, thresholds.version
    cadence = np.full(len(histories), np.nan if cadence_weeks is None else float(cadence_weeks))
    later = None
    if until is not None:
        days = [
            float(max(until, history[-1].on).toordinal() if history else until.toordinal()) for history in histories
        ]
        c = filters.compiled(parameters)
        later = judging.waiting(memory, c, np.array(days), cadence, weights, thresholds)
    found = []
    for place, history in enumerate(histories):
        keys = [evidence.key for evidence in history]
        own = [judgement(outcome, (place, k), e.on, versions, keys[: k + 1]) for k, e in enumerate(history)]
        if later is not None and until is not None and history and until > history[-1].on:
            own.append(judgement(later, (place,), until, versions, keys, forecast=True))
        found.append(own)
    return found


def judgement(
    o: Outcome,
    at: tuple[int, ...],
    on: date,
    versions: tuple[str, str],
    keys: Sequence[str] = (),
    forecast: bool = False,
) -> Judgement:
    """The judgement at index `at` of an outcome; `keys` are the caller's ids of the sessions so far."""
    stalled, regressing = (float(p[at]) for p in o.p)
    coach_cognitive, coach_relational, executive_cognitive, executive_relational = (float(v[at]) for v in o.voice)
    point = TrajectoryPoint(
        on, float(o.strand[0][at]), float(o.sd[0][at]), float(o.strand[1][at]), float(o.sd[1][at]),
        coach_cognitive, coach_relational, executive_cognitive, executive_relational,
        key="" if forecast or not keys else keys[-1], forecast=forecast,
    )  # fmt: skip
    return Judgement(
        on=on,
        state=STATES[o.state[at]],
        p_stalled=stalled,
        p_regressing=regressing,
        p_point_of_trust=float(o.p_point_of_trust[at]),
        alarms=_alarms(o, at),
        standing=_standing(o, at),
        fall=_fall(o, at, keys),
        unanswered=int(o.unanswered[at]),
        missed=int(o.missed[at]),
        sessions=int(o.sessions[at]),
        rated_sessions=int(o.rated[at]),
        gap_cognitive=executive_cognitive - coach_cognitive,
        gap_relational=executive_relational - coach_relational,
        point=point,
        parameters_version=versions[0],
        thresholds_version=versions[1],
        key=point.key,
        forecast=forecast,
    )


def _alarms(o: Outcome, at: tuple[int, ...]) -> tuple[tuple[str, str], ...]:
    """Alarms before watches, regressing before stalled."""
    steps = [(int(o.steps[kind][at]), kind) for kind in (alarms.REGRESSING, alarms.STALLED)]
    return tuple(
        (str(alarms.STEPS[step]), alarms.KINDS[kind]) for step, kind in sorted(steps, key=lambda s: -s[0]) if step
    )


def _standing(o: Outcome, at: tuple[int, ...]) -> tuple[tuple[str, date], ...]:
    """Findings that stand, with the day of their latest alarm."""
    kinds = (alarms.REGRESSING, alarms.STALLED)
    return tuple(
        (alarms.KINDS[kind], date.fromordinal(int(o.alarmed_on[kind][at]))) for kind in kinds if o.standing[kind][at]
    )


def _fall(o: Outcome, at: tuple[int, ...], keys: Sequence[str]) -> Fall | None:
    top, bottom, over = float(o.fall_from[at]), float(o.fall_to[at]), int(o.fall_over[at])
    if not top - bottom >= LEAST_FALL:  # also when there is nothing to compare with (NaN)
        return None
    voice, strand = RATINGS[int(o.fall_which[at])].upper().split("_")
    return Fall(strand, voice, top, bottom, over, tuple(keys[-over:]) if keys else ())
