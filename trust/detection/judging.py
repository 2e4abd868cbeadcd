"""Judging many engagements at once: the loop that replay and jobs share, and the O(1) step inside it."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from trust.trajectory import filters
from trust.trajectory.filters import COMPOSITE, Compiled, Filters
from trust.trajectory.levels import levels
from trust.trajectory.packing import arrays, pack, pick, unpack
from trust.trajectory.panel import Panel, Sessions
from trust.trajectory.parameters import Parameters
from trust.trajectory.switching import DECLINING, HELD_LOW, RUPTURE

from . import alarms, record, scores, states
from .record import Record
from .thresholds import Thresholds


@dataclass(slots=True)
class Memory:
    """Everything known about `n` engagements, in a fixed number of values each."""

    filters: Filters
    record: Record

    def pack(self) -> np.ndarray:
        """One row of float64 per engagement, (n, width), to be kept; `restore` is the inverse."""
        return pack(self)


def blank(c: Compiled, n: int) -> Memory:
    """The memory of `n` engagements before their first session."""
    return Memory(filters.begin(c, n), record.begin(n))


def restore(rows: np.ndarray, c: Compiled) -> Memory:
    """Memory from packed rows (n, width). Raises ValueError when another version of the engine packed them."""
    return unpack(rows, blank(c, 1))


@dataclass(slots=True)
class Outcome:
    """What is judged after one session (or while waiting for one). All (n,) or (k, n); over panels (…, n, t).

    `p`: stalled, regressing. `steps`: NONE, WATCH or ALARM of these two; `standing`: whether the finding stands, and
    `alarmed_on` since the session of which day (NaN: never; time alone is dated by the latest session). `voice`:
    levels in the order of RATINGS. `fall_…`: the largest recent fall (index into RATINGS, from, to, over how many
    sessions).
    """

    state: np.ndarray
    p: np.ndarray
    p_point_of_trust: np.ndarray
    steps: np.ndarray
    standing: np.ndarray
    alarmed_on: np.ndarray
    strand: np.ndarray
    sd: np.ndarray
    voice: np.ndarray
    fall_which: np.ndarray
    fall_from: np.ndarray
    fall_to: np.ndarray
    fall_over: np.ndarray
    unanswered: np.ndarray
    missed: np.ndarray
    rated: np.ndarray
    sessions: np.ndarray


def session(
    memory: Memory, c: Compiled, s: Sessions, strand_weights: np.ndarray, thresholds: Thresholds
) -> tuple[Memory, Outcome]:
    """One more session of each of `n` engagements: the new memory and what is judged. O(1) per engagement.

    `strand_weights` is (2, n); see `scores.STRAND_WEIGHTS`. The memory passed in is not changed.
    """
    f = filters.advance(memory.filters, c, s)
    r = _copy(memory.record)
    record.count(r, s)
    return _conclude(f, r, c, strand_weights, thresholds)


def waiting(
    memory: Memory,
    c: Compiled,
    day: np.ndarray,
    cadence_weeks: np.ndarray,
    strand_weights: np.ndarray,
    thresholds: Thresholds,
) -> Outcome:
    """What is judged on `day` (n,) when no session has come since; memory stays as it is.

    `cadence_weeks` (n,) is the agreed interval, NaN if unknown.
    """
    f = filters.wait(memory.filters, c, day, cadence_weeks)
    return _conclude(f, _copy(memory.record), c, strand_weights, thresholds)[1]


def _copy(r: Record) -> Record:
    # Shallow: every rule replaces whole arrays and never writes into one.
    return Record(*(getattr(r, f.name) for f in fields(r)))


def _conclude(
    f: Filters, r: Record, c: Compiled, strand_weights: np.ndarray, thresholds: Thresholds
) -> tuple[Memory, Outcome]:
    found = levels(f, c)
    p = np.stack(scores.findings(f, c))
    trust = scores.point_of_trust(found, strand_weights)
    # One session is a start, not a course: nothing can have changed yet.
    alarming = np.where(f.sessions > 1, p, -1.0)
    steps, r.mute = alarms.step(alarming, r.mute, thresholds)
    r.alarmed_on = np.where(steps == alarms.ALARM, f.day, r.alarmed_on)
    since = np.where(r.trusted > 0, r.trusted_on, f.day)
    states.follow(r, alarms.standing(alarming, r.open, thresholds), _rupture_likelier(f), trust)
    r.trusted_on = np.where(r.trusted > 0, since, np.nan)
    which, top, bottom, over = record.fall(r, found)
    outcome = Outcome(
        state=states.name(r, found, strand_weights), p=p, p_point_of_trust=trust, steps=steps, standing=r.open > 0,
        alarmed_on=r.alarmed_on,
        strand=found.strand, sd=found.sd, voice=found.voice, fall_which=which, fall_from=top, fall_to=bottom,
        fall_over=over, unanswered=r.unanswered, missed=r.missed.sum(0), rated=r.rated, sessions=f.sessions,
    )  # fmt: skip
    record.remember(r, found)
    return Memory(f, r), outcome


def _rupture_likelier(f: Filters) -> np.ndarray:
    w = f.beliefs.weight[:, COMPOSITE]
    return w[RUPTURE] > w[DECLINING] + w[HELD_LOW]


def judge_panel(
    panel: Panel,
    parameters: Parameters,
    thresholds: Thresholds,
    strand_weights: np.ndarray | None = None,
    start: Memory | None = None,
) -> tuple[Outcome, Memory]:
    """Judge every session of every engagement of a panel, using only what was known at the time.

    Gives an Outcome whose arrays end in (n, t), and the memory after each engagement's last session. Padding holds
    zeros. `strand_weights` (2, n) defaults to balanced. `start` is the memory before the panel's first session, where
    there is one; it is not changed. Engagements do not influence each other.
    """
    c = filters.compiled(parameters)
    n, t = panel.size
    weights = np.ones((2, n)) if strand_weights is None else strand_weights
    last = blank(c, n) if start is None else pick(start, np.arange(n))
    outcome = _room_for(_conclude(last.filters, _copy(last.record), c, weights, thresholds)[1], t)
    order = np.argsort(-panel.present.sum(1), kind="stable")  # the running ones form a shrinking head
    memory = pick(last, order)
    for k in range(t):
        running = order[: int(panel.present[:, k].sum())]
        memory = pick(memory, slice(len(running)))
        memory, found = session(memory, c, panel.column(k, running), weights[:, running], thresholds)
        for whole, part in zip(arrays(outcome), arrays(found), strict=True):
            whole[..., running, k] = part
        ending = panel.present[running].sum(1) == k + 1
        for whole, part in zip(arrays(last), arrays(memory), strict=True):
            whole[..., running[ending]] = part[..., ending]
    return outcome, last


def _room_for(found: Outcome, t: int) -> Outcome:
    return Outcome(*(np.zeros((*part.shape, t), part.dtype) for part in arrays(found)))
