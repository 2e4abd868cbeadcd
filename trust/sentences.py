"""Flags and stages in sentences: what is the matter, why, and what to do next. Pure.

For the coach from the flag's evidence; for the program manager from kind and age alone, so that no evidence can
slip into what they read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from trust.detection.judgement import Fall, Judgement, State
from trust.explanation import (
    SILENCE_WORTH_A_WORD,
    chance_in_ten,
    fall_sentence,
    in_words,
    missed_sentence,
    unanswered_sentence,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is the matter, why it is said, and what could be done about it."""

    text: str
    reason: str = ""
    next_step: str = ""


# The same advice stands under a state and under its flag, so that a page can say it once.
ASK_WHAT_CHANGED = "Before the next topic, ask what has changed between you, and say what you have noticed."
TALK_ABOUT_IT = "Open the next session with it: what was it like for them, and what should be different?"
TRY_SMALLER = "Ask what made the old way the easier one, and what a smaller try would be."
SHAKE_IT_UP = "Ask what you both avoid, or review goal and way of working together."


# --- flags, for the coach -----------------------------------------------------------------------


def flag_for_coach(kind: str, evidence: Mapping, *, executive: str, level: str = "ALARM") -> Sentence:
    """The sentence of a flag. Tolerates evidence that lacks anything: it then says less."""
    return _FLAGS[kind](evidence, executive, level)


def _quiet(e, executive, level):
    weeks = _count(e.get("weeks", 0), "week")
    if e.get("ever_held", True):
        text, reason = f"No session for {weeks}, and none is booked.", "That is about twice the agreed rhythm or more."
    else:
        text, reason = (
            f"No session in the {weeks} since the start, and none is booked.",
            "The agreed rhythm has not begun.",
        )
    return Sentence(text, reason, f"Offer {executive} two dates; a short talk about what is in the way is enough.")


def _missed(e, executive, level):
    row = e.get("missed", 3)
    return Sentence(
        f"{executive} missed the last {_count(row, 'session')}.",
        "Missing twice happens to busy people; three in a row is a pattern.",
        "Call before you book again: ask what is in the way, and whether time, place or topic should change.",
    )


def _budget(e, executive, level):
    left = _count(e.get("left", 0), "session")
    if e.get("is_over"):
        text = f"The planned end has passed, and {left} {_are(e.get('left', 0))} unused."
        return Sentence(text, "", "Agree on a later end, or close the engagement with a review.")
    unused, weeks = e.get("unused", 0), e.get("weeks_left", 0)
    time_left = f"{_count(weeks, 'week')} remain" + ("s" if weeks == 1 else "") if weeks else "less than a week remains"
    return Sentence(
        f"At this pace about {in_words(unused)} of the {left} left will not be used.",
        f"{time_left.capitalize()} until the planned end{_on(e.get('ends_on'))}.",
        "Book further ahead, or agree on a later end or fewer sessions.",
    )


def _regressing(e, executive, level):
    if e.get("slips") and "chance" not in e:  # the ratings by themselves say nothing of the kind
        text = f"Worth watching: {_slipped(e)}"
        reason = "A slip is part of trying; in a row they may say that the old ways pull back."
        return Sentence(text, reason, TRY_SMALLER)
    if e.get("is_fresh"):
        text = "Something happened, talk about it."
        step = TALK_ABOUT_IT
    else:
        text = "Trust seems to be losing ground." if level == "ALARM" else "Worth watching: trust may be losing ground."
        step = ASK_WHAT_CHANGED
    chance = _chance("Chance that this is a real decline", e)
    slipped = _slipped(e).capitalize() if e.get("slips") else ""
    return Sentence(text, _because(_fallen(e), _unanswered(e), _missed_lately(e), slipped, chance), step)


def _stalled(e, executive, level):
    text = "Trust has stopped growing." if level == "ALARM" else "Worth watching: trust may have stopped growing."
    chance = _chance("Chance that it is stuck below the level that carries candour", e)
    return Sentence(
        text,
        _because(_unanswered(e), _missed_lately(e), chance),
        SHAKE_IT_UP,
    )


_FLAGS = {
    "QUIET": _quiet,
    "MISSED": _missed,
    "BUDGET": _budget,
    "REGRESSING": _regressing,
    "STALLED": _stalled,
}


