"""Asks the engine about a batch of engagements: each from its kept memory where that still holds."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from trust.actions.kept_memory import from_bytes, mark_of, usable_sessions
from trust.detection import BUILT_IN_THRESHOLDS, Judgement, Thresholds, judging
from trust.detection.single import judgement, strand_weights
from trust.trajectory import BUILT_IN, Parameters, filters
from trust.trajectory.packing import arrays, pick
from trust.trajectory.panel import Panel, Sessions


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What one organization is judged with."""

    parameters: Parameters = BUILT_IN
    thresholds: Thresholds = BUILT_IN_THRESHOLDS

    @property
    def versions(self):
        return self.parameters.version, self.thresholds.version


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the engine says of one engagement today, and the memory to go on from.

    `latest_on` is the day of the latest session, `trusted_since` that of the session since which the point of trust
    has looked reached, None where it does not.
    """

    judgement: Judgement
    latest_on: date
    trusted_since: date | None
    thresholds: Thresholds
    memory: bytes | None
    memory_sessions: int
    mark: bytes | None


def assess(batch, which, calibrated, kept):
    """{index: Assessment} for the engagements `which` of a batch, all judged with the same calibration.

    `kept` maps engagement keys to stored judgements. Engagements without any session get none.
    """
    which = [i for i in which if batch.counts[i]]
    if not which:
        return {}
    c = filters.compiled(calibrated.parameters)
    panel, counts = batch.panel.rows(which), batch.counts[which]
    weights = strand_weights([batch.engagements[i].executive.orientation for i in which])
    stored = [kept.get(batch.engagements[i].pk) for i in which]
    spared = _spared(stored, panel, counts, calibrated)
    before = _memory_before_latest(panel, counts, spared, calibrated, weights, stored, c)
    after, outcome = judging.session(before, c, _latest(panel, counts), weights, calibrated.thresholds)
    outcome, is_later = _as_of_today(batch, which, panel, counts, after, outcome, weights, calibrated.thresholds, c)
    packed = before.pack()
    found = {}
    for row, i in enumerate(which):
        latest_on, since = _day(panel.day[row, counts[row] - 1]), after.record.trusted_on[row]
        on = batch.today(i) if is_later[row] else latest_on
        told = judgement(outcome, (row,), on, calibrated.versions, forecast=bool(is_later[row]))
        sessions = int(counts[row]) - 1
        memory = packed[row].tobytes() if sessions else None
        mark = mark_of(panel, row, sessions, calibrated.versions) if sessions else None
        trusted_since = None if np.isnan(since) else _day(since)
        found[i] = Assessment(told, latest_on, trusted_since, calibrated.thresholds, memory, sessions, mark)
    return found


def _day(ordinal):
    return date.fromordinal(int(ordinal))


def _spared(stored, panel, counts, calibrated):
    return np.array(
        [usable_sessions(one, panel, row, counts[row], calibrated.versions) for row, one in enumerate(stored)]
    )


def _memory_before_latest(panel, counts, spared, calibrated, weights, stored, c):
    """The memory before each engagement's latest session: kept, or replayed from the point of change."""
    start = judging.blank(c, len(counts))
    resumed = np.flatnonzero(spared)
    if len(resumed):
        rows = judging.restore(np.stack([from_bytes(stored[row].memory) for row in resumed]), c)
        for whole, part in zip(arrays(start), arrays(rows), strict=True):
            whole[..., resumed] = part
    rest = _between(panel, spared, counts - 1)
    if not rest.present.any():
        return start
    return judging.judge_panel(rest, calibrated.parameters, calibrated.thresholds, weights, start)[1]


def _between(panel, first, end):
    """Sessions `first` to `end` (exclusive, per engagement) of a panel, aligned to the left."""
    width = int(np.maximum(end - first, 0).max(initial=0))
    columns = first[:, None] + np.arange(width)
    present = columns < end[:, None]
    columns = np.minimum(columns, panel.size[1] - 1)

    def taken(array):
        return np.take_along_axis(array, columns, axis=1)

    ratings = np.take_along_axis(panel.ratings, columns[..., None], axis=1)
    return Panel(taken(panel.day), present, taken(panel.held), taken(panel.invited), ratings)


def _latest(panel, counts):
    rows, last = np.arange(len(counts)), counts - 1
    return Sessions(
        day=panel.day[rows, last],
        held=panel.held[rows, last],
        invited=panel.invited[rows, last],
        ratings=panel.ratings[rows, last].T,
    )


def _as_of_today(batch, which, panel, counts, memory, outcome, weights, thresholds, c):
    """The outcome after the time that has passed since the latest session, where any has."""
    last = panel.day[np.arange(len(counts)), counts - 1]
    today = np.array([float(batch.today(i).toordinal()) for i in which])
    is_later = today > last
    rows = np.flatnonzero(is_later)
    if len(rows):
        cadence = np.array([float(batch.engagements[which[row]].cadence_weeks) for row in rows])
        some = pick(memory, rows)
        later = judging.waiting(some, c, today[rows], cadence, weights[:, rows], thresholds)
        for whole, part in zip(arrays(outcome), arrays(later), strict=True):
            whole[..., rows] = part
    return outcome, is_later
