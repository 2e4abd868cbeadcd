"""How good are alarms? Sensitivity at a fixed rate of false alarms, delay, discrimination, calibration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .world import NEVER, REGRESSING, STALLED, Lives

DAYS_PER_MONTH = 30.4
SILENT_SESSIONS = 3
NOTHING = -np.inf
BINS = 10
HALVINGS = 18
MOST_CANDIDATES = 4000


@dataclass(frozen=True, slots=True)
class Task:
    """Finding one kind of trouble in some simulated engagements. Arrays are (n, t) unless said otherwise.

    `quiet` marks healthy sessions, where an alarm is false; `bad` those from the onset on; `useful` those of them
    where an alarm still leaves time to act. `positive` (n,): engagements that can be caught. Engagements with the
    other trouble count as healthy until that begins, and not at all afterwards.
    """

    present: np.ndarray
    quiet: np.ndarray
    bad: np.ndarray
    useful: np.ndarray
    positive: np.ndarray
    onset: np.ndarray
    month: np.ndarray  # engagement-months each session adds

    def of(self, rows: np.ndarray) -> Task:
        """The task about some of the engagements (with repetitions, for the bootstrap)."""
        return Task(*(getattr(self, name)[rows] for name in self.__slots__))


def task(lives: Lives, kind: int) -> Task:
    """The task of finding STALLED or REGRESSING engagements."""
    present, at = lives.panel.present, np.arange(lives.panel.day.shape[1])
    onset = np.where(lives.truth == kind, lives.onset, NEVER)
    other = np.where((lives.truth != kind) & np.isin(lives.truth, (STALLED, REGRESSING)), lives.onset, NEVER)
    # An alarm in the very last planned session comes too late; one before a break-off may still prevent it.
    last = present.sum(1) - np.where(lives.early, 1, 2)
    days = np.diff(lives.panel.day, axis=1, prepend=lives.panel.day[:, :1])
    bad = present & (at >= onset[:, None])
    return Task(
        present=present,
        quiet=present & (at < np.minimum(onset, other)[:, None]),
        bad=bad,
        useful=bad & (at <= last[:, None]),
        positive=(onset <= last) & (onset < NEVER),
        onset=onset,
        month=np.where(present, days, 0) / DAYS_PER_MONTH,
    )


def usable(scores: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Scores (n, t) as alarms may use them: none in a first session, the last one stands where there is none."""
    kept = scores.copy()
    kept[:, 0] = NOTHING
    for k in range(1, kept.shape[1]):
        kept[:, k] = np.where(np.isnan(kept[:, k]), kept[:, k - 1], kept[:, k])
    return np.where(present, kept, NOTHING)


def ring(scores: np.ndarray, threshold: float) -> np.ndarray:
    """Alarms (n, t), with the silence that follows each."""
    rung, mute = np.zeros(scores.shape, bool), np.zeros(len(scores))
    for k in range(scores.shape[1]):
        rung[:, k] = (scores[:, k] >= threshold) & (mute <= 0)
        mute = np.where(rung[:, k], SILENT_SESSIONS, mute - 1)
    return rung


def false_alarms(t: Task, scores: np.ndarray, threshold: float) -> float:
    """False alarms per 100 engagement-months of healthy time."""
    return float((ring(scores, threshold) & t.quiet).sum() / (t.month * t.quiet)[:, 1:].sum() * 100)


def threshold_at(t: Task, scores: np.ndarray, rate: float) -> float:
    """The lowest threshold with at most `rate` false alarms per 100 engagement-months."""
    candidates = np.unique(scores[np.isfinite(scores)])
    if len(candidates) > MOST_CANDIDATES:
        candidates = np.quantile(candidates, np.linspace(0, 1, MOST_CANDIDATES))
    low, high = 0, len(candidates) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if false_alarms(t, scores, candidates[middle]) <= rate else (middle + 1, high)
    return float(candidates[high])


@dataclass(frozen=True, slots=True)
class Result:
    """`delay` in sessions (median over those caught)."""

    sensitivity: float
    delay: float
    auc: float
    calibration_error: float
    false_alarms: float
    threshold: float


def score(t: Task, scores: np.ndarray, rate: float = 2.0) -> Result:
    """All metrics of scores (n, t) at `rate` false alarms per 100 engagement-months."""
    scores = usable(scores, t.present)
    threshold = threshold_at(t, scores, rate)
    caught, delay = hits(t, scores, threshold)
    auc, error = session_level(t, scores)
    return Result(
        sensitivity=float(caught[t.positive].mean()),
        delay=float(np.median(delay[caught])) if caught.any() else float("nan"),
        auc=auc,
        calibration_error=error,
        false_alarms=false_alarms(t, scores, threshold),
        threshold=threshold,
    )


def hits(t: Task, scores: np.ndarray, threshold: float) -> tuple[np.ndarray, np.ndarray]:
    """Which engagements are caught in time (n,), and after how many sessions from the onset (n,)."""
    rung = ring(scores, threshold) & t.useful
    caught = rung.any(1) & t.positive
    return caught, np.where(caught, rung.argmax(1) - t.onset, 0)


def session_level(t: Task, scores: np.ndarray) -> tuple[float, float]:
    """Area under the curve and calibration error over all sessions but the first ones."""
    mask = (t.quiet | t.bad) & np.isfinite(scores)
    mask[:, 0] = False
    s, bad = scores[mask], t.bad[mask]
    _, inverse, counts = np.unique(s, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    n1 = int(bad.sum())
    auc = (rank[bad].sum() - n1 * (n1 + 1) / 2) / (n1 * (len(s) - n1))
    edges = np.quantile(s, np.linspace(0, 1, BINS + 1))
    which = np.clip(np.searchsorted(edges, s, side="right") - 1, 0, BINS - 1)
    error = sum(abs(s[which == b].mean() - bad[which == b].mean()) * (which == b).mean() for b in np.unique(which))
    return float(auc), float(error)


def interval(
    t: Task, scores: np.ndarray, *, rate: float = 2.0, resamples: int = 100, seed: int = 0
) -> tuple[float, float]:
    """A 95 % bootstrap interval of the sensitivity: engagements are drawn anew, the threshold set anew."""
    rng, scores = np.random.default_rng(seed), usable(scores, t.present)
    drawn = []
    for _ in range(resamples):
        rows = rng.integers(0, len(scores), len(scores))
        part, own = t.of(rows), scores[rows]
        caught, _delay = hits(part, own, threshold_at(part, own, rate))
        drawn.append(caught[part.positive].mean())
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)
