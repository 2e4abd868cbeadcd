"""What can happen in the life of an engagement, each with its moment. Plain data; sessions are named by a number."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposed(Event):
    """The program manager proposes the engagement."""

    starts_on: date
    objective: str


@dataclass(frozen=True, slots=True)
class Accepted(Event):
    """One side accepted the agreement: the executive by link; the manager notes it for the sponsor."""

    party: str
    on: date


@dataclass(frozen=True, slots=True)
class StatusSet(Event):
    to: str
    by_coach: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reworded(Event):
    objective: str


@dataclass(frozen=True, slots=True)
class ObjectiveSet(Event):
    status: str


@dataclass(frozen=True, slots=True)
class Booked(Event):
    session: int
    starts_at: datetime
    minutes: int
    kind: str
    place: str = ""
    call_link: str = ""
    series_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Moved(Event):
    session: int
    starts_at: datetime
    asked_by: str


@dataclass(frozen=True, slots=True)
class Cancelled(Event):
    session: int
    by: str


@dataclass(frozen=True, slots=True)
class Missed(Event):
    session: int


@dataclass(frozen=True, slots=True)
class Met(Event):
    """Held and put on record without a reading, as a chemistry meeting is."""

    session: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Logged(Event):
    """Held, with the coach's read and texts."""

    session: int
    minutes: int
    ratings: dict[str, int | None]
    seen: tuple[str, ...] = ()
    note: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class CheckInSent(Event):
    session: int


@dataclass(frozen=True, slots=True)
class CheckInAnswered(Event):
    session: int
    ratings: dict[str, int | None]
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Score:
    """One engagement from its first day to now: who takes part, and what happens, in order of time."""

    number: int
    program: int
    coach: int
    role: str
    orientation: str
    language: str
    time_zone: str
    story: str
    events: list[Event] = field(default_factory=list)
