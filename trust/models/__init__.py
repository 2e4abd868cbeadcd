"""What it means: readings, check-ins, judgements, flags, points of trust."""

from trust.models.calibration import Calibration
from trust.models.check_in import CheckIn, CheckInStatus
from trust.models.cohort import CohortCell, CohortPeriod
from trust.models.flag import Closing, Flag, FlagKind, FlagLevel, Response
from trust.models.judgement import Judgement, engagements_to_judge
from trust.models.point import Decision, PointOfTrust
from trust.models.reading import Reading, ReadingRevision

__all__ = [
    "Calibration", "CheckIn", "CheckInStatus", "Closing", "CohortCell", "CohortPeriod", "Decision", "Flag", "FlagKind",
    "FlagLevel", "Judgement", "PointOfTrust", "Reading", "ReadingRevision", "Response", "engagements_to_judge",
]  # fmt: skip
