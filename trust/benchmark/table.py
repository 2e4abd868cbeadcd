"""The benchmark's findings as tables that can stand in a document."""

from __future__ import annotations

from collections.abc import Iterator

from .baselines import BASELINES
from .trial import ENGINE, RATE, Line, Report


def tables(report: Report) -> str:
    """All tables as Markdown."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield f"Parameters {report.parameters}; {report.engagements} simulated engagements per world, seed {report.seed}."
    yield f"Sensitivity at {RATE:g} false alarms per 100 engagement-months (95 % interval)."
    for world in dict.fromkeys(line.world for line in report.lines):
        yield from ("", f"### {world}", "")
        yield from _table([line for line in report.lines if line.world == world])
    yield from ("", "### What each source adds (reference world)", "")
    whole = next(line for line in report.lines if line.method == ENGINE)
    yield from _table([whole, *report.ablations])
    yield from ("", "### Alarm budget", "")
    yield "| world | budget | realised | with frozen thresholds |"
    yield "|---|---|---|---|"
    for spent in report.budgets:
        yield f"| {spent.world} | {spent.budget:g} | {spent.realised:.1f} | {spent.frozen:.1f} |"


def _table(lines: list[Line]) -> Iterator[str]:
    yield "| method | regressing | delay | AUC | calibration | stalled | delay | AUC | calibration |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for line in lines:
        yield f"| {line.method} | {_cells(line, 'regressing')} | {_cells(line, 'stalled')} |"


def _cells(line: Line, kind: str) -> str:
    found, bounds = getattr(line, kind), getattr(line, f"interval_{kind}")
    span = f" ({bounds[0]:.3f}–{bounds[1]:.3f})" if bounds else ""
    # A rule's score is no probability, so there is nothing to calibrate.
    error = "–" if line.method in BASELINES else f"{found.calibration_error:.3f}"
    return f"{found.sensitivity:.3f}{span} | {found.delay:g} | {found.auc:.3f} | {error}"
