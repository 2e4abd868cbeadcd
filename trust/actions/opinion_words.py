"""Opinions in plain words: ratings, judgement, flags, the point of trust, the close and what came after."""

from trust.explanation import chance_in_ten
from trust.instrument import HIGHEST, SEEN, Voice, items_of
from trust.sentences import flag_for_coach

SEEN_WORDS = {seen.key: seen.wording for seen in SEEN}
STATES = {
    "TOO_EARLY": "Too early to tell.",
    "BUILDING": "Trust is building.",
    "TRUSTED": "The point of trust looks reached.",
    "GUARDED": "Receptive but guarded.",
    "PLATEAU": "Trust seems to stand still before it carries candour.",
    "PULLED_BACK": "Something seems to have happened between coach and executive.",
    "REGRESSING": "Trust seems to be losing ground.",
    "REPAIRED": "What was lost looks regained.",
    "FLAT_AT_MAXIMUM": "Every recent rating stands at the top of the scale.",
}


def reading_words(reading) -> str:
    """Statements with their ratings, one per line, and what was seen; empty where nothing was rated."""
    items = items_of(Voice(reading.voice), reading.instrument_version)
    rated = [(item, getattr(reading, item.key)) for item in items]
    lines = [f"{item.wording} {value} of {HIGHEST}." for item, value in rated if value is not None]
    if not lines:
        strands = (("Cognitive", reading.cognitive), ("Relational", reading.relational))
        lines = [f"{name} trust, as a mean: {mean:.1f} of {HIGHEST}." for name, mean in strands if mean is not None]
    seen = [SEEN_WORDS.get(key, key) for key in reading.seen]
    return "\n".join([*lines, *([f"Seen: {', '.join(seen).lower()}."] if seen else [])])


def judgement_words(judgement) -> str:
    """State, levels and chances of the stored judgement; empty where nothing is judged."""
    if judgement.state not in STATES:
        return ""
    parts = [STATES[judgement.state]]
    if judgement.cognitive is not None and judgement.relational is not None:
        levels = f"cognitive trust about {judgement.cognitive:.1f}, relational about {judgement.relational:.1f}"
        parts.append(f"Estimated {levels}, on a scale of 1 to {HIGHEST}.")
    chances = (
        ("that the point of trust is reached", judgement.p_point_of_trust),
        ("that trust stands still", judgement.p_stalled),
        ("that trust is losing ground", judgement.p_regressing),
    )
    parts += [f"Chance {what}: {chance_in_ten(p)}." for what, p in chances if p is not None]
    parts.append(f"From {judgement.sessions_judged} sessions, judged on {_day(judgement.judged_at)}.")
    return " ".join(parts)


def flag_words(flag, executive) -> str:
    """What called for a conversation, why, and since when."""
    said = flag_for_coach(flag.kind, flag.evidence, executive=executive, level=flag.level)
    until = f" to {_day(flag.closed_at)}" if flag.closed_at else ""
    answers = (flag.get_cause_display(), flag.get_next_step_display())
    answered = "; ".join(answer.lower() for answer in answers if answer)
    helped = flag.helped and f"Whether that helped: {flag.get_helped_display().lower()}, on {_day(flag.helped_at)}."
    parts = (said.text, said.reason, f"{_day(flag.opened_at)}{until}.", answered and f"Your coach: {answered}.", helped)
    return " ".join(part for part in parts if part)


def rupture_words(rupture) -> str:
    """What your coach took to have hurt the trust between you, what was tried, and how it ended."""
    tried = [f"{attempt.get_step_display()} ({_day(attempt.tried_on)})" for attempt in rupture.attempts.all()]
    lines = [f"{rupture.get_kind_display()}, noted on {_day(rupture.opened_at)}."]
    lines += [f"Tried: {', '.join(tried)}."] if tried else []
    lines += [f"{rupture.get_outcome_display()} on {_day(rupture.closed_at)}."] if rupture.closed_at else []
    return "\n".join(lines)


def driver_words(driver, words) -> str:
    """What lies beneath an objective, and of which kind."""
    until = f", set aside on {_day(driver.set_aside_at)}" if driver.set_aside_at else ""
    return "\n".join([f"{driver.get_kind_display()}, noted on {_day(driver.created_at)}{until}.", words])


def ending_words(ending, words) -> str:
    """What came of the engagement, says the coach."""
    told = [f"{ending.get_reached_display()}."]
    told += [f"How deep the change goes: {ending.get_depth_display().lower()}."] if ending.depth else []
    told += ["Referred on: beyond coaching."] if ending.is_referred else []
    return "\n".join([" ".join(told), words]).strip()


def follow_up_words(row, words) -> str:
    """Whether it lasted, says the coach."""
    told = f"{row.days} days after the end: {row.get_lasting_display().lower()}."
    return "\n".join([told, words]).strip()


def point_words(point, words) -> str:
    """Whether and when the point of trust was reached, how it showed, and whether it was lost again."""
    told = {
        "OPEN": "Proposed by the judgement, not decided by your coach.",
        "CONFIRMED": f"Reached on {_day(point.reached_on)}, says your coach." if point.reached_on else "",
        "DECLINED": "Not yet, says your coach.",
        "WITHDRAWN": "Proposed by the judgement, and taken back by it.",
    }[point.decision]
    seen = [SEEN_WORDS.get(key, key) for key in point.seen]
    lines = [told, f"Seen: {', '.join(seen).lower()}." if seen else "", words]
    lines.append(f"Lost again on {_day(point.lost_on)}." if point.lost_on else "")
    return "\n".join(line for line in lines if line)


def _day(moment) -> str:
    return f"{moment.day} {moment:%B %Y}"
