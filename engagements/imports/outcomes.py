"""What becomes of each row: the vocabulary of a dry run. Pure."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # some take wide signs for the same


class Outcome(StrEnum):
    NEW = "NEW"
    CHANGED = "CHANGED"
    UNCHANGED = "UNCHANGED"
    REFUSED = "REFUSED"
    ASKED = "ASKED"
    IGNORED = "IGNORED"


OUTCOME_WORDS = {
    Outcome.NEW: "New",
    Outcome.CHANGED: "Changed",
    Outcome.UNCHANGED: "Unchanged",
    Outcome.REFUSED: "Refused",
    Outcome.ASKED: "To be answered",
    Outcome.IGNORED: "Left aside",
}
ALWAYS_COUNTED = (Outcome.NEW, Outcome.UNCHANGED, Outcome.CHANGED, Outcome.REFUSED)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a dry run says of one row or event. `intent` is what carrying it out would do; `about` is the key of the
    engagement on record that it tells of.
    """

    number: int
    outcome: Outcome
    title: str
    reasons: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    intent: Any = None
    question: Any = None
    about: Any = None

    @property
    def reason(self) -> str:
        return " ".join(self.reasons)

    @property
    def words(self) -> str:
        return OUTCOME_WORDS[self.outcome]


def refused(row, *reasons, title="") -> Verdict:
    """A row that is not taken over, and why."""
    return Verdict(row.number, Outcome.REFUSED, title, tuple(reasons) or row.problems, row.cells)


def count(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """Rows by outcome in lower case. The four that every import has are always there."""
    found = Counter(verdict.outcome for verdict in verdicts)
    named = [outcome for outcome in Outcome if outcome in ALWAYS_COUNTED or found[outcome]]
    return {outcome.lower(): found[outcome] for outcome in named}


def refused_rows_csv(header: Sequence[str], rows: Iterable[dict]) -> bytes:
    """Refused rows as CSV with row number and reason in front.

    UTF-8 with a byte-order mark, which Excel needs. A cell that a spreadsheet would run as a formula gets a
    quote before it.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["Row", "Reason", *map(harmless, header)])
    for row in rows:
        writer.writerow([row["row"], harmless(row["reason"]), *map(harmless, row["cells"])])
    return text.getvalue().encode("utf-8-sig", errors="replace")


def harmless(cell: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    begins_so = cell.startswith(FORMULA_STARTS) or cell.lstrip().startswith(FORMULA_STARTS)
    return f"'{cell}" if begins_so else cell
