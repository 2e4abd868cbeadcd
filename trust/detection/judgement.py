"""One judgement about one engagement, in plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from trust.trajectory.evidence import TrajectoryPoint


class State(StrEnum):
    TOO_EARLY = "TOO_EARLY"
    NO_DATA = "NO_DATA"
    BUILDING = "BUILDING"
    TRUSTED = "TRUSTED"
    GUARDED = "GUARDED"
    PLATEAU = "PLATEAU"
    PULLED_BACK = "PULLED_BACK"
    REGRESSING = "REGRESSING"
    REPAIRED = "REPAIRED"
    FLAT_AT_MAXIMUM = "FLAT_AT_MAXIMUM"


@dataclass(frozen=True, slots=True)
class Fall:
    """The largest recent fall of one voice's level: which strand, whose read, from where to where, how fast."""

    strand: str  # COGNITIVE or RELATIONAL
    voice: str  # COACH or EXECUTIVE
    from_level: float
    to_level: float
    sessions: int
    keys: tuple[str, ...] = ()  # the caller's ids of the sessions it ran over, the oldest first

    @property
    def size(self) -> float:
        """How far the level fell, in scale points; negative when it rose."""
        return self.from_level - self.to_level


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the engine makes of an engagement after one piece of evidence, or on a day without one.

    `alarm` is None, WATCH or ALARM and `alarm_kind` STALLED or REGRESSING, the graver if there are two; `alarms`
    holds all, as pairs. `standing` names the findings that were opened and not yet closed, each with the date of the
    session that rang its latest alarm. `missed` counts missed sessions among the last three, `unanswered` check-ins
    in a row. `gap_…` is executive minus coach, in scale points. `forecast` says that no session stands behind it.
    """

    on: date
    state: State
    p_stalled: float
    p_regressing: float
    p_point_of_trust: float
    alarms: tuple[tuple[str, str], ...]
    standing: tuple[tuple[str, date], ...]
    fall: Fall | None
    unanswered: int
    missed: int
    sessions: int
    rated_sessions: int
    gap_cognitive: float
    gap_relational: float
    point: TrajectoryPoint
    parameters_version: str
    thresholds_version: str
    key: str = ""
    forecast: bool = False

    @property
    def alarm(self) -> str | None:
        return self.alarms[0][0] if self.alarms else None

    @property
    def alarm_kind(self) -> str | None:
        return self.alarms[0][1] if self.alarms else None

    @property
    def is_fresh_rupture(self) -> bool:
        """Whether something seems to have happened just now, as against ground lost slowly."""
        return self.state == State.PULLED_BACK
