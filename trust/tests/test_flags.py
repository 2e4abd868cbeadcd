"""Flags answered in the browser: respond, resolve, re-open."""

import re
import uuid

import pytest
from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.agreements import record_acceptance, revise_agreement
from engagements.models import Party
from trust.actions.flags import answer_flag, reconcile_flags, resolve_flag
from trust.actions.session_log import log_session
from trust.models import Flag
from trust.process_rules import Finding, Verdict

POSTS = ("flag_resolve", "flag_reopen", "flag_helped")
ANSWERS = ("flag_respond", *POSTS)
TALK = {"cause": "RELATIONSHIP", "next_step": "TALK_NOW"}


def raise_flag(engagement, kind="QUIET", level="ALARM", **evidence):
    finding = Finding(kind, Verdict.RAISE, evidence, level=level)
    reconcile_flags(engagement=engagement, findings=[finding], now=at(-3))
    return engagement.flags.open().get(kind=kind)


@pytest.fixture
def flag(cast):
    return raise_flag(cast.mine.engagement, weeks=6, ever_held=True)


def post(client, route, flag, **data):
    return client.post(reverse(route, args=[flag.pk]), data)


def again(flag):
    return Flag.objects.get(pk=flag.pk)


def test_the_coach_responds_with_cause_and_step_and_sees_the_response(flag, cast, as_user):
    answer = post(as_user(cast.cora), "flag_respond", flag, **TALK)
    page = reverse("engagement_detail", args=[flag.engagement_id])
    assert (answer.status_code, answer.url) == (302, page)
    assert (again(flag).cause, again(flag).next_step, again(flag).responded_by) == (*TALK.values(), cast.cora)
    assert again(flag).is_open
    html = as_user(cast.cora).get(page).content.decode()
    assert "your response: our relationship; talk about it in the next session" in html


def test_the_page_to_respond_says_what_it_is_about_and_begins_with_what_was_said(flag, cast, as_user):
    post(as_user(cast.cora), "flag_respond", flag, **TALK)
    html = as_user(cast.cora).get(reverse("flag_respond", args=[flag.pk])).content.decode()
    assert "No session for six weeks" in html
    assert re.search(r'value="RELATIONSHIP"[^>]*checked', html)


def test_a_response_can_be_changed(flag, cast, as_user):
    for cause in ("MOTIVATION", "LIFE_EVENT"):
        post(as_user(cast.cora), "flag_respond", flag, cause=cause, next_step="WAIT")
    assert again(flag).cause == "LIFE_EVENT"


def test_a_flag_that_was_judged_wrongly_needs_no_step(flag, cast, as_user):
    post(as_user(cast.cora), "flag_respond", flag, cause="JUDGED_WRONGLY")
    assert (again(flag).cause, again(flag).next_step) == ("JUDGED_WRONGLY", "NOTHING")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Choose what comes nearest."),
        ({"cause": "nonsense", "next_step": "WAIT"}, "Choose one of these."),
        ({"cause": "\x00", "next_step": "\x00"}, "Choose one of these."),
        ({"cause": "MOTIVATION"}, "Choose a step"),
        ({"cause": "MOTIVATION", "next_step": "nonsense"}, "Choose one of these."),
    ],
)
def test_an_answer_that_is_none_of_the_choices_comes_back_with_them(flag, cast, as_user, data, words):
    answer = post(as_user(cast.cora), "flag_respond", flag, **data)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert "No session for six weeks" in answer.content.decode()
    assert not again(flag).is_answered


def test_who_chooses_to_repair_is_led_to_the_repair(flag, cast, as_user):
    answer = post(as_user(cast.cora), "flag_respond", flag, cause="RELATIONSHIP", next_step="REPAIR")
    assert answer.url == f"{reverse('rupture_open', args=[flag.engagement_id])}?flag={flag.pk}"


# --- later: did it help? ------------------------------------------------------------------------


def helped_is_asked(flag, cast, as_user):
    page = as_user(cast.cora).get(reverse("engagement_detail", args=[flag.engagement_id])).content.decode()
    return reverse("flag_helped", args=[flag.pk]) in page


def test_whether_it_helped_is_asked_after_the_next_session_and_once(flag, cast, as_user):
    answer_flag(flag=flag, **TALK, by=cast.cora, now=at(-2))
    assert not helped_is_asked(flag, cast, as_user)
    log_session(session=cast.mine.session, by=cast.cora, now=at(), minutes=60, ratings={})
    assert helped_is_asked(flag, cast, as_user)
    post(as_user(cast.cora), "flag_helped", flag, helped="PARTLY")
    assert again(flag).helped == "PARTLY"
    assert not helped_is_asked(flag, cast, as_user)


