"""The alarm budget: thresholds that give about a set number of alarms, from recent scores and without labels.

A frozen threshold drifts: the same line means more alarms where ratings are noisier. An organization therefore sets
how many alarms it can answer per 100 engagement-months, and the line follows what its recent sessions scored.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trust.trajectory.panel import Panel

from . import alarms
from .scores import log_odds, probability
from .thresholds import BUILT_IN_THRESHOLDS, Thresholds

DAYS_PER_MONTH = 30.4
# With fewer engagement-months than this the wanted number is a dozen alarms or less, and the line would be luck.
LEAST_MONTHS = 300.0
# The line moves between these log odds around the built-in one; beyond, something else is wrong.
FURTHEST = 6.0
HALVINGS = 30


def months_of(panel: Panel) -> float:
    """Engagement-months between first and last sessions of a panel."""
    days = np.where(panel.present[:, 1:], np.diff(panel.day, axis=1), 0.0)
    return float(days.sum() / DAYS_PER_MONTH)


def count_alarms(p: np.ndarray, present: np.ndarray, thresholds: Thresholds) -> int:
    """Alarms of both kinds that `p` (2, n, t: stalled, regressing) would have rung, silent sessions observed."""
    mute, total = np.zeros(p.shape[:2]), 0
    for k in range(1, p.shape[2]):  # a first session never rings
        steps, mute = alarms.step(np.where(present[:, k], p[:, :, k], -1.0), mute, thresholds)
        total += int((steps == alarms.ALARM).sum())
    return total


def thresholds_for_budget(
    p: np.ndarray,
    present: np.ndarray,
    months: float,
    alarms_per_100_months: float,
    base: Thresholds = BUILT_IN_THRESHOLDS,
    version: str = "",
) -> Thresholds:
    """Thresholds that would have rung `alarms_per_100_months` on recent scores.

    `p` (2, n, t) holds P(stalled) and P(regressing) of recent sessions, `present` (n, t) which there are, `months`
    the engagement-months they cover. All lines move together in log odds, so the balance of the two kinds and of
    alarm and watch stays. With fewer than LEAST_MONTHS the base comes back unchanged. Raises ValueError for a
    budget that is not positive.
    """
    if not alarms_per_100_months > 0:
        raise ValueError(f"a budget must be positive, not {alarms_per_100_months!r}")
    if months < LEAST_MONTHS:
        return base
    wanted = alarms_per_100_months * months / 100
    low, high = -FURTHEST, FURTHEST
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if count_alarms(p, present, moved(base, middle)) > wanted:
            low = middle
        else:
            high = middle
    return moved(base, high, version or f"{base.version}+budget{alarms_per_100_months:g}")


def moved(base: Thresholds, by: float, version: str = "") -> Thresholds:
    """All four lines moved by the same log odds."""
    names = ("stalled", "regressing", "watch_stalled", "watch_regressing")
    lines = {name: float(probability(log_odds(np.array(getattr(base, name))) + by)) for name in names}
    return replace(base, **lines, version=version or base.version)
