"""Turns the engine's judgements over time into findings about flags."""

from trust.detection import BUILT_IN_THRESHOLDS, Judgement, Thresholds
from trust.detection.alarms import RELEASE_SHARE
from trust.instrument import Voice
from trust.process_rules import Finding, Verdict

# Per kind: the probability in a judgement, and the thresholds of alarm and watch.
KINDS = {
    "REGRESSING": ("p_regressing", "regressing", "watch_regressing"),
    "STALLED": ("p_stalled", "stalled", "watch_stalled"),
}


def trust_findings(
    judgements: list[Judgement], *, hears_executive: bool, thresholds: Thresholds = BUILT_IN_THRESHOLDS
) -> list[Finding]:
    """One finding per kind, from all judgements of one engagement, oldest first.

    `hears_executive` says whether the coach may know the executive's answers; if not, the evidence keeps quiet
    about them.
    """
    return [_finding(kind, judgements, hears_executive, thresholds) for kind in KINDS]


def _finding(kind, judgements, hears_executive, thresholds):
    level, arose_on = _lifecycle(kind, judgements, thresholds)
    if level is None:
        return Finding(kind, Verdict.CLEAR)
    evidence = _evidence(judgements[-1], KINDS[kind][0], hears_executive)
    return Finding(kind, Verdict.RAISE, evidence, level=level, arose_on=arose_on)


def _lifecycle(kind, judgements, thresholds):
    """Where a flag of this kind stands after all judgements, and when the latest alarm came.

    It opens at its threshold and closes only well below it, so that it does not flicker. Time alone is no news:
    what it adds is dated by the latest session, so that a flag a person resolved does not come back overnight.
    """
    probability, alarm_at, watch_at = KINDS[kind]
    line = {"ALARM": getattr(thresholds, alarm_at), "WATCH": getattr(thresholds, watch_at)}
    level, arose_on, latest = None, None, None
    for judgement in judgements:
        latest = latest if judgement.forecast else judgement.on
        step = next((step for step, of in judgement.alarms if of == kind), None)
        if step == "ALARM" or (step == "WATCH" and level is None):
            level, arose_on = step, latest
        elif level and getattr(judgement, probability) < RELEASE_SHARE * line[level]:
            level, arose_on = None, None
    return level, arose_on


def _evidence(judgement, probability, hears_executive):
    fall = judgement.fall
    if fall is not None and fall.voice == Voice.EXECUTIVE and not hears_executive:
        fall = None
    return {
        "chance": round(getattr(judgement, probability), 2),
        "is_fresh": judgement.is_fresh_rupture,
        "unanswered": judgement.unanswered,
        "missed": judgement.missed,
        "fall": fall
        and {
            "strand": fall.strand,
            "voice": fall.voice,
            "from": round(fall.from_level, 1),
            "to": round(fall.to_level, 1),
            "sessions": fall.sessions,
        },
    }
