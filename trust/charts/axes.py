"""Frames, scales and ticks of the trust chart. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from trust.instrument import HIGHEST, LOWEST

SHORTEST_DAYS = 28  # a course of a day or two would fill the page with nothing
EVENT_SIZE = 14  # units an event mark takes, with the space around it
WEEK_STEPS = (1, 2, 3, 4)
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)


@dataclass(frozen=True, slots=True)
class Frame:
    """Sizes in SVG units: the plot lies between `left` and `right`, `top` and `bottom`; events stand below it."""

    name: str
    width: int
    height: int  # of a chart without events
    left: int
    right: int
    top: int
    bottom: int
    events: int  # middle of the first row of event marks
    most_ticks: int
    has_names: bool  # whether the strands are named at the right end
    tip_width: int = 256

    def with_event_rows(self, rows: int) -> "Frame":
        """The same frame with room for so many rows of event marks."""
        return replace(self, height=self.height + rows * EVENT_SIZE)

    @property
    def dates_y(self) -> int:
        return self.height - 6


# Two drawings of the same data: one for a column of text, one for a phone; the style sheet shows one of them.
WIDE = Frame("wide", 720, 282, 24, 614, 14, 254, 268, 8, True)
NARROW = Frame("narrow", 360, 282, 16, 326, 14, 254, 268, 4, False)


def number(value: float) -> str:
    """A coordinate as short as it gets; never "-0"."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


@dataclass(frozen=True, slots=True)
class Scale:
    """From a day and a level to a place in the frame."""

    frame: Frame
    first: date
    last: date

    @property
    def days(self) -> int:
        return max((self.last - self.first).days, SHORTEST_DAYS)

    def x(self, day: date) -> float:
        share = (day - self.first).days / self.days
        return self.frame.left + share * (self.frame.right - self.frame.left)

    def y(self, level: float) -> float:
        """Levels beyond the scale are drawn at its edge."""
        level = min(max(level, LOWEST), HIGHEST)
        return self.frame.top + (HIGHEST - level) / (HIGHEST - LOWEST) * (self.frame.bottom - self.frame.top)


@dataclass(frozen=True, slots=True)
class Tick:
    x: str
    y: str
    label: str


def ticks(scale: Scale) -> tuple[Tick, ...]:
    """Dates along the foot: weeks for a short course, months for a longer one, never more than fit."""
    return tuple(Tick(number(scale.x(day)), number(scale.frame.dates_y), label) for day, label in _dated(scale))


def _dated(scale: Scale) -> Iterator[tuple[date, str]]:
    last, most = scale.first + timedelta(days=scale.days), scale.frame.most_ticks
    for weeks in WEEK_STEPS:
        if scale.days / (7 * weeks) <= most:
            days = [scale.first + timedelta(weeks=weeks * step) for step in range(most + 1)]
            yield from ((day, f"{day.day} {day:%b}") for day in days if day <= last)
            return
    months = [_month(scale.first, step) for step in range(1, scale.days // 28 + 2)]
    months = [day for day in months if day <= last]
    step = next((step for step in MONTH_STEPS if len(months) / step <= most), MONTH_STEPS[-1])
    for place, day in enumerate(months[::step]):
        has_year = place == 0 or day.year != months[::step][place - 1].year
        yield day, f"{day:%b} {day.year}" if has_year else f"{day:%b}"


def _month(day: date, later: int) -> date:
    """The first of the month that comes so many months later."""
    months = day.year * 12 + day.month - 1 + later
    return date(months // 12, months % 12 + 1, 1)
