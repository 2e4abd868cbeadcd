"""From beliefs to calibrated probabilities: a few named features, a few weights, one straight-piece correction."""

from __future__ import annotations

import numpy as np

from trust.trajectory.filters import (
    COGNITIVE,
    COMPOSITE,
    RELATIONAL,
    TREND_REGRESSING,
    TREND_STALLED,
    Compiled,
    Filters,
)
from trust.trajectory.levels import Levels
from trust.trajectory.parameters import Fusion
from trust.trajectory.switching import DECLINING, HELD_LOW, RUPTURE, STALLED

# Drift per fortnight below which a fall is more than wobble; the reference of the "drift_down" feature.
DRIFT_OF_DECLINE = -0.15
# Drift per fortnight that a healthy engagement still exceeds while it builds.
DRIFT_OF_GROWTH = 0.06
# Level (mean of both voices) below which a standstill is worth a word; above it, it is a plateau to be glad of.
LEVEL_OF_STANDSTILL = 5.1
# The logistic curve with this slope stays within .01 of the normal distribution function, and needs no erf.
LOGISTIC_FOR_NORMAL = 1.702
# Weight of the strand that matters less to an executive who leans to the other one.
LESSER_STRAND = 0.5
STRAND_WEIGHTS = {"COGNITIVE": (1.0, LESSER_STRAND), "BALANCED": (1.0, 1.0), "RELATIONAL": (LESSER_STRAND, 1.0)}
# Level of a strand (mean of both voices) from which trust carries candour. In the reference world a healthy
# engagement starts at about 4.9 and settles at about 5.9; two thirds of the way there.
LEVEL_OF_TRUST = 5.5
# How far the mean of two voices lies from the truth because both people rate as they do, however often they rate.
LENIENCY_SD = 0.38
# Slope and intercept that make the product of both strands' probabilities a calibrated one (benchmark, own world).
TRUST_SLOPE, TRUST_INTERCEPT = 0.65, 0.55

LEAST_PROBABILITY = 1e-9


def log_odds(p: np.ndarray) -> np.ndarray:
    """Log odds of probabilities, bounded so that certainty stays finite."""
    p = np.clip(p, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)
    return np.log(p) - np.log1p(-p)


def probability(x: np.ndarray) -> np.ndarray:
    """The inverse of `log_odds`."""
    return 1.0 / (1.0 + np.exp(-np.clip(x, -50.0, 50.0)))


def log_below(z: np.ndarray) -> np.ndarray:
    """Log probability that a normal variable falls below `z` standard deviations (logistic approximation)."""
    return -np.logaddexp(0.0, -LOGISTIC_FOR_NORMAL * z)


def features(f: Filters) -> np.ndarray:
    """The FEATURES of `n` engagements, shape (8, n)."""
    w, t = f.beliefs.weight, f.drift
    bad = log_odds(w[DECLINING] + w[RUPTURE] + w[HELD_LOW])
    stalled = log_odds(w[STALLED])
    drift_sd = np.sqrt(t.dd)
    level = (t.executive[TREND_STALLED] + t.coach[TREND_STALLED]) / 2
    return np.stack(
        [
            bad[COMPOSITE],
            bad[COGNITIVE] + bad[RELATIONAL],
            (DRIFT_OF_DECLINE - t.drift[TREND_REGRESSING]) / drift_sd[TREND_REGRESSING],
            stalled[COMPOSITE],
            stalled[COGNITIVE] + stalled[RELATIONAL],
            log_below((DRIFT_OF_GROWTH - t.drift[TREND_STALLED]) / drift_sd[TREND_STALLED]),
            log_below((LEVEL_OF_STANDSTILL - level) / np.sqrt(t.ee[TREND_STALLED])),
            np.log(np.maximum(f.sessions, 1.0)),
        ]
    )


def fused(x: np.ndarray, fusion: Fusion) -> np.ndarray:
    """The probability of one finding from the features (8, n)."""
    total = np.full(x.shape[1], fusion.intercept)
    for weight, feature in zip(fusion.weights, x, strict=True):  # in a fixed order, to the last bit
        total = total + weight * feature
    if fusion.knots:
        total = np.interp(total, fusion.knots, fusion.log_odds)
    return probability(total)


def findings(f: Filters, c: Compiled) -> tuple[np.ndarray, np.ndarray]:
    """P(stalled) and P(regressing), each (n,)."""
    x = features(f)
    return fused(x, c.parameters.stalled), fused(x, c.parameters.regressing)


def point_of_trust(found: Levels, strand_weights: np.ndarray) -> np.ndarray:
    """P(both strands stand at the level of trust), (n,); `strand_weights` (2, n) follow the orientation."""
    unsure = np.sqrt(found.sd**2 + LENIENCY_SD**2)
    each = log_below((found.neutral - LEVEL_OF_TRUST) / unsure)
    both = np.exp((strand_weights * each).sum(0))
    return probability(TRUST_INTERCEPT + TRUST_SLOPE * log_odds(both))
