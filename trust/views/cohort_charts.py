"""The curve and the maps of frozen quarters, from published figures alone."""

from trust.aggregates import LAST_OF_FIRST, LAST_OF_MIDDLE, WHOLE, Bound, Phase, together
from trust.charts.cohort import SIZES, Column, Level, curve, heat_map
from trust.instrument import Strand

IN_SHORT = {Bound.NONE: "{:.1f}", Bound.LESS: "≤ {:.1f}", Bound.MORE: "≥ {:.1f}", Bound.ABOUT: "≈ {:.1f}"}
ROWS = {
    WHOLE: "Everybody",
    str(Phase.FIRST): f"Sessions 1–{LAST_OF_FIRST}",
    str(Phase.MIDDLE): f"Sessions {LAST_OF_FIRST + 1}–{LAST_OF_MIDDLE}",
    str(Phase.LATER): f"From {LAST_OF_MIDDLE + 1} on",
}


def cohort_charts(quarters):
    """What templates/trust/_cohort_charts.html shows of these quarters (newest first); none without any figure."""
    shown = [{**one.cells, WHOLE: together(one.cells)} for one in reversed(quarters)]
    if not any(cells[WHOLE] for cells in shown):
        return None
    labels = [_label(one.starts_on) for one in reversed(quarters)]
    columns = [_column(label, cells[WHOLE]) for label, cells in zip(labels, shown, strict=True)]
    return {
        "words": _words(columns),
        "curves": [curve(columns, size) for size in SIZES],
        "maps": [
            {
                "name": strand.capitalize(),
                "words": _map_words(strand, columns),
                "drawings": [heat_map(strand, labels, _rows(strand, shown), size) for size in SIZES],
            }
            for strand in Strand
        ],
    }


def _label(starts_on):
    return f"Q{starts_on.month // 3 + 1} {starts_on:%y}"


def _column(label, whole):
    return Column(label, f"n = {whole.people}" if whole else "–", {strand: _level(whole, strand) for strand in Strand})


def _rows(strand, shown):
    return [(words, [_level(cells.get(group), strand) for cells in shown]) for group, words in ROWS.items()]


def _level(cell, strand):
    if cell is None:
        return None
    figure = getattr(cell, strand.lower())
    value = figure.tenths / 10
    return Level(value, IN_SHORT[figure.bound].format(value), figure.bound != Bound.NONE)


def _words(columns):
    """The ends of both lines, and how many quarters are withheld."""
    known = [column for column in columns if column.levels[Strand.COGNITIVE]]
    first, last = known[0], known[-1]
    told = [
        f"{name}: {first.levels[strand].words} in {first.label}, {last.levels[strand].words} in {last.label}."
        for strand in Strand
        if (name := strand.capitalize())
    ]
    withheld = len(columns) - len(known)
    told += [f"{withheld} of {len(columns)} quarters not shown."] if withheld else []
    return " ".join([*told, "The scale runs from 1 to 7."])


def _map_words(strand, columns):
    return (
        f"{strand.capitalize()} trust by quarter, from {columns[0].label} to {columns[-1].label}, and by how many "
        "sessions people had had. The table below holds every figure."
    )
