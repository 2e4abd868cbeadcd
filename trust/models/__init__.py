"""What it means: readings, check-ins, judgements, flags."""

from trust.models.check_in import CheckIn, CheckInStatus
from trust.models.flag import Closing, Flag, FlagKind, FlagLevel, Response
from trust.models.judgement import Judgement, engagements_to_judge
from trust.models.reading import Reading, ReadingRevision

__all__ = [
    "CheckIn", "CheckInStatus", "Closing", "Flag", "FlagKind", "FlagLevel", "Judgement", "Reading",
    "ReadingRevision", "Response", "engagements_to_judge",
]  # fmt: skip
