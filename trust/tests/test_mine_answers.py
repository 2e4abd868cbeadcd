"""What is kept about me: the executive's own vote and follow-ups, and the opinions that belong to beginning and end."""

import pytest
from django.core.cache import cache

from coaching.tests.cast import at
from engagements.actions.chemistry import note_beginning
from engagements.actions.drivers import add_driver
from engagements.actions.endings import answer_follow_up, ask_follow_up, write_ending
from engagements.actions.engagements import change_status
from engagements.models import ChemistryVote, DataRequest, Executive, FollowUp, Party
from trust.actions.data_requests import ask_for_opinions, give_out_the_rest
from trust.tests.mine import inside, page, text_of

MY_WORDS, COACHS_WORDS, CLOSE = "Old habits in hard weeks", "He calls when it is hard", "He asks first now"


@pytest.fixture(autouse=True)
def nobody_has_tried_yet():
    cache.clear()


@pytest.fixture
def ended(cast):
    """Both voted, it ran and ended, and both said whether it lasts."""
    engagement, by, now = cast.mine.engagement, cast.cora, at()
    ChemistryVote.objects.create(engagement=engagement, party=Party.EXECUTIVE, fit="FIT", voted_at=now)
    ChemistryVote.objects.create(engagement=engagement, party=Party.COACH, fit="DECIDING", voted_at=now)
    note_beginning(engagement=engagement, readiness="GUARDED", by=by, now=now)
    add_driver(engagement=engagement, text="Has to be right", kind="BLIND_SPOT", by=by, now=now)
    engagement = change_status(engagement=engagement, to="COMPLETED", by=by, now=now)
    close = {"reached": "PARTLY", "depth": "WORKS_ELSEWHERE", "is_referred": True, "words": CLOSE}
    write_ending(engagement=engagement, **close, by=by, now=now)
    for party, lasting, words in (("EXECUTIVE", "FADED", MY_WORDS), ("COACH", "PARTLY", COACHS_WORDS)):
        row = FollowUp.objects.get(engagement=engagement, party=party, days=30)
        ask_follow_up(follow_up_id=row.pk, now=at(31))
        answer_follow_up(follow_up=row, lasting=lasting, words=words, by=None, now=at(31))
    return engagement


def test_own_vote_and_follow_ups_stand_on_the_page_and_the_coachs_do_not(ended):
    told = text_of(*inside(ended))
    for words in ("A good fit", "30 days after the end", "Faded", MY_WORDS):
        assert words in told, words
    for words in ("Still deciding", COACHS_WORDS, CLOSE, "Blind spot", "Uncomfortable with openness"):
        assert words not in told, words


def test_own_vote_follow_ups_and_reminders_stand_in_both_files(ended):
    Executive.objects.update(reminders_on=False)
    client, link = inside(ended)
    kept = page(client, link, "mine_export", "json").json()
    assert kept["chemistry_vote"]["fit"] == "FIT"
    (one,) = kept["follow_ups"]
    assert (one["days_after_the_end"], one["lasting"], one["your_words"]) == (30, "FADED", MY_WORDS)
    assert kept["choices"]["reminders_of_sessions"] is False
    assert COACHS_WORDS not in str(kept)
    assert page(client, link, "mine_export", "pdf").content.startswith(b"%PDF")


def test_what_the_coach_may_hold_back_is_the_coachs_opinion_and_not_the_executives_own_words(cast, ended):
    request = ask_for_opinions(engagement=ended, now=at(31))
    assert request.items.filter(kind="FOLLOW_UP").get().subject_id == FollowUp.objects.get(party="COACH", days=30).pk
    give_out_the_rest(request=request, by=cast.cora, now=at(31))
    assert DataRequest.objects.get().status == "GRANTED"
    told = text_of(*inside(ended))
    for words in (
        "Uncomfortable with openness so far", "Blind spot", "Has to be right", "Partly.", "Referred on",
        CLOSE, "30 days after the end: partly.", COACHS_WORDS,
    ):  # fmt: skip
        assert words in told, words
    assert "Still deciding" not in told


def test_who_never_voted_and_was_never_asked_has_no_such_part(cast):
    client, link = inside(cast.mine.engagement)
    assert "Your other answers" not in text_of(client, link)
    kept = page(client, link, "mine_export", "json").json()
    assert (kept["chemistry_vote"], kept["follow_ups"]) == (None, [])
