"""Flags, states and stages in words."""

import re

import pytest

from engagements.models import Status
from trust.detection.judgement import State
from trust.models import FlagKind, FlagLevel
from trust.sentences import age_in_words, flag_for_coach, flag_for_manager, next_step_of, stage_sentence

FALL = {"strand": "RELATIONAL", "voice": "COACH", "from": 5.4, "to": 4.1, "sessions": 2}
FULL = {
    FlagKind.REGRESSING: {"chance": 0.7, "is_fresh": False, "unanswered": 2, "missed": 1, "fall": FALL},
    FlagKind.STALLED: {"chance": 0.44, "is_fresh": False, "unanswered": 0, "missed": 0, "fall": None},
    FlagKind.MISSED: {"missed": 3},
    FlagKind.QUIET: {"weeks": 6, "ever_held": True},
    FlagKind.BUDGET: {"left": 6, "weeks_left": 4, "unused": 3, "ends_on": "2026-05-01"},
}


def told(kind, evidence, level="ALARM"):
    return flag_for_coach(kind, evidence, executive="Emil", level=level)


@pytest.mark.parametrize("kind", FlagKind.values)
@pytest.mark.parametrize("level", FlagLevel.values)
@pytest.mark.parametrize("is_full", [True, False])
def test_every_kind_has_a_sentence_and_a_next_step_with_any_evidence(kind, level, is_full):
    sentence = told(kind, FULL[kind] if is_full else {}, level)
    assert sentence.text.endswith(".")
    assert sentence.next_step.endswith((".", "?"))
    for words in (sentence.text, sentence.reason, sentence.next_step):
        assert not re.search(r"None|\{|\}|  ", words)


def test_a_decline_names_strand_voice_and_chance():
    assert told("REGRESSING", FULL["REGRESSING"]).reason == (
        "Relational trust fell from about 5.4 to 4.1 over the last two sessions in your own read. "
        "The executive did not answer the last two check-ins. One of the latest sessions was missed. "
        "Chance that this is a real decline: 7 in 10."
    )


def test_a_fresh_rupture_is_something_that_happened_and_a_decline_is_lost_ground():
    assert "happened" in told("REGRESSING", {"is_fresh": True}).text
    assert "losing ground" in told("REGRESSING", {"is_fresh": False}).text


def test_a_watch_says_that_it_is_only_worth_watching():
    assert told("STALLED", {}, "WATCH").text.startswith("Worth watching")
    assert not told("STALLED", {}, "ALARM").text.startswith("Worth watching")


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        ({"weeks": 6, "ever_held": True}, "No session for six weeks, and none is booked."),
        ({"weeks": 12, "ever_held": False}, "No session in the 12 weeks since the start, and none is booked."),
    ],
)
def test_silence_is_counted_from_the_last_session_or_from_the_start(evidence, words):
    assert told("QUIET", evidence).text == words


def test_an_end_that_has_passed_is_said_as_such():
    assert told("BUDGET", {"left": 1, "is_over": True}).text == "The planned end has passed, and one session is unused."


@pytest.mark.parametrize(
    ("weeks", "words"), [(0, "Less than a week remains"), (1, "One week remains"), (4, "Four weeks remain")]
)
def test_time_left_agrees_with_its_number(weeks, words):
    assert told("BUDGET", FULL["BUDGET"] | {"weeks_left": weeks}).reason.startswith(words)


@pytest.mark.parametrize("kind", FlagKind.values)
def test_the_manager_reads_the_same_words_whatever_the_evidence(kind):
    sentence = flag_for_manager(kind)
    assert sentence.text
    assert sentence.next_step
    assert sentence.reason == ""
    assert not re.search(r"\d|trust", f"{sentence.text} {sentence.next_step}")


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-1, "since today"),
        (0, "since today"),
        (1, "for 1 day"),
        (13, "for 13 days"),
        (14, "for 2 weeks"),
        (70, "for 10 weeks"),
    ],
)
def test_the_age_of_a_flag_in_words(days, words):
    assert age_in_words(days) == words


def test_every_state_has_a_next_step_and_so_has_none():
    class Told:
        state = None

    for state in State:
        Told.state = state
        assert next_step_of(Told)
    assert next_step_of(None)


def test_every_stage_but_active_has_a_sentence():
    assert stage_sentence(Status.ACTIVE) is None
    assert all(stage_sentence(status).text for status in Status.values if status != Status.ACTIVE)
