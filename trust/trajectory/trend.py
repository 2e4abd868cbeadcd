"""The trend filter: the level each voice perceives and one common drift, as a local linear trend.

Complements the switching filter: it has no regimes, so it sees slow movements that fit none of them. The model is
the damped local linear trend of Durbin & Koopman (2012, section 3.2) with the drift as the common factor of two
series. Arrays are (variants, n); a variant is a set of parameters and the signal it reads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .parameters import Trend


@dataclass(slots=True)
class Drift:
    """What the trend filter knows: two levels, the drift per fortnight, and their covariances."""

    executive: np.ndarray
    coach: np.ndarray
    drift: np.ndarray
    ee: np.ndarray
    ec: np.ndarray
    cc: np.ndarray
    ed: np.ndarray
    cd: np.ndarray
    dd: np.ndarray


@dataclass(frozen=True, slots=True)
class TrendConstants:
    """Parameters of all variants as columns that broadcast over engagements."""

    start: tuple
    damping: np.ndarray
    usual_drift: np.ndarray
    coach_share: np.ndarray
    wander_executive: np.ndarray  # variances per fortnight
    wander_coach: np.ndarray
    wander_drift: np.ndarray
    noise_executive: np.ndarray
    noise_coach: np.ndarray


def trend_constants(variants: tuple[Trend, ...]) -> TrendConstants:
    """Arrange the parameters of the variants for the vectorised step."""

    def column(value):
        return np.array([value(v) for v in variants], float)[:, None]

    zero = column(lambda v: 0.0)
    start = (
        column(lambda v: v.start_level[0]), column(lambda v: v.start_level[1]), column(lambda v: v.start_drift),
        column(lambda v: v.start_sd[0] ** 2), column(lambda v: v.start_correlation * v.start_sd[0] * v.start_sd[1]),
        column(lambda v: v.start_sd[1] ** 2), zero, zero, column(lambda v: v.start_drift_sd ** 2),
    )  # fmt: skip
    return TrendConstants(
        start=start,
        damping=column(lambda v: v.damping),
        usual_drift=column(lambda v: v.usual_drift),
        coach_share=column(lambda v: v.coach_share),
        wander_executive=column(lambda v: v.wander_sd[0] ** 2),
        wander_coach=column(lambda v: v.wander_sd[1] ** 2),
        wander_drift=column(lambda v: v.drift_sd**2),
        noise_executive=column(lambda v: v.rating_sd[0] ** 2),
        noise_coach=column(lambda v: v.rating_sd[1] ** 2),
    )


def begin_trend(c: TrendConstants, n: int) -> Drift:
    """The trend of `n` engagements before their first session."""
    return Drift(*(np.repeat(part, n, axis=-1) for part in c.start))


def predict_trend(s: Drift, c: TrendConstants, u: np.ndarray) -> Drift:
    """The trend `u` fortnights later, shape (n,), before anything is seen."""
    keep, k = c.damping**u, c.coach_share
    return Drift(
        executive=s.executive + u * s.drift,
        coach=s.coach + k * u * s.drift,
        drift=keep * s.drift + (1 - keep) * c.usual_drift,
        ee=s.ee + 2 * u * s.ed + u * u * s.dd + c.wander_executive * u,
        ec=s.ec + k * u * s.ed + u * s.cd + k * u * u * s.dd,
        cc=s.cc + 2 * k * u * s.cd + k * k * u * u * s.dd + c.wander_coach * u,
        ed=keep * (s.ed + u * s.dd),
        cd=keep * (s.cd + k * u * s.dd),
        dd=keep * keep * s.dd + c.wander_drift * u,
    )


def update_trend(s: Drift, c: TrendConstants, executive: np.ndarray, coach: np.ndarray) -> Drift:
    """The trend after one session's ratings, (variants, n) or (n,) per voice, NaN where a voice is silent."""
    total = s.ee + c.noise_executive
    e, k, d = (np.where(np.isfinite(executive), part / total, 0.0) for part in (s.ee, s.ec, s.ed))
    error = np.where(np.isfinite(executive), executive - s.executive, 0.0)
    s = Drift(s.executive + e * error, s.coach + k * error, s.drift + d * error,
              s.ee - e * s.ee, s.ec - e * s.ec, s.cc - k * s.ec, s.ed - e * s.ed, s.cd - k * s.ed,
              s.dd - d * s.ed)  # fmt: skip
    total = s.cc + c.noise_coach
    e, k, d = (np.where(np.isfinite(coach), part / total, 0.0) for part in (s.ec, s.cc, s.cd))
    error = np.where(np.isfinite(coach), coach - s.coach, 0.0)
    return Drift(s.executive + e * error, s.coach + k * error, s.drift + d * error,
                 s.ee - e * s.ec, s.ec - k * s.ec, s.cc - k * s.cc, s.ed - e * s.cd, s.cd - k * s.cd,
                 s.dd - d * s.cd)  # fmt: skip
