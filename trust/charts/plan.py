"""Geometry of two charts of a program: its sessions against the plan, and its engagements by stage. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log10

from trust.charts.axes import Tick, number


@dataclass(frozen=True, slots=True)
class Size:
    """Two drawings of the same data: one for a column of text, one for a phone; the style sheet shows one."""

    name: str
    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    most_labels: int

    @property
    def inner(self) -> int:
        return self.right - self.left


PLAN_SIZES = (Size("wide", 720, 96, 4, 716, 34, 66, 2), Size("narrow", 360, 96, 4, 356, 34, 66, 2))
STAGE_SIZES = (Size("wide", 720, 250, 36, 712, 18, 222, 12), Size("narrow", 360, 250, 30, 356, 18, 222, 6))
LETTER = 6.5  # units a letter of the words beside a mark takes, on average


# What parts are filled with, so that they differ without colour; what is not here is plain.
PATTERNS = {
    "part-booked": "slant",
    "part-left": "dotted",
    "stage-agreed": "slant",
    "stage-arranged": "dotted",
    "stage-paused": "lying",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar; `css` says of what."""

    css: str
    x: str
    y: str
    width: str
    height: str

    @property
    def pattern(self) -> str:
        return PATTERNS.get(self.css, "")


@dataclass(frozen=True, slots=True)
class PlanMark:
    """A line across the bar with words above or below it."""

    css: str
    x: str
    words_y: str
    anchor: str  # which end of the words stands at the line
    words: str


@dataclass(frozen=True, slots=True)
class PlanChart:
    size: Size
    pieces: tuple[Piece, ...]
    marks: tuple[PlanMark, ...]


def plan_chart(parts: Mapping[str, float], marks: Mapping[str, tuple[float, str]], size: Size) -> PlanChart | None:
    """Parts of one bar in their order, and marks: {css: (place among the parts' sum, words)}. None without parts."""
    whole = sum(parts.values())
    if whole <= 0:
        return None
    pieces, at = [], 0.0
    for css, part in parts.items():
        if part > 0:
            x, width = size.left + at / whole * size.inner, part / whole * size.inner
            height = number(size.bottom - size.top)
            pieces.append(Piece(css, number(x), number(size.top), number(width), height))
        at += part
    return PlanChart(size, tuple(pieces), tuple(_mark(css, *mark, whole, size) for css, mark in marks.items()))


def _mark(css: str, place: float, words: str, whole: float, size: Size) -> PlanMark:
    x = size.left + min(max(place / whole, 0), 1) * size.inner
    half = len(words) * LETTER / 2
    anchor = "start" if x - half < size.left else "end" if x + half > size.right else "middle"
    words_y = size.top - 14 if css == "mark-due" else size.bottom + 24
    return PlanMark(css, number(x), number(words_y), anchor, words)


@dataclass(frozen=True, slots=True)
class Bar:
    x: str
    middle: str
    label: str
    total: str
    total_y: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class StackedChart:
    size: Size
    levels: tuple[Tick, ...]
    bars: tuple[Bar, ...]


def stacked_chart(stacks: Sequence[tuple[str, Mapping[str, int]]], size: Size) -> StackedChart:
    """One bar per (label, {css: count}), its pieces from the foot upwards."""
    step = level_step(max((sum(counts.values()) for _, counts in stacks), default=0))
    top = max(ceil(max((sum(counts.values()) for _, counts in stacks), default=0) / step), 1) * step
    levels = [Tick("0", number(_y(level, top, size)), str(level)) for level in range(0, top + 1, step)]
    room = size.inner / max(len(stacks), 1)
    every = ceil(len(stacks) / size.most_labels)
    bars = [
        _bar(label if (len(stacks) - 1 - place) % every == 0 else "", counts, size.left + place * room, room, top, size)
        for place, (label, counts) in enumerate(stacks)
    ]
    return StackedChart(size, tuple(levels), tuple(bars))


def level_step(highest: int) -> int:
    """A round number such that at most five of it reach the highest."""
    if highest <= 5:
        return 1
    power = int(10 ** int(log10(highest / 5)))
    return next(step for step in (power, 2 * power, 5 * power, 10 * power) if step * 5 >= highest)


def _y(level: float, top: int, size: Size) -> float:
    return size.bottom - level / top * (size.bottom - size.top)


def _bar(label: str, counts: Mapping[str, int], left: float, room: float, top: int, size: Size) -> Bar:
    width, total = room * 0.64, 0
    pieces = []
    for css, count in counts.items():
        if count:
            y = _y(total + count, top, size)
            height = _y(total, top, size) - y
            pieces.append(Piece(css, number(left + room * 0.18), number(y), number(width), number(height)))
        total += count
    middle = number(left + room / 2)
    return Bar(
        number(left), middle, label, str(total) if total else "", number(_y(total, top, size) - 5), tuple(pieces)
    )