def test_whether_it_helped_is_asked_after_three_weeks_without_a_session_also_of_a_closed_flag(flag, cast, as_user):
    answer_flag(flag=flag, **TALK, by=cast.cora, now=at(-22))
    resolve_flag(flag=flag, by=cast.cora, now=at(-21))
    assert helped_is_asked(flag, cast, as_user)


def test_whether_it_helped_is_not_asked_of_waiting_and_not_for_ever(flag, cast, as_user):
    answer_flag(flag=flag, cause="LIFE_EVENT", next_step="WAIT", by=cast.cora, now=at(-30))
    assert not helped_is_asked(flag, cast, as_user)
    assert post(as_user(cast.cora), "flag_helped", flag, helped="YES").status_code == 302
    assert again(flag).helped == ""
    answer_flag(flag=flag, **TALK, by=cast.cora, now=at(-100))
    assert not helped_is_asked(flag, cast, as_user)


def test_a_resolved_flag_leaves_the_top_and_can_be_reopened(flag, cast, as_user):
    page = reverse("engagement_detail", args=[flag.engagement_id])
    assert post(as_user(cast.cora), "flag_resolve", flag).status_code == 302
    assert not again(flag).is_open
    html = as_user(cast.cora).get(page).content.decode()
    assert reverse("flag_resolve", args=[flag.pk]) not in html
    assert reverse("flag_reopen", args=[flag.pk]) in html
    post(as_user(cast.cora), "flag_reopen", flag)
    assert again(flag).is_open
    assert reverse("flag_resolve", args=[flag.pk]) in as_user(cast.cora).get(page).content.decode()


def test_a_flag_that_cleared_by_itself_offers_no_reopening(flag, cast, as_user):
    reconcile_flags(engagement=cast.mine.engagement, findings=[Finding("QUIET", Verdict.CLEAR)], now=at())
    html = as_user(cast.cora).get(reverse("engagement_detail", args=[flag.engagement_id])).content.decode()
    assert "Cleared: what raised it is gone" in html
    assert reverse("flag_reopen", args=[flag.pk]) not in html
    answer = as_user(cast.cora).post(reverse("flag_reopen", args=[flag.pk]), follow=True)
    assert "was not resolved by a person" in answer.content.decode()


def test_a_flag_closed_meanwhile_says_so_and_changes_nothing(flag, cast, as_user):
    resolve_flag(flag=flag, by=cast.cora, now=at())
    for route in ("flag_respond", "flag_resolve"):
        answer = as_user(cast.cora).post(reverse(route, args=[flag.pk]), TALK, follow=True)
        assert "closed in the meantime" in answer.content.decode()
    assert again(flag).cause == ""


@pytest.mark.parametrize("route", ANSWERS)
@pytest.mark.parametrize(("who", "status"), [("otto", 404), ("petra", 404), ("sten", 404), ("ada", 404), ("pia", 403)])
def test_nobody_but_the_coach_answers(flag, cast, as_user, route, who, status):
    answer = post(as_user(getattr(cast, who)), route, flag, **TALK, helped="YES")
    assert answer.status_code == status
    assert again(flag).is_open
    assert not again(flag).is_answered


@pytest.mark.parametrize("route", POSTS)
def test_answers_are_posts_and_need_a_signed_in_person(flag, cast, client, as_user, route):
    assert post(client, route, flag).status_code == 302
    assert "sign-in" in post(client, route, flag).url
    assert as_user(cast.cora).get(reverse(route, args=[flag.pk])).status_code == 405
    assert as_user(cast.cora).post(reverse(route, args=[uuid.uuid4()])).status_code == 404


def test_to_the_manager_an_undisclosed_flag_does_not_exist(cast, as_user):
    engagement = cast.mine.engagement
    agreement = engagement.agreements.current().get()
    closed = dict.fromkeys(agreement.disclosure, False)
    texts = {"confidentiality": agreement.confidentiality, "cancellation_terms": agreement.cancellation_terms}
    revised = revise_agreement(agreement=agreement, by=cast.pia, now=at(), disclosure=closed, **texts)
    for party in (Party.EXECUTIVE, Party.SPONSOR):
        record_acceptance(agreement=revised, party=party, accepted_on=at().date(), by=cast.pia, now=at())
    hidden = [raise_flag(engagement, "REGRESSING"), raise_flag(engagement, "STALLED")]
    assert {post(as_user(cast.pia), "flag_resolve", flag).status_code for flag in hidden} == {404}
    assert post(as_user(cast.pia), "flag_resolve", raise_flag(engagement, "BUDGET")).status_code == 403


def test_to_the_manager_a_watch_does_not_exist(cast, as_user):
    watch = raise_flag(cast.mine.engagement, "STALLED", "WATCH")
    assert post(as_user(cast.pia), "flag_resolve", watch).status_code == 404
