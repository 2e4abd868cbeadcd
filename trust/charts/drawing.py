"""Geometry of the trust chart: from dated values to SVG coordinates. Pure.

Colours, fonts and what shows on hover are the style sheet's; here stand only places, paths and words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from trust.charts.axes import EVENT_SIZE, Frame, Scale, Tick, number, ticks
from trust.charts.moments import EVENT_PATHS, Moment, event_css
from trust.charts.tips import Spot, spots
from trust.instrument import HIGHEST, LOWEST, Strand

# Four chances in five that the level lies in the band, for a normal error.
BAND_SDS = 1.28
# Marks of one session stand side by side, so that equal ratings do not hide each other: steps of a few units where
# there is room, closer where sessions are many.
SIDE_BY_SIDE = {
    ("COACH", Strand.COGNITIVE): -1.5,
    ("COACH", Strand.RELATIONAL): -0.5,
    ("EXECUTIVE", Strand.COGNITIVE): 0.5,
    ("EXECUTIVE", Strand.RELATIONAL): 1.5,
}
WIDEST_STEP, STEPS_PER_MOMENT = 6.0, 8
EVENT_ROWS = 3
LABEL_GAP = 16  # between the two labels at the right end


@dataclass(frozen=True, slots=True)
class Mark:
    """One rating as a point: filled for the coach's read, hollow for the check-in."""

    path: str
    is_check_in: bool


@dataclass(frozen=True, slots=True)
class StrandLine:
    """One strand: band, line through the estimates, dotted line to today, marks, and the label at its end."""

    name: str
    css: str
    band: str
    line: str
    waiting: str
    marks: tuple[Mark, ...]
    label: str
    label_x: str
    label_y: str


