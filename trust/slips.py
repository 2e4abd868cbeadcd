"""Two slips in a row with an experiment, as a sign that ground may be lost. Pure.

A rule of judgement, not of data: nobody has measured how often two slips foretell anything. So it never rings an
alarm; it opens something to watch, for the coach alone, and says where it comes from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from trust.process_rules import Finding, Verdict

# One slip is part of every experiment. Two in a row, with nothing held between them, is when people fall back on
# what their deeper attitudes support.
IN_A_ROW = 2
# After six weeks, about two sessions of a usual rhythm, an old slip says nothing about today.
COUNT_FOR_WEEKS = 6


@dataclass(frozen=True, slots=True)
class Slips:
    """How many in a row, and the day of the latest; `verdict` RAISE, or HOLD once it is tried again."""

    number: int
    latest_on: date
    verdict: Verdict

    @property
    def evidence(self) -> Mapping[str, object]:
        return {"slips": self.number}


def slips_in_a_row(steps: Sequence[tuple[str, date]], today: date) -> Slips | None:
    """What the steps of one experiment say, (state, day), oldest first. None where there is nothing to say.

    Slips of one day count once: coach and executive may both have noted the same one.
    """
    if not steps or steps[-1][0] not in ("SLIPPED", "TRIED_AGAIN"):
        return None
    days = set()
    for state, on in reversed(steps):
        if state == "SLIPPED":
            days.add(on)
        elif state != "TRIED_AGAIN":
            break
    if len(days) < IN_A_ROW or (today - max(days)).days > 7 * COUNT_FOR_WEEKS:
        return None
    return Slips(len(days), max(days), Verdict.RAISE if steps[-1][0] == "SLIPPED" else Verdict.HOLD)


def gravest(found: Sequence[Slips]) -> Slips | None:
    """Of several experiments the one that says most."""
    return max(found, key=lambda slips: (slips.verdict == Verdict.RAISE, slips.latest_on, slips.number), default=None)


def rests_on_slips(evidence: Mapping) -> bool:
    """Whether a flag with this evidence stands on slips alone: the ratings had no part in it."""
    return "slips" in evidence and "chance" not in evidence


def with_slips(finding: Finding, slips: Slips | None, *, stands_on_slips: bool) -> Finding:
    """A finding that trust loses ground, with slips beside it.

    What the engine says stands, and names the slips as well. Where it says nothing they are something to watch.
    `stands_on_slips`: an open flag rests on slips alone, so what the engine merely holds does not keep it.
    """
    if finding.verdict == Verdict.RAISE:
        return replace(finding, evidence={**finding.evidence, **(slips.evidence if slips else {})})
    if slips is not None and slips.verdict == Verdict.RAISE:
        return Finding(finding.kind, Verdict.RAISE, slips.evidence, level="WATCH", arose_on=slips.latest_on)
    if not stands_on_slips:
        return finding
    return replace(finding, verdict=Verdict.HOLD if slips else Verdict.CLEAR)
