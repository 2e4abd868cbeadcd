"""When a probability becomes an alarm, when it ends, and where the line is drawn. Pure rules on plain arrays."""

from __future__ import annotations

import numpy as np

from .thresholds import Thresholds

STALLED, REGRESSING = 0, 1
KINDS = ("STALLED", "REGRESSING")
NONE, WATCH, ALARM = range(3)
STEPS = (None, "WATCH", "ALARM")

# After an alarm the same finding says nothing for three sessions: time to act, and to see whether it helped.
SILENT_SESSIONS = 3
# A finding closes below this share of the probability that opened it, so that flags do not flicker.
RELEASE_SHARE = 0.6


def step(p: np.ndarray, mute: np.ndarray, thresholds: Thresholds) -> tuple[np.ndarray, np.ndarray]:
    """The step (NONE, WATCH, ALARM) of probabilities `p` (2, n) and the silence left afterwards, both (2, n).

    An alarm needs a probability at its threshold and no silence left from an earlier one; then silence begins.
    """
    alarm, watch = (np.array(t)[:, None] for t in (thresholds.alarm, thresholds.watch))
    ringing = (p >= alarm) & (mute <= 0)
    watching = (p >= watch) & (mute <= 0) & ~ringing
    return np.where(ringing, ALARM, np.where(watching, WATCH, NONE)), np.where(ringing, SILENT_SESSIONS, mute - 1)


def standing(p: np.ndarray, was_open: np.ndarray, thresholds: Thresholds) -> np.ndarray:
    """Whether a finding stands (2, n): opened at its threshold, closed only well below it."""
    alarm = np.array(thresholds.alarm)[:, None]
    return (p >= alarm) | ((was_open > 0) & (p >= RELEASE_SHARE * alarm))
