"""The switching filter: how trust moves, in six regimes and as seen by two voices.

Each signal (composite, cognitive, relational) has its own filter. In each of six regimes ("modes") it keeps a
Gaussian over two levels, the one the executive perceives and the one the coach perceives. What moves both is
trust; what only shifts one of them is that person's leniency. A session costs a fixed number of operations.

The scheme is the interacting-multiple-model filter of Blom & Bar-Shalom (1988): mix, move, update, reweigh.
All arrays have the shape (modes, signals, engagements) or (signals, engagements); levels are on the 1..7 scale and
time `u` is in fortnights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .parameters import MODES, Switching

GROWING, STALLED, DECLINING, RUPTURE, HELD_LOW, REPAIR = range(len(MODES))
M = len(MODES)

# A mode is never quite ruled out, so that a later session can bring it back (and no division is by zero).
LEAST_WEIGHT = 1e-12
# One surprising session may raise a person's noise scale by this much at most (squared standardised error).
LARGEST_SURPRISE = 4.0


@dataclass(slots=True)
class Beliefs:
    """What the switching filter knows: weights of the modes and, per mode, means and covariances of two levels."""

    weight: np.ndarray  # (modes, signals, n), sums to one over the modes
    executive: np.ndarray  # means of the level the executive perceives
    coach: np.ndarray
    var_executive: np.ndarray
    covariance: np.ndarray
    var_coach: np.ndarray
    surprise: np.ndarray  # (signals, n) sum behind the person's own noise scale
    counted: np.ndarray  # (signals, n) its count

    @property
    def noise_scale(self) -> np.ndarray:
        """The person's own noise variance relative to the population's, shape (signals, n)."""
        return self.surprise / self.counted


@dataclass(frozen=True, slots=True)
class Constants:
    """The parameters of all signals as arrays that broadcast over (modes, signals, engagements)."""

    pairs: tuple  # (from, to, probability per signal (signals, 1)), only the possible ones
    start: tuple  # the eight start values of Beliefs, each (modes, signals, 1) or (signals, 1)
    ceiling_executive: np.ndarray
    ceiling_coach: np.ndarray
    growth_rate: np.ndarray  # per fortnight
    stalled_executive: np.ndarray  # where a standstill settles, from above or below
    stalled_coach: np.ndarray
    stalled_rate: np.ndarray
    wander: np.ndarray  # variance per fortnight of either level
    wander_correlation: np.ndarray
    jump: np.ndarray  # (modes, signals, 1): a move at once …
    jump_variance: np.ndarray
    slope: np.ndarray  # … and one per fortnight
    slope_variance: np.ndarray
    coach_share: np.ndarray  # how much of such a move the coach perceives
    noise_executive: np.ndarray  # variance of a rating
    noise_coach: np.ndarray
    log_missed: np.ndarray  # (modes, signals, 1) log P(session missed | mode) …
    log_attended: np.ndarray
    log_silent: np.ndarray  # … and of a check-in left unanswered after a session that was held
    log_answered: np.ndarray


def constants(signals: tuple[Switching, ...]) -> Constants:
    """Arrange the parameters of the signals, in their order, for the vectorised step."""

    def per_signal(name, index=None):
        values = [getattr(s, name) if index is None else getattr(s, name)[index] for s in signals]
        return np.array(values, float)[:, None]

    def per_mode(name):
        return np.array([getattr(s, name) for s in signals], float).T[:, :, None]

    def in_modes(**moves):
        table = np.zeros((M, len(signals), 1))
        for mode, value in moves.items():
            table[MODES.index(mode)] = value
        return table

    missed, silent = per_mode("p_missed"), per_mode("p_silent")
    return Constants(
        pairs=_possible(np.array([s.transition for s in signals], float)),
        start=_start(signals),
        ceiling_executive=per_signal("ceiling", 0),
        ceiling_coach=per_signal("ceiling", 1),
        growth_rate=2.0 / per_signal("growth_weeks"),
        stalled_executive=per_signal("stalled_ceiling", 0),
        stalled_coach=per_signal("stalled_ceiling", 1),
        stalled_rate=2.0 / per_signal("stalled_weeks"),
        wander=per_signal("wander_sd") ** 2,
        wander_correlation=per_signal("wander_correlation"),
        jump=in_modes(RUPTURE=-per_signal("rupture_drop"), REPAIR=per_signal("repair_gain")),
        jump_variance=in_modes(RUPTURE=per_signal("rupture_sd") ** 2, REPAIR=per_signal("repair_sd") ** 2),
        slope=in_modes(DECLINING=-per_signal("decline")),
        slope_variance=in_modes(DECLINING=per_signal("decline_sd") ** 2),
        coach_share=per_signal("coach_share"),
        noise_executive=per_signal("rating_sd", 0) ** 2,
        noise_coach=per_signal("rating_sd", 1) ** 2,
        log_missed=np.log(missed),
        log_attended=np.log1p(-missed),
        log_silent=np.log(silent),
        log_answered=np.log1p(-silent),
    )


def _possible(transition: np.ndarray) -> tuple:
    """The changes of mode that can happen: (from, to, probability per signal (signals, 1))."""
    pairs = ((i, j) for i in range(M) for j in range(M))
    return tuple((i, j, transition[:, i, j, None]) for i, j in pairs if transition[:, i, j].any())


def _start(signals: tuple[Switching, ...]) -> tuple:
    shape = (M, len(signals), 1)
    weight, executive, coach = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    var_executive, covariance, var_coach = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    prior = np.zeros((len(signals), 1))
    for k, s in enumerate(signals):
        weight[:, k, 0] = np.maximum(s.start_weights, LEAST_WEIGHT)
        executive[:, k, 0], coach[:, k, 0] = s.start_level
        executive[STALLED, k, 0] += s.stalled_start_shift[0]
        coach[STALLED, k, 0] += s.stalled_start_shift[1]
        var_executive[:, k, 0], var_coach[:, k, 0] = s.start_sd[0] ** 2, s.start_sd[1] ** 2
        covariance[:, k, 0] = s.start_correlation * s.start_sd[0] * s.start_sd[1]
        prior[k, 0] = s.noise_weight
    return weight, executive, coach, var_executive, covariance, var_coach, prior, prior


def begin(c: Constants, n: int) -> Beliefs:
    """Beliefs about `n` engagements before their first session."""
    return Beliefs(*(np.repeat(part, n, axis=-1) for part in c.start))


def predict(b: Beliefs, c: Constants, u: np.ndarray, share: np.ndarray | None = None) -> Beliefs:
    """Beliefs after `u` fortnights, shape (n,), before anything is seen.

    `share` (n,) scales the chance of a change of mode between two sessions: 1 for a full step, less when less than
    the usual interval has passed.
    """
    b = _mix(b, c, share)
    wander = c.wander * u
    _settle(b, c, u)
    jump, spread = c.jump + c.slope * u, c.jump_variance + c.slope_variance * u
    b.executive += jump
    b.coach += c.coach_share * jump
    b.var_executive += wander + spread
    b.covariance += c.wander_correlation * wander + c.coach_share * spread
    b.var_coach += wander + c.coach_share**2 * spread
    return b


def _settle(b: Beliefs, c: Constants, u: np.ndarray) -> None:
    """Growth approaches a high level from below; a standstill settles at a low one from either side (in place)."""
    grow, settle = np.exp(-c.growth_rate * u), np.exp(-c.stalled_rate * u)
    for level, high, low in (
        (b.executive, c.ceiling_executive, c.stalled_executive),
        (b.coach, c.ceiling_coach, c.stalled_coach),
    ):
        level[GROWING] = np.where(level[GROWING] < high, high + grow * (level[GROWING] - high), level[GROWING])
        level[STALLED] = low + settle * (level[STALLED] - low)


def _mix(b: Beliefs, c: Constants, share: np.ndarray | None) -> Beliefs:
    """Condition on the mode of the coming session: moments of the mixture that may lead there.

    Sums run over the possible transitions one by one (not as a matrix product), so that the result for one
    engagement does not depend, not even in the last bit, on how many others are computed beside it.
    """
    middle_executive = (b.weight * b.executive).sum(0)
    middle_coach = (b.weight * b.coach).sum(0)
    x, y = b.executive - middle_executive, b.coach - middle_coach
    moments = np.stack([np.ones_like(x), x, y, b.var_executive + x * x, b.covariance + x * y, b.var_coach + y * y])
    moments *= b.weight
    mixed = np.zeros_like(moments)
    for i, j, probability in c.pairs:
        mixed[:, j] += probability * moments[:, i]
    if share is not None:
        mixed = share * mixed + (1.0 - share) * moments
    weight = np.maximum(mixed[0], LEAST_WEIGHT)
    x, y, xx, xy, yy = mixed[1:] / weight
    return Beliefs(weight, x + middle_executive, y + middle_coach, xx - x * x, xy - x * y, yy - y * y,
                   b.surprise, b.counted)  # fmt: skip


def update(
    b: Beliefs, c: Constants, executive: np.ndarray, coach: np.ndarray, log_likelihood: np.ndarray | float
) -> Beliefs:
    """Beliefs after the ratings of one session, (signals, n) per voice, NaN where a voice is silent.

    `log_likelihood` (modes, signals, n) is what attendance says about the modes.
    """
    scale = b.noise_scale
    a = _observe(b.executive, b.coach, b.var_executive, b.covariance, b.var_coach,
                 executive, scale * c.noise_executive)  # fmt: skip
    z = _observe(a.other, a.own, a.var_other, a.covariance, a.var_own, coach, scale * c.noise_coach)
    total = log_likelihood + a.log_likelihood + z.log_likelihood
    weight = b.weight * np.exp(total - total.max(0))
    weight = np.maximum(weight / weight.sum(0), LEAST_WEIGHT)
    surprise = b.surprise + scale * (_capped(weight, a.error) + _capped(weight, z.error))
    counted = b.counted + np.isfinite(executive) + np.isfinite(coach)
    return Beliefs(weight, z.other, z.own, z.var_other, z.covariance, z.var_own, surprise, counted)


def _capped(weight: np.ndarray, error: np.ndarray) -> np.ndarray:
    return np.minimum((weight * error).sum(0), LARGEST_SURPRISE)


@dataclass(slots=True)
class Observed:
    own: np.ndarray
    other: np.ndarray
    var_own: np.ndarray
    covariance: np.ndarray
    var_other: np.ndarray
    log_likelihood: np.ndarray
    error: np.ndarray  # squared and standardised


def _observe(own, other, var_own, covariance, var_other, rating, noise) -> Observed:
    """One Kalman update of two levels by a rating of the first; a missing rating leaves all as it is."""
    seen = np.isfinite(rating)
    total = var_own + noise
    gain = np.where(seen, var_own / total, 0.0)
    gain_other = np.where(seen, covariance / total, 0.0)
    error = np.where(seen, rating - own, 0.0)
    squared = error * error / total
    return Observed(
        own=own + gain * error,
        other=other + gain_other * error,
        var_own=var_own - gain * var_own,
        covariance=covariance - gain_other * var_own,
        var_other=var_other - gain_other * covariance,
        log_likelihood=np.where(seen, -0.5 * (squared + np.log(total)), 0.0),
        error=squared,
    )