@dataclass(frozen=True, slots=True)
class EventMark:
    x: str
    y: str
    path: str
    css: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart ready to be written as SVG."""

    title: str
    words: str
    frame: Frame
    levels: tuple[Tick, ...]
    dates: tuple[Tick, ...]
    strands: tuple[StrandLine, ...]
    events: tuple[EventMark, ...]
    points: tuple[str, ...]  # where the point of trust was reached
    spots: tuple[Spot, ...]


def trust_chart(moments: Sequence[Moment], frame: Frame, *, starts_on: date, until: date) -> Chart | None:
    """The chart of these moments (oldest first) between two days; None without any moment."""
    if not moments:
        return None
    scale = Scale(frame, min(starts_on, moments[0].on), max(until, moments[-1].on))
    events, rows = _event_marks(moments, scale)
    scale = replace(scale, frame=frame.with_event_rows(rows))
    strands = tuple(_strand(strand, moments, scale) for strand in Strand)
    return Chart(
        title="Trust over time",
        words=_summary(moments),
        frame=scale.frame,
        levels=tuple(Tick("0", number(scale.y(level)), str(level)) for level in range(LOWEST, HIGHEST + 1)),
        dates=ticks(scale),
        strands=_labels_apart(strands),
        events=events,
        points=tuple(number(scale.x(m.on)) for m in moments if any(e.kind == "POINT_OF_TRUST" for e in m.events)),
        spots=tuple(spots(moments, scale)),
    )


def _summary(moments: Sequence[Moment]) -> str:
    """What the chart shows, in a sentence or two."""
    known = [moment for moment in moments if moment.estimate]
    if not known:
        return "Ratings by session, from 1 to 7; too few for a line."
    first, last = known[0], known[-1]
    told = [
        f"{strand.capitalize()} trust: about {first.estimate[strand].value:.1f} at first, "
        f"{last.estimate[strand].value:.1f} at last."
        for strand in Strand
    ]
    return " ".join([*told, "The scale runs from 1 to 7."])


# --- strands ------------------------------------------------------------------------------------


def _strand(strand: Strand, moments: Sequence[Moment], scale: Scale) -> StrandLine:
    known = [m for m in moments if strand in m.estimate]
    passed = [m for m in known if not m.is_waiting]
    last = known[-1].estimate[strand].value if known else None
    name = strand.capitalize()
    return StrandLine(
        name=name,
        css=strand.lower(),
        band=_band(strand, known, scale),
        line=_line(strand, passed, scale),
        waiting=_line(strand, known[-2:], scale) if passed and known[-1].is_waiting else "",
        marks=tuple(_marks(strand, moments, scale)),
        label="" if last is None else f"{name} {last:.1f}" if scale.frame.has_names else f"{last:.1f}",
        label_x=number(scale.frame.right + 8),
        label_y="" if last is None else number(scale.y(last) + 4),
    )


def _line(strand: Strand, known: Sequence[Moment], scale: Scale) -> str:
    at = [f"{number(scale.x(m.on))} {number(scale.y(m.estimate[strand].value))}" for m in known]
    # A single estimate is a line of no length, which round ends show as a dot.
    return "M" + ("L".join(at) if len(at) > 1 else f"{at[0]}h0") if at else ""


def _band(strand: Strand, known: Sequence[Moment], scale: Scale) -> str:
    if len(known) < 2:
        return ""
    edges = [(scale.x(m.on), m.estimate[strand]) for m in known]
    upper = [f"{number(x)} {number(scale.y(level.value + BAND_SDS * level.sd))}" for x, level in edges]
    lower = [f"{number(x)} {number(scale.y(level.value - BAND_SDS * level.sd))}" for x, level in reversed(edges)]
    return f"M{'L'.join(upper + lower)}z"


def _marks(strand: Strand, moments: Sequence[Moment], scale: Scale) -> Iterator[Mark]:
    step = min(WIDEST_STEP, (scale.frame.right - scale.frame.left) / len(moments) / STEPS_PER_MOMENT)
    for moment in moments:
        for voice, said in (("COACH", moment.coach_read), ("EXECUTIVE", moment.check_in)):
            if strand in said:
                x = scale.x(moment.on) + SIDE_BY_SIDE[voice, strand] * step
                yield Mark(_shape(strand, x, scale.y(said[strand])), voice == "EXECUTIVE")


def _shape(strand: Strand, x: float, y: float) -> str:
    """A circle for the cognitive strand, a diamond for the relational one."""
    if strand is Strand.COGNITIVE:
        return f"M{number(x - 3.5)} {number(y)}a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0"
    return f"M{number(x)} {number(y - 4.6)}l4.6 4.6-4.6 4.6-4.6-4.6z"


def _labels_apart(strands: tuple[StrandLine, ...]) -> tuple[StrandLine, ...]:
    """Moves the two labels apart where they would overlap; the higher one stays higher."""
    placed = sorted((s for s in strands if s.label), key=lambda s: float(s.label_y))
    if len(placed) < 2:
        return strands
    over, under = placed
    lack = LABEL_GAP - (float(under.label_y) - float(over.label_y))
    if lack <= 0:
        return strands
    moved = {over.css: float(over.label_y) - lack / 2, under.css: float(under.label_y) + lack / 2}
    return tuple(replace(strand, label_y=number(moved[strand.css])) for strand in strands)


# --- events ----------------------------------------------------------------------------


def _event_marks(moments: Sequence[Moment], scale: Scale) -> tuple[tuple[EventMark, ...], int]:
    """Event marks below the plot, each in the first row with room for it, and how many rows that takes.

    What finds no room stands in the tip and in the table only.
    """
    ends: list[float] = []
    marks = []
    for x, event in ((scale.x(moment.on), event) for moment in moments for event in moment.events):
        row = next((row for row, end in enumerate(ends) if x - end >= EVENT_SIZE), len(ends))
        if row < EVENT_ROWS:
            ends[row : row + 1] = [x]
            y = scale.frame.events + row * EVENT_SIZE
            marks.append(EventMark(number(x), number(y), EVENT_PATHS[event.kind], event_css(event.kind)))
    return tuple(marks), len(ends)
