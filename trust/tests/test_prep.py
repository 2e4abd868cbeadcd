"""The page before a session: what a coach wants to have read, and nobody else may."""

import pytest
from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.experiments import add_experiment
from engagements.actions.sessions import schedule_session
from trust.actions.check_ins import answer_check_in, claim_check_in, note_check_in_sent
from trust.actions.ruptures import open_rupture
from trust.actions.session_log import log_session
from trust.instrument import COACH_ITEMS
from trust.models import CheckIn, Flag

RATINGS = dict.fromkeys((item.key for item in COACH_ITEMS), 5)


@pytest.fixture
def page(cast):
    return reverse("session_prep", args=[cast.mine.upcoming.pk])


def test_a_first_session_has_a_page_that_says_what_there_is(as_user, cast, page):
    html = as_user(cast.cora).get(page).content.decode()
    assert "Nothing was written yet." in html
    assert "No experiment is under way." in html
    assert "Delegate more" in html


def test_it_brings_together_last_log_experiments_flags_and_repairs(as_user, cast, page):
    mine, by = cast.mine, cast.cora
    log_session(
        session=mine.session,
        by=by,
        now=at(),
        minutes=60,
        ratings=RATINGS,
        note="Ask about Berlin.",
        summary="Two calls.",
    )
    add_experiment(engagement=mine.engagement, behaviour="Ask first", situation="Board", by=by, now=at())
    Flag.objects.create(engagement=mine.engagement, kind="STALLED", opened_at=at(-3), evidence={"chance": 0.7})
    open_rupture(engagement=mine.engagement, kind="LET_DOWN", words="", by=by, now=at())
    html = as_user(by).get(page).content.decode()
    for words in ("Ask about Berlin.", "Two calls.", "Ask first", "Trust has stopped growing.", "Felt let down"):
        assert words in html, words


def test_the_last_log_stands_there_whole_with_ratings_and_ticks(as_user, cast, page):
    note, summary = (f"{word} " * 200 + f"the end of the {word}." for word in ("note", "summary"))
    said = {"note": note, "summary": summary, "ratings": RATINGS | {"candour": 3}, "seen": ("OPENED_UP", "DEFLECTED")}
    log_session(session=cast.mine.session, by=cast.cora, now=at(), minutes=60, **said)
    html = as_user(cast.cora).get(page).content.decode()
    for words in (
        "the end of the note.",
        "the end of the summary.",
        "candour 3",
        "opened up about a concern, deflected",
    ):
        assert words in html, words


def test_a_log_without_words_shows_its_ratings(as_user, cast, page):
    log_session(session=cast.mine.session, by=cast.cora, now=at(), minutes=60, ratings=RATINGS)
    html = as_user(cast.cora).get(page).content.decode()
    assert "Your ratings" in html
    assert "Nothing was written yet." not in html


def test_answers_are_shown_as_far_as_they_were_shared(as_user, cast, page):
    log_session(session=cast.mine.session, by=cast.cora, now=at(), minutes=60, ratings={})
    check_in = claim_check_in(check_in_id=CheckIn.objects.get().pk, now=at())
    note_check_in_sent(check_in=check_in, now=at())
    answer_check_in(check_in=check_in, ratings={"candour": 3}, is_shared=False, now=at())
    assert "What Emil answered" not in as_user(cast.cora).get(page).content.decode()
    answer_check_in(check_in=check_in, ratings={"candour": 3}, is_shared=True, now=at())
    assert "<dt>Candour</dt><dd>3</dd>" in as_user(cast.cora).get(page).content.decode()


def test_home_leads_there(as_user, cast):
    session = schedule_session(engagement=cast.mine.engagement, starts_at=at(), minutes=480, by=cast.cora, now=at(-2))
    assert reverse("session_prep", args=[session.pk]) in as_user(cast.cora).get(reverse("home")).content.decode()


def test_home_leads_there_the_day_before(as_user, cast):
    session = schedule_session(engagement=cast.mine.engagement, starts_at=at(2), minutes=60, by=cast.cora, now=at())
    assert reverse("session_prep", args=[session.pk]) in as_user(cast.cora).get(reverse("home")).content.decode()


def test_the_engagement_leads_to_the_next_one_and_no_further(as_user, cast, page):
    later = schedule_session(engagement=cast.mine.engagement, starts_at=at(20), minutes=60, by=cast.cora, now=at())
    engagement = reverse("engagement_detail", args=[cast.mine.engagement.pk])
    html = as_user(cast.cora).get(engagement).content.decode()
    assert page in html
    assert reverse("session_prep", args=[later.pk]) not in html
    assert page not in as_user(cast.pia).get(engagement).content.decode()


@pytest.mark.parametrize("who", ["pia", "ada", "otto", "sten"])
def test_it_is_for_the_coach_alone(as_user, cast, page, who):
    assert as_user(getattr(cast, who)).get(page).status_code == 404
