"""What it means: readings, check-ins, judgements, flags, points of trust."""

from trust.models.calibration import Calibration
from trust.models.check_in import CheckIn, CheckInStatus
from trust.models.cohort import CohortCell, CohortLasting, CohortPeriod
from trust.models.flag import Cause, Closing, Flag, FlagKind, FlagLevel, Helped, NextStep
from trust.models.judgement import Judgement, engagements_to_judge
from trust.models.point import Decision, PointOfTrust
from trust.models.prompt import Prompt, PromptKind
from trust.models.reading import Reading, ReadingRevision
from trust.models.rupture import RepairAttempt, RepairStep, Rupture, RuptureKind, RuptureOutcome

__all__ = [
    "Calibration", "Cause", "CheckIn", "CheckInStatus", "Closing", "CohortCell", "CohortLasting", "CohortPeriod",
    "Decision", "Flag", "FlagKind", "FlagLevel", "Helped", "Judgement", "NextStep", "PointOfTrust", "Prompt",
    "PromptKind", "Reading", "ReadingRevision", "RepairAttempt", "RepairStep", "Rupture", "RuptureKind",
    "RuptureOutcome", "engagements_to_judge",
]  # fmt: skip
