"""Replaying histories session by session, through the code that judges live engagements."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from trust.explanation import explain

from .session_file import Row, read_histories

COLUMNS = ("engagement", "session", "state", "p_stalled", "p_regressing", "p_point_of_trust", "flag", "reason")
# Some thousand engagements fit the processor's cache; the result does not depend on it.
CHUNK = 2000


def replay(source: Path, target: Path) -> int:
    """Judge every session of `source` and write one row each to `target`; gives the number of rows.

    The target is replaced as a whole or not at all. Raises NotASessionFile or OSError.
    """
    histories = iter(read_histories(source).items())
    handle, unfinished = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            written = 0
            while chunk := dict(islice(histories, CHUNK)):
                rows = list(judged_rows(chunk))
                writer.writerows(rows)
                written += len(rows)
        _publish(unfinished, target)
    except BaseException:
        os.unlink(unfinished)
        raise
    return written


def _publish(unfinished: str, target: Path) -> None:
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(unfinished, 0o666 & ~mask)  # temporary files are private; the result is an ordinary file
    os.replace(unfinished, target)


def judged_rows(histories: dict[str, list[Row]]) -> Iterator[tuple]:
    """The judgements of some engagements as rows of COLUMNS, in the order given."""
    from trust.detection.judging import judge_panel
    from trust.detection.single import judgement
    from trust.detection.thresholds import BUILT_IN_THRESHOLDS
    from trust.trajectory.panel import Panel
    from trust.trajectory.parameters import BUILT_IN

    versions = BUILT_IN.version, BUILT_IN_THRESHOLDS.version
    panel = Panel.of([[row.evidence for row in rows] for rows in histories.values()])
    outcome, _memory = judge_panel(panel, BUILT_IN, BUILT_IN_THRESHOLDS)
    for i, rows in enumerate(histories.values()):
        for k, row in enumerate(rows):
            j = judgement(outcome, (i, k), row.evidence.on, versions)
            yield (row.engagement, row.session, j.state, _number(j.p_stalled), _number(j.p_regressing),
                   _number(j.p_point_of_trust), flag(j), explain(j).text)  # fmt: skip


def flag(j) -> str:
    """ "ALARM REGRESSING", "WATCH STALLED", both joined by a semicolon, or nothing."""
    return "; ".join(f"{level} {kind}" for level, kind in j.alarms)


def _number(p: float) -> str:
    return f"{p:.6f}"
