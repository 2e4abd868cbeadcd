"""Flags answered in the browser: respond, resolve, re-open."""

import uuid

import pytest
from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.agreements import record_acceptance, revise_agreement
from engagements.models import Party
from trust.actions.flags import reconcile_flags, resolve_flag
from trust.models import Flag
from trust.process_rules import Finding, Verdict

ANSWERS = ("flag_respond", "flag_resolve", "flag_reopen")


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


def test_the_coach_responds_with_one_tap_and_sees_the_response(flag, cast, as_user):
    answer = post(as_user(cast.cora), "flag_respond", flag, response="PLANNED")
    page = reverse("engagement_detail", args=[flag.engagement_id])
    assert (answer.status_code, answer.url) == (302, page)
    assert (again(flag).response, again(flag).responded_by) == ("PLANNED", cast.cora)
    assert again(flag).is_open
    assert "your response: “I will raise it in the next session”" in as_user(cast.cora).get(page).content.decode()


def test_a_response_can_be_changed(flag, cast, as_user):
    for response in ("PLANNED", "TALKED"):
        post(as_user(cast.cora), "flag_respond", flag, response=response)
    assert again(flag).response == "TALKED"


@pytest.mark.parametrize("data", [{}, {"response": ""}, {"response": "nonsense"}, {"response": "\x00"}])
def test_an_answer_that_is_none_of_the_choices_comes_back_with_them(flag, cast, as_user, data):
    answer = post(as_user(cast.cora), "flag_respond", flag, **data)
    assert answer.status_code == 200
    assert "Choose one of the four." in answer.content.decode()
    assert "No session for six weeks" in answer.content.decode()
    assert not again(flag).is_answered


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
        answer = as_user(cast.cora).post(reverse(route, args=[flag.pk]), {"response": "TALKED"}, follow=True)
        assert "closed in the meantime" in answer.content.decode()
    assert again(flag).response == ""


@pytest.mark.parametrize("route", ANSWERS)
@pytest.mark.parametrize(("who", "status"), [("otto", 404), ("petra", 404), ("sten", 404), ("ada", 404), ("pia", 403)])
def test_nobody_but_the_coach_answers(flag, cast, as_user, route, who, status):
    answer = post(as_user(getattr(cast, who)), route, flag, response="TALKED")
    assert answer.status_code == status
    assert again(flag).is_open
    assert not again(flag).is_answered


@pytest.mark.parametrize("route", ANSWERS)
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
