"""Explanations: plain words, made from the evidence, honest about chance."""

from dataclasses import replace
from datetime import timedelta

import pytest

from trust.detection import Fall, State, judge
from trust.explanation import chance_in_ten, explain, fall_sentence

from .histories import course


@pytest.fixture(scope="module")
def regressing():
    """A judgement whose evidence a test may rewrite."""
    j = judge(course(5.2, 5.6, 5.8, 5.9, 5.9, 4.8, 4.2, 3.8))[-1]
    return replace(
        j, state=State.REGRESSING, p_regressing=0.7, unanswered=2, missed=0, gap_cognitive=0.4, gap_relational=0.4,
        fall=Fall("RELATIONAL", "COACH", 5.4, 4.1, 2), alarms=(("ALARM", "REGRESSING"),),
    )  # fmt: skip


def test_a_decline_is_told_with_its_evidence_its_chance_and_what_would_change_it(regressing):
    told = explain(regressing)
    assert told.headline == "Trust seems to be losing ground."
    assert told.evidence == (
        "Relational trust fell from about 5.4 to 4.1 over the last two sessions in your own read.",
        "The executive did not answer the last two check-ins.",
    )
    assert told.chance == "Chance that this is a real decline: 7 in 10."
    assert "would change this" in told.would_change
    assert told.text.startswith("Trust seems to be losing ground. Relational trust fell")


def test_a_fresh_rupture_is_something_to_talk_about(regressing):
    assert explain(replace(regressing, state=State.PULLED_BACK)).headline == "Something happened, talk about it."


def test_one_unanswered_check_in_is_not_worth_a_word(regressing):
    assert "check-in" not in " ".join(explain(replace(regressing, unanswered=1)).evidence)


@pytest.mark.parametrize(
    ("missed", "words"),
    [(1, "One of the latest sessions was missed."), (2, "Two of the last three sessions were missed.")],
)
def test_missed_sessions_are_counted(regressing, missed, words):
    assert words in explain(replace(regressing, missed=missed)).evidence


def test_a_gap_is_told_when_the_voices_are_further_apart_than_usual(regressing):
    higher = explain(replace(regressing, gap_relational=-1.2)).text
    assert "You see relational trust about 1.2 higher than the executive does." in higher
    assert "The executive sees cognitive trust about 1.9 higher" in explain(replace(regressing, gap_cognitive=1.9)).text
    assert "higher" not in explain(regressing).text


def test_a_fall_of_one_session_in_the_executive_s_eyes():
    assert fall_sentence(Fall("COGNITIVE", "EXECUTIVE", 6.04, 4.96, 1)) == (
        "Cognitive trust fell from about 6.0 to 5.0 over the last session as the executive sees it."
    )


@pytest.mark.parametrize(
    ("p", "words"),
    [(0.0, "less than 1 in 10"), (0.04, "less than 1 in 10"), (0.31, "3 in 10"), (0.94, "9 in 10"),
     (0.96, "more than 9 in 10"), (1.0, "more than 9 in 10")],
)  # fmt: skip
def test_chances_are_said_as_people_say_them(p, words):
    assert chance_in_ten(p) == words


def test_a_watch_without_a_troubled_state_says_what_to_watch(regressing):
    j = replace(regressing, state=State.BUILDING, alarms=(("WATCH", "REGRESSING"),), p_regressing=0.3)
    assert "Worth watching: chance that trust is losing ground: 3 in 10." in explain(j).text


def test_a_judgement_between_sessions_says_so(regressing):
    assert "without a session since" in explain(replace(regressing, forecast=True)).text


@pytest.mark.parametrize("state", list(State))
def test_every_state_can_be_explained_without_clinical_or_grading_words(regressing, state):
    text = explain(replace(regressing, state=state)).text
    assert text.endswith(".")
    for word in ("patient", "therapy", "symptom", "score", "fail"):
        assert word not in text.lower()


def test_too_little_is_said_plainly():
    assert explain(judge(course(5))[-1]).headline == "Too early to tell: one rated session so far."
    assert explain(judge(course(None))[-1]).headline == "Nobody has rated a session yet."


def test_an_overdue_session_is_explained_like_any_other_day():
    history = course(5.2, 5.6, 5.8)
    assert explain(judge(history, until=history[-1].on + timedelta(days=70))[-1]).text
