"""What a chart shows: the moments of an engagement, in plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from trust.instrument import Strand

STAR = "M0-7 1.9-2.6 6.7-2.2 3 1 4.1 5.7 0 3.2-4.1 5.7-3 1-6.7-2.2-1.9-2.6z"
EVENT_PATHS = {
    "MISSED": "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0M-3.2 3.2 3.2-3.2",
    "CANCELLED": "M-3.5-3.5 3.5 3.5M3.5-3.5-3.5 3.5",
    "MOVED": "M-5 0H4.5M1.5-3.2 4.8 0 1.5 3.2",
    "PAUSED": "M-2.5-4v8M2.5-4v8",
    "RESUMED": "M-3-4.5 4 0-3 4.5z",
    "FLAG": "M-3 5.5V-5H4.5L2.5-2.3 4.5.5H-3",
    "POINT_OF_TRUST": STAR,
    "TRUST_LOST": STAR,
}
EVENT_WORDS = {
    "MISSED": "Missed",
    "CANCELLED": "Cancelled",
    "MOVED": "Moved to another day",
    "PAUSED": "Paused",
    "RESUMED": "Taken up again",
    "FLAG": "Flag opened",
    "POINT_OF_TRUST": "Point of trust",
    "TRUST_LOST": "Lost again",
}
EVENT_CSS = {"POINT_OF_TRUST": "point-of-trust", "TRUST_LOST": "point-of-trust point-lost"}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened beside the ratings; `kind` is a key of EVENT_PATHS."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Level:
    """An estimated level with its standard deviation, in scale points."""

    value: float
    sd: float


@dataclass(frozen=True, slots=True)
class Moment:
    """One day of an engagement: a session or a day with events. Mappings are by strand; a missing key is no value.

    `is_waiting` marks a day without a session, to which the estimate was only carried forward; `key` is the
    caller's own name of the session and is carried through untouched.
    """

    on: date
    title: str
    estimate: Mapping[Strand, Level] = field(default_factory=dict)
    coach_read: Mapping[Strand, float] = field(default_factory=dict)
    check_in: Mapping[Strand, float] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    is_waiting: bool = False
    key: str = ""

    @property
    def words(self) -> str:
        """Everything about this moment in one line, for who hears the page."""
        levels = {strand: level.value for strand, level in self.estimate.items()}
        voices = (("Estimate", levels), ("Coach's read", self.coach_read), ("Check-in", self.check_in))
        said = [f"{label}: {_in_words(values)}" for label, values in voices if values]
        return ". ".join([self.title, *said, *(event.words for event in self.events)]) + "."


def _in_words(values: Mapping[Strand, float]) -> str:
    return ", ".join(f"{strand.lower()} {value:.1f}" for strand, value in values.items())


def event_kinds(moments: Sequence[Moment]) -> list[tuple[str, str, str]]:
    """Classes, path and words of the events that occur, in a fixed order, for a legend."""
    found = {event.kind for moment in moments for event in moment.events}
    return [(event_css(kind), path, EVENT_WORDS[kind]) for kind, path in EVENT_PATHS.items() if kind in found]


def event_css(kind: str) -> str:
    """Classes of an event's mark."""
    return EVENT_CSS.get(kind, f"happening happening-{kind.lower()}")
