"""Where the lines are drawn between quiet, watch and alarm."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities from which a finding is an alarm, and the lower ones from which it is worth watching."""

    stalled: float
    regressing: float
    watch_stalled: float
    watch_regressing: float
    version: str

    @property
    def alarm(self) -> tuple[float, float]:
        return self.stalled, self.regressing

    @property
    def watch(self) -> tuple[float, float]:
        return self.watch_stalled, self.watch_regressing

    def to_dict(self) -> dict:
        """Plain data for a JSON column."""
        return asdict(self)


# Two false alarms per 100 engagement-months for either finding, and four for "watch", in the reference world.
BUILT_IN_THRESHOLDS = Thresholds(
    stalled=0.353, regressing=0.367, watch_stalled=0.246, watch_regressing=0.249, version="2026.11.3"
)
