"""Geometry of frozen figures over groups: two strands over quarters, and a map of groups and quarters. Pure.

What is withheld is a gap in the lines and an empty field of the map; all of these look alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from trust.charts.axes import Tick, number
from trust.instrument import HIGHEST, LOWEST, Strand

SHADES = 5  # of the map: 1 to 7 in five steps, from pale to full


@dataclass(frozen=True, slots=True)
class Size:
    """Two drawings of the same data; on a phone the latest `most` quarters find room."""

    name: str
    width: int
    left: int
    right: int
    most: int


SIZES = (Size("wide", 720, 96, 712, 12), Size("narrow", 360, 92, 356, 4))
TOP, BOTTOM, FOOT = 14, 194, 216  # of the curve
HEAD, ROW = 26, 30  # of the map
MARK_GAP = 3.5  # the strands stand a little apart, so that equal figures do not hide each other


@dataclass(frozen=True, slots=True)
class Level:
    """A mean as published: its value, and in short ("≥ 6.4"); `is_cut` where the value is an end of what is told."""

    value: float
    words: str
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Column:
    """One quarter: its label, of how many people, and by strand what is published; None where it is withheld."""

    label: str
    of: str
    levels: dict[Strand, Level | None]


@dataclass(frozen=True, slots=True)
class StrandLine:
    css: str
    line: str
    marks: tuple[tuple[str, bool], ...]  # path, and whether the figure was cut off


@dataclass(frozen=True, slots=True)
class Curve:
    size: Size
    height: int
    top: int
    bottom: int
    levels: tuple[Tick, ...]
    labels: tuple[Tick, ...]
    notes: tuple[Tick, ...]
    lines: tuple[StrandLine, ...]


def curve(columns: Sequence[Column], size: Size) -> Curve:
    """Both strands over the latest quarters, oldest first; a line breaks where a quarter is withheld."""
    shown = columns[-size.most :]
    left = 24
    room = (size.right - left) / len(shown)
    middles = [left + (place + 0.5) * room for place in range(len(shown))]
    return Curve(
        size=size,
        height=FOOT + 22,
        top=TOP,
        bottom=BOTTOM,
        levels=tuple(Tick("0", number(_y(level)), str(level)) for level in range(LOWEST, HIGHEST + 1)),
        labels=tuple(Tick(number(x), number(FOOT), one.label) for x, one in zip(middles, shown, strict=True)),
        notes=tuple(Tick(number(x), number(FOOT + 16), one.of) for x, one in zip(middles, shown, strict=True)),
        lines=tuple(_line(strand, shown, middles) for strand in Strand),
    )


def _y(level: float) -> float:
    return TOP + (HIGHEST - level) / (HIGHEST - LOWEST) * (BOTTOM - TOP)


def _line(strand: Strand, columns: Sequence[Column], middles: Sequence[float]) -> StrandLine:
    path, is_on = "", False
    marks = []
    aside = -MARK_GAP if strand is Strand.COGNITIVE else MARK_GAP
    for column, middle in zip(columns, middles, strict=True):
        level = column.levels[strand]
        if level is not None:
            x, y = middle + aside, _y(level.value)
            path += f"{'L' if is_on else 'M'}{number(x)} {number(y)}" + ("" if is_on else "h0")
            marks.append((mark(strand, x, y), level.is_cut))
        is_on = level is not None
    return StrandLine(strand.lower(), path, tuple(marks))


def mark(strand: Strand, x: float, y: float) -> str:
    """A circle for the cognitive strand, a diamond for the relational one."""
    if strand is Strand.COGNITIVE:
        return f"M{number(x - 4.5)} {number(y)}a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0"
    return f"M{number(x)} {number(y - 5.6)}l5.6 5.6-5.6 5.6-5.6-5.6z"


# --- map ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the map. `css` is a shade, or none where the figure is withheld."""

    x: str
    y: str
    width: str
    middle: str
    css: str
    words: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    label: str
    label_y: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class HeatMap:
    css: str  # the strand
    size: Size
    height: int
    row_height: int
    labels: tuple[Tick, ...]
    rows: tuple[HeatRow, ...]


def heat_map(
    strand: Strand, labels: Sequence[str], rows: Sequence[tuple[str, Sequence[Level | None]]], size: Size
) -> HeatMap:
    """Rows of (group, levels by quarter) as fields, darker where trust is higher; every field says its figure."""
    shown = labels[-size.most :]
    room = (size.right - size.left) / len(shown)
    lefts = [size.left + place * room for place in range(len(shown))]
    return HeatMap(
        css=strand.lower(),
        size=size,
        height=HEAD + ROW * len(rows),
        row_height=ROW - 3,
        labels=tuple(Tick(number(x + room / 2), "14", label) for x, label in zip(lefts, shown, strict=True)),
        rows=tuple(
            HeatRow(label, number(HEAD + place * ROW + 18), _fields(levels, lefts, room, place, size))
            for place, (label, levels) in enumerate(rows)
        ),
    )


def _fields(
    levels: Sequence[Level | None], lefts: Sequence[float], room: float, place: int, size: Size
) -> tuple[Field, ...]:
    y = number(HEAD + place * ROW)
    return tuple(
        Field(number(x), y, number(room - 3), number(x + (room - 3) / 2), shade(level), level.words if level else "")
        for x, level in zip(lefts, levels[-size.most :], strict=True)
    )


def shade(level: Level | None) -> str:
    """The class of a field: one of five steps from 1 to 7."""
    if level is None:
        return "shade-none"
    step = int((level.value - LOWEST) / (HIGHEST - LOWEST) * SHADES)
    return f"shade-{min(step, SHADES - 1) + 1}"
