"""All filters of an engagement advanced together by one session, for many engagements at once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np

from . import switching, trend
from .panel import Sessions
from .parameters import Parameters

STACK = COMPOSITE, COGNITIVE, RELATIONAL = range(3)

# The variants of the trend filter in their order, each with the signal it reads: two tuned to find trouble, and the
# course of each strand, fitted to predict the next ratings, which is what people are shown.
TRENDS = (
    ("trend_regressing", COMPOSITE),
    ("trend_stalled", COMPOSITE),
    ("course", COGNITIVE),
    ("course", RELATIONAL),
)
READ_BY_TREND = [signal for _variant, signal in TRENDS]
TREND_REGRESSING, TREND_STALLED, COURSE_COGNITIVE, COURSE_RELATIONAL = range(len(TRENDS))

DAYS_PER_WEEK = 7.0
DAYS_PER_FORTNIGHT = 14.0
# The commonest rhythm of coaching, for engagements whose own rhythm is not known.
USUAL_CADENCE_WEEKS = 2.0
# Calendars slip. Only after one and a half of the usual intervals does waiting begin to mean something.
OVERDUE_AFTER_INTERVALS = 1.5
# Two sessions on one day or in one week are not two independent looks at a changed relationship, but trust can
# move overnight: no interval counts as less than half a week.
SHORTEST_STEP = 0.25


@dataclass(frozen=True, slots=True)
class Compiled:
    """Parameters in the form the filters use."""

    parameters: Parameters
    switching: switching.Constants
    trend: trend.TrendConstants
    voice_shift: np.ndarray  # (4, 1) in the order of the ratings


@lru_cache(maxsize=64)
def compiled(parameters: Parameters) -> Compiled:
    """Parameters arranged as arrays; kept for the next call with the same parameters."""
    executive, coach = parameters.voice_shift
    return Compiled(
        parameters=parameters,
        switching=switching.constants((parameters.composite, parameters.strand, parameters.strand)),
        trend=trend.trend_constants(tuple(getattr(parameters, variant) for variant, _signal in TRENDS)),
        voice_shift=np.array([coach, coach, executive, executive])[:, None],
    )


@dataclass(slots=True)
class Filters:
    """Beliefs of all filters about `n` engagements, with the day of the last session and the number so far."""

    beliefs: switching.Beliefs
    drift: trend.Drift
    day: np.ndarray
    sessions: np.ndarray


def begin(c: Compiled, n: int) -> Filters:
    """Filters of `n` engagements before their first session."""
    return Filters(switching.begin(c.switching, n), trend.begin_trend(c.trend, n), np.full(n, np.nan), np.zeros(n))


def fortnights(since: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Fortnights between two days, at least SHORTEST_STEP."""
    return np.maximum((day - since) / DAYS_PER_FORTNIGHT, SHORTEST_STEP)


def advance(f: Filters, c: Compiled, s: Sessions) -> Filters:
    """The filters after one more session of every engagement. O(1) per engagement."""
    fresh = f.sessions == 0
    beliefs, drift = f.beliefs, f.drift
    if not fresh.all():
        u = fortnights(np.where(fresh, s.day, f.day), s.day)
        beliefs = switching.predict(beliefs, c.switching, u)
        drift = trend.predict_trend(drift, c.trend, u)
        if fresh.any():  # before a first session there is nothing to predict from
            beliefs, drift = _choose(fresh, f.beliefs, beliefs), _choose(fresh, f.drift, drift)
    executive, coach = voices(s, c)
    attendance = _attendance(c.switching, s, np.isfinite(executive[COMPOSITE])) * ~fresh
    beliefs = switching.update(beliefs, c.switching, executive, coach, attendance)
    drift = trend.update_trend(drift, c.trend, executive[READ_BY_TREND], coach[READ_BY_TREND])
    return Filters(beliefs, drift, s.day.astype(float), f.sessions + 1)


def _choose(condition, one, other):
    """`one` where the condition (n,) holds, `other` elsewhere, for each array of two equal records."""
    pairs = ((getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    return type(one)(*(np.where(condition, a, b) for a, b in pairs))


def voices(s: Sessions, c: Compiled) -> tuple[np.ndarray, np.ndarray]:
    """Ratings of the executive and of the coach, (signals, n) each, on the built-in population's level."""
    r = np.where(s.held, s.ratings - c.voice_shift, np.nan)
    return _with_composite(r[2], r[3]), _with_composite(r[0], r[1])


def _with_composite(cognitive: np.ndarray, relational: np.ndarray) -> np.ndarray:
    """Composite (the mean of what is there), cognitive, relational."""
    both = (cognitive + relational) / 2
    composite = np.where(np.isnan(cognitive), relational, np.where(np.isnan(relational), cognitive, both))
    return np.stack([composite, cognitive, relational])


def _attendance(c: switching.Constants, s: Sessions, answered: np.ndarray) -> np.ndarray:
    """What being there, and answering the check-in, says about the modes: log likelihoods (modes, signals, n)."""
    voice = np.where(answered, c.log_answered, np.where(s.invited, c.log_silent, 0.0))
    return np.where(s.held, c.log_attended + voice, c.log_missed)


def wait(f: Filters, c: Compiled, day: np.ndarray, cadence_weeks: np.ndarray) -> Filters:
    """The filters on `day` when nothing has happened since the last session; the state itself is not advanced.

    `cadence_weeks` (n,) is the agreed interval, NaN when unknown. Within it, time only widens the uncertainty. A
    session that is overdue counts as a growing part of one missed session, and never as more than one: silence is
    evidence, but it is one piece of evidence however long it lasts.
    """
    weeks = np.maximum(day - np.where(f.sessions == 0, day, f.day), 0.0) / DAYS_PER_WEEK
    intervals = weeks / np.where(np.isnan(cadence_weeks), USUAL_CADENCE_WEEKS, cadence_weeks)
    beliefs = switching.predict(f.beliefs, c.switching, weeks / 2, np.minimum(intervals, 1.0))
    overdue = np.clip(intervals - OVERDUE_AFTER_INTERVALS, 0.0, 1.0)
    silent = np.full((len(STACK), len(day)), np.nan)
    missing = overdue * (c.switching.log_missed - c.switching.log_attended)
    beliefs = switching.update(beliefs, c.switching, silent, silent, missing)
    return Filters(beliefs, trend.predict_trend(f.drift, c.trend, weeks / 2), f.day, f.sessions)
