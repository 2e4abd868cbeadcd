"""All figures of a program that rest on dates and counts, and how they are kept as JSON. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from engagements.progress import Attendance, FirstSession, Progress, Used
from engagements.stages import Month, Stage


@dataclass(frozen=True, slots=True)
class Figures:
    """How a program went at `counted_at`. `is_on_record`: months follow from steps, not from dates alone."""

    counted_at: datetime
    engagements: int
    progress: Progress
    used: Used
    attendance: Attendance
    first_session: FirstSession
    months: tuple[Month, ...]
    is_on_record: bool

    def as_json(self) -> dict[str, Any]:
        """Everything but the moment, which is a column."""
        kept = asdict(self)
        del kept["counted_at"]
        return kept | {"months": [asdict(month) | {"starts_on": month.starts_on.isoformat()} for month in self.months]}


def from_json(kept: Mapping[str, Any], counted_at: datetime) -> Figures:
    return Figures(
        counted_at=counted_at,
        engagements=kept["engagements"],
        progress=Progress(**kept["progress"]),
        used=Used(**kept["used"]),
        attendance=Attendance(**kept["attendance"]),
        first_session=FirstSession(**kept["first_session"]),
        months=tuple(_month(month) for month in kept["months"]),
        is_on_record=kept["is_on_record"],
    )


def _month(kept: Mapping[str, Any]) -> Month:
    standing = {Stage(name): count for name, count in kept["standing"].items()}
    return Month(date.fromisoformat(kept["starts_on"]), standing, kept["ended"])
