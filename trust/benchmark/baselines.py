"""The published rules the engine has to beat, each as a score that rises with the trouble it sees.

All work on one series per engagement, the mean of what the voices gave, each relative to its population mean, which
they are told (the engine is not told it). For "stalled" every rule reads the series minus the population's usual
growth, so that standing still looks like falling. A rule says NaN where nothing was rated; the last score stands.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from trust.trajectory.panel import Panel

EWMA_WEIGHT = 0.3  # the usual one for small shifts (Lucas & Saccucci 1990)
CUSUM_SLACK = 0.5  # half of the shift of one standard deviation it is to find (Page 1954)
MOVING_RANGE = 1.128  # expected range of two normal values in standard deviations
SHRINKAGE_SESSIONS = 4  # what the population's spread counts against a person's own
CHANGE_HAZARD = 1 / 8  # about one change in an engagement; the best of 1/20, 1/8 and 1/4
LEAST_SPREAD = 0.15


def series(panel: Panel, stalled: bool) -> np.ndarray:
    """The series the rules read, (n, t), NaN where nobody rated."""
    voices = np.stack([_mean(panel.ratings[..., :2], -1), _mean(panel.ratings[..., 2:], -1)])
    usual = _mean(voices, (1, 2))[:, None, None]
    y = _mean(voices - usual, 0) + float(usual.mean())
    return y - _mean(y, 0) + float(_mean(y, None)) if stalled else y


def _mean(values: np.ndarray, axis) -> np.ndarray:
    given = np.isfinite(values)
    count = given.sum(axis)
    return np.where(count > 0, np.where(given, values, 0).sum(axis) / np.maximum(count, 1), np.nan)


def spread(y: np.ndarray) -> float:
    """Within-person standard deviation in the population, from differences of successive sessions."""
    return float(np.sqrt(_mean(np.diff(y, axis=1) ** 2, None) / 2))


class Past:
    """Running figures of each person's rated sessions so far, session by session."""

    def __init__(self, y: np.ndarray):
        n = len(y)
        self.count, self.total = np.zeros(n), np.zeros(n)
        self.last, self.best = np.full(n, np.nan), np.full(n, -np.inf)
        self.range_total = np.zeros(n)

    @property
    def mean(self) -> np.ndarray:
        return self.total / np.where(self.count > 0, self.count, np.nan)

    def add(self, x: np.ndarray) -> None:
        """Take in one session, NaN where there is no rating."""
        seen = np.isfinite(x)
        moved = np.abs(x - self.last)
        self.range_total += np.where(np.isfinite(moved), moved, 0)
        self.count += seen
        self.total += np.where(seen, x, 0)
        self.best = np.where(seen, np.maximum(self.best, x), self.best)
        self.last = np.where(seen, x, self.last)


def _over_time(y: np.ndarray, judge: Callable[[np.ndarray, Past], np.ndarray]) -> np.ndarray:
    past, scores = Past(y), np.full(y.shape, np.nan)
    for k in range(y.shape[1]):
        scores[:, k] = judge(y[:, k], past)
        past.add(y[:, k])
    return scores


