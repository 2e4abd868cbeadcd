"""A judgement in plain words, for the coach: what was seen, how sure it is, and what would change it.

Nothing here judges; every number comes from the judgement. Pure and without NumPy.
"""

from __future__ import annotations

from dataclasses import dataclass

from trust.detection.judgement import Fall, Judgement, State

# The executive usually rates .4 higher than the coach. Only a gap well off that is worth a word.
COACH_HIGHER_BY = 0.8
EXECUTIVE_HIGHER_BY = 1.6
# One unanswered check-in is everyday life; two in a row are a finding.
SILENCE_WORTH_A_WORD = 2
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class Explanation:
    """`headline` says what, `evidence` why, `chance` how sure, `would_change` what would change the mind."""

    headline: str
    evidence: tuple[str, ...]
    chance: str
    would_change: str

    @property
    def text(self) -> str:
        """All of it as one paragraph."""
        return " ".join(part for part in (self.headline, *self.evidence, self.chance, self.would_change) if part)


def explain(j: Judgement) -> Explanation:
    """The explanation of a judgement. Ratings appear rounded to one decimal, chances as "7 in 10"."""
    headline, chance, would_change = _BY_STATE[j.state](j)
    evidence = [_waiting(j), *_reasons(j)] if j.state in _TROUBLED or j.alarms else [_waiting(j)]
    if j.alarms and j.state not in _TROUBLED:
        chance = " ".join(part for part in (chance, _watching(j)) if part)
    return Explanation(headline, tuple(part for part in evidence if part), chance, would_change)


def chance_in_ten(p: float) -> str:
    """A probability as people say it: "7 in 10", never "0 in 10" or "10 in 10"."""
    tenths = round(p * 10)
    if tenths < 1:
        return "less than 1 in 10"
    return "more than 9 in 10" if tenths > 9 else f"{tenths} in 10"


def in_words(number: int) -> str:
    """Small numbers as words."""
    return WORDS[number] if number < len(WORDS) else str(number)


def _times(number: int, noun: str) -> str:
    return noun if number == 1 else f"{in_words(number)} {noun}s"


def fall_sentence(fall: Fall) -> str:
    """ "Relational trust fell from about 5.4 to 4.1 over the last two sessions in your own read." """
    whose = "in your own read" if fall.voice == "COACH" else "as the executive sees it"
    return (
        f"{fall.strand.capitalize()} trust fell from about {fall.from_level:.1f} to {fall.to_level:.1f} "
        f"over the last {_times(fall.sessions, 'session')} {whose}."
    )


def _reasons(j: Judgement) -> list[str]:
    reasons = [fall_sentence(j.fall)] if j.fall and j.state != State.PLATEAU else []
    if j.unanswered >= SILENCE_WORTH_A_WORD:
        reasons.append(unanswered_sentence(j.unanswered))
    return [*reasons, missed_sentence(j.missed), *_gaps(j)]


def unanswered_sentence(number: int) -> str:
    """ "The executive did not answer the last two check-ins." """
    return f"The executive did not answer the last {_times(number, 'check-in')}."


def missed_sentence(number: int) -> str:
    """ "One of the latest sessions was missed." Nothing for none."""
    if number < 1:
        return ""
    if number == 1:
        return "One of the latest sessions was missed."
    return f"{in_words(number).capitalize()} of the last three sessions were missed."


def _gaps(j: Judgement) -> list[str]:
    told = []
    for strand, gap in (("cognitive", j.gap_cognitive), ("relational", j.gap_relational)):
        if gap <= -COACH_HIGHER_BY:
            told.append(f"You see {strand} trust about {-gap:.1f} higher than the executive does.")
        elif gap >= EXECUTIVE_HIGHER_BY:
            told.append(f"The executive sees {strand} trust about {gap:.1f} higher than you do.")
    return told


def _waiting(j: Judgement) -> str:
    return "This is how it looks without a session since." if j.forecast else ""


def _watching(j: Judgement) -> str:
    if j.alarm_kind == "REGRESSING":
        return f"Worth watching: chance that trust is losing ground: {chance_in_ten(j.p_regressing)}."
    return f"Worth watching: chance that trust is standing still: {chance_in_ten(j.p_stalled)}."


def _levels(j: Judgement) -> str:
    return f"cognitive about {j.point.cognitive:.1f}, relational about {j.point.relational:.1f}"


def _too_early(j: Judgement):
    sessions = f"{in_words(j.rated_sessions)} rated session{'' if j.rated_sessions == 1 else 's'}"
    return f"Too early to tell: {sessions} so far.", "", "From three rated sessions on there is a course to read."


def _no_data(j: Judgement):
    what = "Nobody has rated a session yet." if not j.rated_sessions else "No ratings in the last three sessions."
    return what, "", "Your log or a check-in after the next session would give something to go by."


def _building(j: Judgement):
    return (
        f"Trust is building: {_levels(j)}.",
        f"Chance that the point of trust is reached: {chance_in_ten(j.p_point_of_trust)}.",
        "",
    )


def _trusted(j: Judgement):
    return (
        f"The point of trust looks reached: {_levels(j)}.",
        f"Chance that the point of trust is reached: {chance_in_ten(j.p_point_of_trust)}.",
        "You know the signs in words and actions; confirm it, or say why not.",
    )


def _guarded(j: Judgement):
    return (
        f"Receptive but guarded: {_levels(j)}.",
        f"Chance that the point of trust is reached: {chance_in_ten(j.p_point_of_trust)}.",
        "The executive speaking of a doubt or a worry of their own would change this.",
    )


def _plateau(j: Judgement):
    return (
        f"Trust seems to stand still before it carries candour: {_levels(j)}.",
        f"Chance that it is stuck: {chance_in_ten(j.p_stalled)}.",
        "Two sessions with a clear rise in either voice would change this.",
    )


def _pulled_back(j: Judgement):
    return (
        "Something happened, talk about it.",
        f"Chance that this is a real drop: {chance_in_ten(j.p_regressing)}.",
        "A next session near the earlier level, or an answered check-in, would change this.",
    )


def _regressing(j: Judgement):
    return (
        "Trust seems to be losing ground.",
        f"Chance that this is a real decline: {chance_in_ten(j.p_regressing)}.",
        "A session rated near the earlier level by either voice, or an answered check-in, would change this.",
    )


def _repaired(j: Judgement):
    return (
        f"What was lost looks regained: {_levels(j)}.",
        f"Chance that trust is still losing ground: {chance_in_ten(j.p_regressing)}.",
        "",
    )


def _flat_at_maximum(j: Judgement):
    return (
        "Every recent rating stands at the top of the scale.",
        "",
        "That may be true, or a habit of answering: a question about what could be better tells the difference.",
    )


_TROUBLED = {State.PLATEAU, State.PULLED_BACK, State.REGRESSING}
_BY_STATE = {
    State.TOO_EARLY: _too_early,
    State.NO_DATA: _no_data,
    State.BUILDING: _building,
    State.TRUSTED: _trusted,
    State.GUARDED: _guarded,
    State.PLATEAU: _plateau,
    State.PULLED_BACK: _pulled_back,
    State.REGRESSING: _regressing,
    State.REPAIRED: _repaired,
    State.FLAT_AT_MAXIMUM: _flat_at_maximum,
}
