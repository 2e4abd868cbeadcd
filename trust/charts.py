"""Geometry of the trust chart: from dated values to SVG coordinates. Pure.

Colours, fonts and what shows on hover are the style sheet's; here stand only places, paths and words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from trust.chart_axes import EVENT_SIZE, Frame, Scale, Tick, number, ticks
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
WIDEST_REACH = 16  # how far from its middle a moment answers to the pointer
LABEL_GAP = 16  # between the two labels at the right end

EVENT_PATHS = {
    "MISSED": "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0M-3.2 3.2 3.2-3.2",
    "CANCELLED": "M-3.5-3.5 3.5 3.5M3.5-3.5-3.5 3.5",
    "MOVED": "M-5 0H4.5M1.5-3.2 4.8 0 1.5 3.2",
    "PAUSED": "M-2.5-4v8M2.5-4v8",
    "RESUMED": "M-3-4.5 4 0-3 4.5z",
    "FLAG": "M-3 5.5V-5H4.5L2.5-2.3 4.5.5H-3",
}
EVENT_WORDS = {
    "MISSED": "Missed",
    "CANCELLED": "Cancelled",
    "MOVED": "Moved to another day",
    "PAUSED": "Paused",
    "RESUMED": "Taken up again",
    "FLAG": "Flag opened",
}


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
        spots=tuple(_spots(moments, scale)),
    )


def event_kinds(moments: Sequence[Moment]) -> list[tuple[str, str, str]]:
    """Kind, path and words of the events that occur, in a fixed order, for a legend."""
    found = {event.kind for moment in moments for event in moment.events}
    return [(kind, path, EVENT_WORDS[kind]) for kind, path in EVENT_PATHS.items() if kind in found]


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


# --- events and tips ----------------------------------------------------------------------------


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
            marks.append(EventMark(number(x), number(y), EVENT_PATHS[event.kind], event.kind.lower()))
    return tuple(marks), len(ends)


def _spots(moments: Sequence[Moment], scale: Scale) -> Iterator[Spot]:
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
    lines = [((Cell("12", moment.title),), True)]
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
