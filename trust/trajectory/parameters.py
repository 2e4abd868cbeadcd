"""The engine's parameters: named, versioned, loaded from data, and never changed in place.

`BUILT_IN` is what ships. An organization may carry its own set (see `trust.detection.population`), which differs in
the voices' usual levels and in the version; every result names the version it was judged with.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

MODES = ("GROWING", "STALLED", "DECLINING", "RUPTURE", "HELD_LOW", "REPAIR")
FEATURES = (
    "bad",  # log odds that the composite is declining, ruptured or held low
    "bad_strands",  # the same of both strands, added
    "drift_down",  # standardised distance of the drift below DRIFT_OF_DECLINE
    "stalled",  # log odds that the composite is stalled
    "stalled_strands",
    "no_growth",  # log probability that the drift is below DRIFT_OF_GROWTH
    "low_level",  # log probability that the level is below LEVEL_OF_TRUST
    "log_sessions",  # log of the number of sessions so far: a late standstill means more than an early one
)


@dataclass(frozen=True, slots=True)
class Switching:
    """One signal of the switching filter. Pairs are (executive, coach); levels on 1..7; times in weeks or fortnights.

    `p_missed` and `p_silent` say per mode how likely a missed session and an unanswered check-in are.
    """

    transition: tuple
    start_weights: tuple
    start_level: tuple
    stalled_start_shift: tuple
    start_sd: tuple
    start_correlation: float
    ceiling: tuple
    growth_weeks: float
    stalled_ceiling: tuple
    stalled_weeks: float
    wander_sd: float
    wander_correlation: float
    decline: float
    decline_sd: float
    rupture_drop: float
    rupture_sd: float
    repair_gain: float
    repair_sd: float
    coach_share: float
    rating_sd: tuple
    noise_weight: float
    p_missed: tuple
    p_silent: tuple


@dataclass(frozen=True, slots=True)
class Trend:
    """One variant of the trend filter; pairs are (executive, coach), drifts per fortnight."""

    start_level: tuple
    start_sd: tuple
    start_correlation: float
    start_drift: float
    start_drift_sd: float
    damping: float
    usual_drift: float
    drift_sd: float
    wander_sd: tuple
    coach_share: float
    rating_sd: tuple


@dataclass(frozen=True, slots=True)
class Fusion:
    """Weights of FEATURES in the log odds of one finding, and the straight pieces that calibrate the sum."""

    weights: tuple
    intercept: float
    knots: tuple = ()  # ascending sums …
    log_odds: tuple = ()  # … and the log odds observed there


@dataclass(frozen=True, slots=True)
class Parameters:
    """Everything a judgement depends on besides the history itself."""

    version: str
    composite: Switching
    strand: Switching
    trend_regressing: Trend
    trend_stalled: Trend
    course: Trend  # of one strand: what is shown as its level
    regressing: Fusion
    stalled: Fusion
    voice_shift: tuple = (0.0, 0.0)  # how far (executive, coach) ratings here lie above the built-in population
    fitted_on: int = field(default=0)  # sessions behind the shift, 0 for the built-in set

    def to_dict(self) -> dict:
        """Plain data for a JSON column; `from_dict` is its inverse."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict) -> Parameters:
        """Parameters from what `to_dict` gave. Raises TypeError or KeyError on missing or unknown names."""
        data = {name: _frozen(value) for name, value in data.items()}
        for name, kind in _PARTS.items():
            data[name] = kind(**data[name])
        return cls(**data)


_PARTS = {
    "composite": Switching,
    "strand": Switching,
    "trend_regressing": Trend,
    "trend_stalled": Trend,
    "course": Trend,
    "regressing": Fusion,
    "stalled": Fusion,
}


def _frozen(value):
    """Lists become tuples, so that parameters can be compared, hashed and cached."""
    if isinstance(value, dict):
        return {name: _frozen(part) for name, part in value.items()}
    return tuple(_frozen(part) for part in value) if isinstance(value, list) else value


@cache
def built_in() -> Parameters:
    """The parameters that ship with the product (docs/benchmark.md says how they were obtained)."""
    return Parameters.from_dict(json.loads(Path(__file__).with_name("built_in.json").read_text(encoding="utf-8")))


BUILT_IN = built_in()
