"""Coaching hours as a client log counts them: relationships in minutes, and how far they reach. Pure.

Minutes are summed as they are and divided once: 50 minutes are 0:50 and 0.83 hours, never more than was coached.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date


def clock(minutes: int) -> str:
    """Hours and minutes, "12:05"."""
    return f"{minutes // 60}:{minutes % 60:02d}"


def decimal(minutes: int) -> str:
    """Hours with two places, cut off and not rounded up, "12.08"."""
    hundredths = minutes * 100 // 60
    return f"{hundredths // 100}.{hundredths % 100:02d}"


@dataclass(frozen=True, slots=True)
class Relationship:
    """One client or group with the minutes that count. Name and contact are empty where they may not be told."""

    key: str
    name: str
    contact: str
    people: int
    starts_on: date
    ends_on: date
    paid: int
    pro_bono: int
    number: int = 0

    @property
    def client(self) -> str:
        return self.name or f"Client {self.number}"

    @property
    def form(self) -> str:
        return "Individual" if self.people == 1 else "Group"

    @property
    def total(self) -> int:
        return self.paid + self.pro_bono

    @property
    def hours(self) -> tuple[str, str, str]:
        """Paid, pro bono and together, as hours and minutes."""
        return clock(self.paid), clock(self.pro_bono), clock(self.total)


@dataclass(frozen=True, slots=True)
class HoursLog:
    """Relationships by their start, numbered from 1, with totals in minutes."""

    rows: tuple[Relationship, ...] = ()

    @property
    def paid(self) -> int:
        return sum(row.paid for row in self.rows)

    @property
    def pro_bono(self) -> int:
        return sum(row.pro_bono for row in self.rows)

    @property
    def total(self) -> int:
        return self.paid + self.pro_bono

    @property
    def hours(self) -> tuple[str, str, str]:
        return clock(self.paid), clock(self.pro_bono), clock(self.total)

    @property
    def clients(self) -> int:
        """A group counts as one relationship."""
        return len(self.rows)


def numbered(rows: Iterable[Relationship]) -> HoursLog:
    """The log of these relationships. The order does not depend on names, so that a number says nothing."""
    ordered = sorted(rows, key=lambda row: (row.starts_on, row.key))
    return HoursLog(tuple(replace(row, number=number) for number, row in enumerate(ordered, 1)))


# --- thresholds -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """One thing a credential asks for: how much there is and how much it takes, in one unit, and in words."""

    label: str
    have: int
    need: int
    words: str

    @property
    def is_reached(self) -> bool:
        return self.have >= self.need

    @property
    def shown(self) -> int:
        return min(self.have, self.need)


@dataclass(frozen=True, slots=True)
class Progress:
    credential: str
    steps: tuple[Step, ...]

    @property
    def is_reached(self) -> bool:
        return all(step.is_reached for step in self.steps)


def progress_of(log: HoursLog, thresholds: Mapping[str, tuple[int, int, int]]) -> list[Progress]:
    """`thresholds`: credential to hours, paid hours and clients."""
    return [
        Progress(
            credential,
            (_hours("Hours", log.total, hours), _hours("Paid hours", log.paid, paid), _clients(log.clients, clients)),
        )
        for credential, (hours, paid, clients) in thresholds.items()
    ]


def _hours(label, have, need):
    return Step(label, have, need * 60, _words(clock(have), f"{need:,} hours", clock(max(need * 60 - have, 0))))


def _clients(have, need):
    return Step("Clients", have, need, _words(str(have), f"{need:,} clients", str(max(need - have, 0))))


def _words(have, need, left):
    return f"{have} of {need}, reached" if left in ("0", "0:00") else f"{have} of {need}, {left} to go"
