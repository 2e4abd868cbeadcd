"""The course of one engagement, point by point."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from . import filters
from .evidence import Evidence, TrajectoryPoint
from .levels import Levels, levels
from .panel import Panel
from .parameters import Parameters

FIRST = np.array([0])


def points(
    history: Sequence[Evidence], *, until: date | None, parameters: Parameters, cadence_weeks: float | None = None
) -> list[TrajectoryPoint]:
    """One point per piece of evidence and one at `until`, when that is later than the last of them."""
    c, panel = filters.compiled(parameters), Panel.of([history])
    f, course = filters.begin(c, 1), []
    for k, evidence in enumerate(history):
        f = filters.advance(f, c, panel.column(k, FIRST))
        course.append(point(levels(f, c), 0, on=evidence.on, key=evidence.key))
    if until is not None and history and until > history[-1].on:
        cadence = np.array([np.nan if cadence_weeks is None else cadence_weeks])
        later = filters.wait(f, c, np.array([float(until.toordinal())]), cadence)
        course.append(point(levels(later, c), 0, on=until, forecast=True))
    return course


def point(found: Levels, i: int, *, on: date, key: str = "", forecast: bool = False) -> TrajectoryPoint:
    """The levels of engagement `i` as a point of its course."""
    coach_cognitive, coach_relational, executive_cognitive, executive_relational = found.voice[:, i].tolist()
    (cognitive, relational), (cognitive_sd, relational_sd) = found.strand[:, i].tolist(), found.sd[:, i].tolist()
    return TrajectoryPoint(
        on=on,
        cognitive=cognitive,
        cognitive_sd=cognitive_sd,
        relational=relational,
        relational_sd=relational_sd,
        coach_cognitive=coach_cognitive,
        coach_relational=coach_relational,
        executive_cognitive=executive_cognitive,
        executive_relational=executive_relational,
        key=key,
        forecast=forecast,
    )