def fixed_threshold(y: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Below a fixed value, as session-rating scales with a cut-off are used."""
    return -y


def two_consecutive_drops(y: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Two drops in a row, their sum; anything else counts less than any such pair."""
    drop = np.full(len(y), np.nan)

    def judge(x, past):
        nonlocal drop
        now = past.last - x
        both = np.where((now > 0) & (drop > 0), now + drop, np.fmin(now, 0) - 1)
        drop = np.where(np.isfinite(now), now, drop)
        return np.where(np.isfinite(now), both, np.nan)

    return _over_time(y, judge)


def reliable_change(y: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Jacobson & Truax (1991) against the best value so far, in units of the standard error of a difference."""
    unit = spread(y) * np.sqrt(2)
    return _over_time(y, lambda x, past: np.where(past.count > 0, (past.best - x) / unit, np.nan))


def drop_from_previous(y: np.ndarray, days: np.ndarray) -> np.ndarray:
    """The drop from the session before (the first criterion of sudden-loss and rupture-repair rules)."""
    return _over_time(y, lambda x, past: past.last - x)


def individuals_chart(y: np.ndarray, days: np.ndarray) -> np.ndarray:
    """X-mR chart: distance below the person's mean in units of the mean moving range / 1.128 (Shewhart)."""

    def judge(x, past):
        sigma = past.range_total / np.maximum(past.count - 1, 1) / MOVING_RANGE
        return np.where(past.count >= 2, (past.mean - x) / np.maximum(sigma, LEAST_SPREAD), np.nan)

    return _over_time(y, judge)


def shrunk_individuals_chart(y: np.ndarray, days: np.ndarray) -> np.ndarray:
    """The same with the person's spread shrunk towards the population's."""
    common = spread(y)

    def judge(x, past):
        return np.where(past.count >= 1, (past.mean - x) / _shrunk(past, common), np.nan)

    return _over_time(y, judge)


def _shrunk(past: Past, common: float) -> np.ndarray:
    ranges = np.maximum(past.count - 1, 0)
    own = past.range_total / np.maximum(ranges, 1) / MOVING_RANGE
    return np.sqrt((SHRINKAGE_SESSIONS * common**2 + ranges * own**2) / (SHRINKAGE_SESSIONS + ranges))


def ewma(y: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Exponentially weighted mean below the person's long-run mean (Roberts 1959)."""
    common, smooth = spread(y), np.full(len(y), np.nan)

    def judge(x, past):
        nonlocal smooth
        moved = np.where(np.isnan(smooth), x, EWMA_WEIGHT * x + (1 - EWMA_WEIGHT) * smooth)
        smooth = np.where(np.isfinite(x), moved, smooth)
        return np.where(past.count >= 1, (past.mean - smooth) / _shrunk(past, common), np.nan)

    return _over_time(y, judge)


def cusum(y: np.ndarray, days: np.ndarray) -> np.ndarray:
    """One-sided cumulative sum of falls below the person's mean so far (Page 1954)."""
    common, total = spread(y), np.zeros(len(y))

    def judge(x, past):
        nonlocal total
        fall = (past.mean - x) / _shrunk(past, common) - CUSUM_SLACK
        total = np.where(np.isfinite(fall), np.maximum(total + fall, 0), total)
        return np.where(past.count >= 1, total, np.nan)

    return _over_time(y, judge)


def expected_response(y: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Distance below the course expected from the first score, in residual deviations (the OQ way, Finch 2001)."""
    start, scores = y[:, 0], np.full(y.shape, np.nan)
    known = np.where(np.isnan(start), _mean(start, None), start)
    for k in range(1, y.shape[1]):
        given = np.isfinite(y[:, k])
        if given.sum() < 10:  # too few to draw a line through
            continue
        slope, level = np.polyfit(known[given], y[given, k], 1)
        expected = level + slope * known
        deviation = np.std(y[given, k] - expected[given])
        scores[:, k] = (expected - y[:, k]) / max(deviation, LEAST_SPREAD)
    return scores


def regression_slope(y: np.ndarray, days: np.ndarray) -> np.ndarray:
    """The falling slope of an ordinary least-squares line over all sessions, as a t value."""
    weeks = days / 7
    given = np.isfinite(y)
    sums = [np.cumsum(np.where(given, v, 0), axis=1) for v in (1.0, weeks, y, weeks**2, weeks * y, y**2)]
    count, sx, sy, sxx, sxy, syy = sums
    with np.errstate(all="ignore"):  # undefined before the third rating, and set aside below
        vx, cov, vy = sxx - sx**2 / count, sxy - sx * sy / count, syy - sy**2 / count
        slope = cov / vx
        error = np.sqrt(np.maximum(vy - slope * cov, 0) / (count - 2) / vx) + LEAST_SPREAD / np.sqrt(vx)
        t = -slope / error
    return np.where(given & (count >= 3), t, np.nan)


def random_slope(y: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Posterior of a falling slope in a mixed model with random level and slope (BLUP), in its deviations.

    Means and variances of level and slope are estimated from the population's own lines.
    """
    weeks, given = days / 7, np.isfinite(y)
    noise = spread(y) ** 2
    level, slope = float(_mean(y[:, 0], None)), _usual_slope(weeks, y)
    a11, a12 = 1.0 / 0.64 * np.ones(len(y)), np.zeros(len(y))
    a22 = 1.0 / max(slope**2, 0.05**2) * np.ones(len(y))
    b1, b2, scores = a11 * level, a22 * slope, np.full(y.shape, np.nan)
    for k in range(y.shape[1]):
        w = np.where(given[:, k], 1 / noise, 0.0)
        x, v = weeks[:, k], np.where(given[:, k], y[:, k], 0.0)
        a11, a12, a22, b1, b2 = a11 + w, a12 + w * x, a22 + w * x * x, b1 + w * v, b2 + w * v * x
        determinant = a11 * a22 - a12**2
        mean, variance = (a11 * b2 - a12 * b1) / determinant, a11 / determinant
        scores[:, k] = np.where(given[:, k], -mean / np.sqrt(variance), np.nan)
    return scores


def _usual_slope(weeks: np.ndarray, y: np.ndarray) -> float:
    given = np.isfinite(y)
    return float(np.polyfit(weeks[given], y[given], 1)[0])


def change_point(y: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Bayesian online change-point detection (Adams & MacKay 2007): the level has changed for the worse.

    Run lengths of normal segments with known spread; the score is how far the expected level of the current run
    lies below its best so far (of several readings of the run lengths, the one that did best).
    """
    n, t = y.shape
    noise, usual, wide = spread(y) ** 2, float(_mean(y, None)), float(_mean((y - _mean(y, None)) ** 2, None))
    weight, mean, var = np.zeros((n, t)), np.full((n, t), usual), np.full((n, t), wide)
    weight[:, 0] = 1
    best, scores = np.full(n, np.nan), np.full((n, t), np.nan)
    for k in range(t):
        x, seen = np.nan_to_num(y[:, k, None]), np.isfinite(y[:, k])[:, None]
        grown = (1 - CHANGE_HAZARD) * weight * _density(x, mean, var + noise)
        new = CHANGE_HAZARD * weight.sum(1, keepdims=True) * _density(x, usual, wide + noise)
        gain = var / (var + noise)
        first = wide / (wide + noise)
        mean = np.where(seen, _shifted(mean + gain * (x - mean), usual + first * (x - usual)), mean)
        var = np.where(seen, _shifted(var * (1 - gain), np.full((n, 1), wide * (1 - first))), var)
        moved = _shifted(grown, new)
        weight = np.where(seen, moved / np.maximum(moved.sum(1, keepdims=True), 1e-300), weight)
        level = (weight * mean).sum(1)
        scores[:, k] = np.where(seen[:, 0], best - level, np.nan)
        best = np.where(seen[:, 0], np.fmax(best, level), best)
    return scores


def _density(x, mean, var):
    return np.exp(-0.5 * (x - mean) ** 2 / var) / np.sqrt(var)


def _shifted(runs: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Every run one session longer, with a new one in front."""
    return np.concatenate([first, runs[:, :-1]], axis=1)


BASELINES = {
    "two consecutive drops": two_consecutive_drops,
    "fixed threshold": fixed_threshold,
    "reliable change against the best so far": reliable_change,
    "drop from the previous session": drop_from_previous,
    "individuals chart (X-mR)": individuals_chart,
    "individuals chart, shrunk spread": shrunk_individuals_chart,
    "EWMA": ewma,
    "CUSUM": cusum,
    "expected-response band": expected_response,
    "least-squares slope": regression_slope,
    "random slope (BLUP)": random_slope,
    "Bayesian online change point": change_point,
}
