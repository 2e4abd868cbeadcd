"""Turns what the engine judged into findings about flags."""

from datetime import date

from trust.detection import Thresholds
from trust.detection.alarms import RELEASE_SHARE
from trust.process_rules import Finding, Verdict


def trust_finding(kind: str, p: float, *, stands_since: date | None, thresholds: Thresholds, evidence: dict) -> Finding:
    """One finding about one engagement. `p` is its probability, from 0 to 1.

    `stands_since` is the day of the session that rang the alarm, None when no alarm stands (the engine opens one at
    its threshold and closes it only well below). Below an alarm there is "watch", with the same slack.
    """
    if stands_since is not None:
        return Finding(kind, Verdict.RAISE, evidence, level="ALARM", arose_on=stands_since)
    line = {"REGRESSING": thresholds.watch_regressing, "STALLED": thresholds.watch_stalled}[kind]
    if p >= line:
        return Finding(kind, Verdict.RAISE, evidence, level="WATCH")
    return Finding(kind, Verdict.HOLD if p >= RELEASE_SHARE * line else Verdict.CLEAR, level="WATCH")