def _because(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _fallen(e: Mapping) -> str:
    fall = e.get("fall")
    if not fall:
        return ""
    return fall_sentence(Fall(fall["strand"], fall["voice"], fall["from"], fall["to"], fall["sessions"]))


def _unanswered(e: Mapping) -> str:
    number = e.get("unanswered", 0)
    return unanswered_sentence(number) if number >= SILENCE_WORTH_A_WORD else ""


def _missed_lately(e: Mapping) -> str:
    return missed_sentence(e.get("missed", 0))


def _slipped(e: Mapping) -> str:
    return f"{_count(e['slips'], 'slip')} in a row with an experiment."


def _chance(words: str, e: Mapping) -> str:
    return f"{words}: {chance_in_ten(e['chance'])}." if "chance" in e else ""


def _count(number: int, noun: str) -> str:
    return f"{in_words(number)} {noun}{'' if number == 1 else 's'}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _on(ends_on: str | None) -> str:
    day = date.fromisoformat(ends_on) if ends_on else None
    return f" on {day.day} {day:%B %Y}" if day else ""


# --- flags, for the program manager -------------------------------------------------------------

_FOR_MANAGER = {
    "QUIET": Sentence("No session lately, and none is booked.", next_step="Ask the coach what the plan is."),
    "MISSED": Sentence(
        "Three sessions or more were missed in a row.", next_step="Ask the coach whether you can clear the way."
    ),
    "BUDGET": Sentence(
        "The sessions agreed will not be used by the planned end.",
        next_step="Agree with the coach on a later end, more dates or fewer sessions.",
    ),
    "STALLED": Sentence(
        "The work seems to have stalled.", next_step="Ask the coach what would help; not what was said."
    ),
    "REGRESSING": Sentence(
        "The engagement may be losing ground.", next_step="Ask the coach what would help; not what was said."
    ),
}


def flag_for_manager(kind: str) -> Sentence:
    """Kind in words. No evidence comes in, so none comes out."""
    return _FOR_MANAGER[kind]


def age_in_words(days: int) -> str:
    """How long a flag has been open: "since today", "for 3 days", "for 5 weeks"."""
    if days < 1:
        return "since today"
    if days < 14:
        return f"for {days} day{'' if days == 1 else 's'}"
    return f"for {days // 7} weeks"


def ago_in_words(days: int) -> str:
    """How long ago something was: "today", "yesterday", "3 days ago", "5 weeks ago"."""
    if days < 2:
        return "today" if days < 1 else "yesterday"
    return f"{days} days ago" if days < 14 else f"{days // 7} weeks ago"


# --- states and stages, for the coach -----------------------------------------------------------

_STEP_OF_STATE = {
    State.NO_DATA: "Rate the next session when you log it.",
    State.TOO_EARLY: "Keep the rhythm and log each session.",
    State.BUILDING: "Carry on; ask once in a while what could be better between you.",
    State.TRUSTED: "There is room to go to what lies beneath the stated objective.",
    State.GUARDED: "Give a little of your own doubts first; do not push.",
    State.PLATEAU: SHAKE_IT_UP,
    State.PULLED_BACK: TALK_ABOUT_IT,
    State.REGRESSING: ASK_WHAT_CHANGED,
    State.REPAIRED: "Say what helped, and keep doing it.",
    State.FLAT_AT_MAXIMUM: "Ask what could be better: that tells full trust from a habit of answering.",
}


def next_step_of(judgement: Judgement | None) -> str:
    """What a coach could do in this state of trust."""
    return _STEP_OF_STATE[judgement.state if judgement else State.NO_DATA]


_STAGES = {
    "PROPOSED": Sentence(
        "Proposed: nothing is agreed yet.", next_step="Arrange a chemistry meeting, or go straight to the agreement."
    ),
    "CHEMISTRY": Sentence(
        "Getting to know each other.", next_step="Hold the chemistry meeting, then settle the agreement."
    ),
    "CONTRACTED": Sentence(
        "Contracted, and not yet begun.", next_step="Have the agreement accepted, book a first session, set it active."
    ),
    "PAUSED": Sentence(
        "Paused: nothing is judged meanwhile.", next_step="Set the engagement active when you meet again."
    ),
    "COMPLETED": Sentence("Completed."),
    "ENDED_EARLY": Sentence("Ended early."),
    "DECLINED": Sentence("Declined."),
}


def stage_sentence(status: str) -> Sentence | None:
    """Where an engagement stands that is not active; None for an active one."""
    return _STAGES.get(status)
