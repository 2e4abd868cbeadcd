"""What each moment of a chart says when it is pointed at or focused."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from trust.charts.axes import Frame, Scale, number
from trust.charts.moments import Moment
from trust.instrument import Strand

WIDEST_REACH = 16  # how far from its middle a moment answers to the pointer


@dataclass(frozen=True, slots=True)
class Cell:
    x: str
    text: str
    is_end: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a tip."""

    y: str
    cells: tuple[Cell, ...]
    is_head: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """The part of the chart that answers for one moment, and the tip it shows."""

    x: str
    left: str
    width: str
    words: str
    tip_x: str
    tip_y: str
    tip_width: str
    tip_height: str
    rows: tuple[Row, ...]


def spots(moments: Sequence[Moment], scale: Scale) -> Iterator[Spot]:
    middles = [scale.x(moment.on) for moment in moments]
    borders = [(a + b) / 2 for a, b in pairwise(middles)]
    lefts = [middles[0] - WIDEST_REACH, *borders]
    rights = [*borders, middles[-1] + WIDEST_REACH]
    for moment, x, left, right in zip(moments, middles, lefts, rights, strict=True):
        left, right = max(left, x - WIDEST_REACH), min(right, x + WIDEST_REACH)
        yield _spot(moment, x, left, right, scale.frame)


def _spot(moment: Moment, x: float, left: float, right: float, frame: Frame) -> Spot:
    rows = tuple(_tip_rows(moment))
    height = len(rows) * 18 + 12
    beside = x + 14 if x + 14 + frame.tip_width <= frame.width else x - 14 - frame.tip_width
    return Spot(
        x=number(x),
        left=number(left),
        width=number(max(right - left, 1)),
        words=moment.words,
        tip_x=number(min(max(beside, 0), frame.width - frame.tip_width)),
        tip_y=number(max(frame.bottom - height - 4, 0)),
        tip_width=number(frame.tip_width),
        tip_height=number(height),
        rows=rows,
    )


def _tip_rows(moment: Moment) -> Iterator[Row]:
    levels = {strand: level.value for strand, level in moment.estimate.items()}
    voices = [("Estimate", levels), ("Coach's read", moment.coach_read), ("Check-in", moment.check_in)]
    table = [(label, said) for label, said in voices if said]
    lines: list[tuple[tuple[Cell, ...], bool]] = [((Cell("12", moment.title),), True)]
    if table:
        lines.append(((Cell("170", "Cognitive", True), Cell("244", "Relational", True)), False))
    lines += [(_cells(label, said), False) for label, said in table]
    lines += [((Cell("12", event.words),), False) for event in moment.events]
    for place, (cells, is_head) in enumerate(lines):
        yield Row(str(20 + place * 18), cells, is_head)


def _cells(label: str, said: Mapping[Strand, float]) -> tuple[Cell, ...]:
    def shown(strand):
        return f"{said[strand]:.1f}" if strand in said else "–"

    return Cell("12", label), Cell("170", shown(Strand.COGNITIVE), True), Cell("244", shown(Strand.RELATIONAL), True)
