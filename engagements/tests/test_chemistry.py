"""Chemistry: two private votes, a quiet re-match, and notes on how to begin."""

import re

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from coaching.tests.cast import at, person
from engagements.actions.chemistry import ask_executive, vote
from engagements.actions.engagements import change_status, create_engagement
from engagements.actions.people import add_executive, add_manager
from engagements.models import (
    AuditEvent,
    ChemistryVote,
    Engagement,
    Letter,
    Party,
    PersonalLink,
    RematchRequest,
    Status,
    User,
)
from engagements.tasks import send_due_letters, send_letter


@pytest.fixture
def engagement(cast):
    """Cora and Eva get to know each other, in Pia's program."""
    eva = add_executive(
        organization=cast.mine.organization, name="Eva", email="eva@client.example", by=None, now=at(), time_zone="UTC"
    )
    engagement = create_engagement(
        program=cast.mine.program, coach=cast.cora, executive=eva, starts_on=at().date(), by=cast.pia, now=at(-3)
    )
    return change_status(engagement=engagement, to=Status.CHEMISTRY, by=cast.pia, now=at(-3))


def page_of(engagement):
    return reverse("chemistry", args=[engagement.pk])


def post_due_letters():
    for letter in Letter.objects.filter(status="DUE"):
        send_letter(str(letter.pk))


@pytest.fixture
def link(cast, engagement):
    """Eva's browser, on the page her mail led to."""
    ask_executive(engagement=engagement, by=cast.cora, now=at())
    post_due_letters()
    address = re.search(r"http://[^/]+(/link/\S+)", mail.outbox[-1].body)[1]
    client = Client()
    return client, client.get(address)["Location"]


def test_the_executive_votes_by_link_in_one_tap_and_may_change_it(link, engagement):
    client, page = link
    assert "You have met Cora" in client.get(page).content.decode()
    client.post(page, {"fit": "DECIDING"})
    assert "you are asked again" in client.get(page).content.decode()
    client.post(page, {"fit": "FIT"})
    assert ChemistryVote.objects.get(party=Party.EXECUTIVE).fit == "FIT"


def test_looking_changes_nothing_and_nothing_chosen_is_told(link, engagement):
    client, page = link
    client.get(page)
    assert not ChemistryVote.objects.exists()
    assert "Choose one of these." in client.post(page, {}).content.decode() or not ChemistryVote.objects.exists()
    assert Client().get(page).status_code == 404


def test_neither_side_sees_the_others_vote_before_both_say_fit(as_user, cast, link, engagement):
    client, page = link
    before = as_user(cast.cora).get(page_of(engagement)).content
    client.post(page, {"fit": "FIT"})
    assert _without_tokens(as_user(cast.cora).get(page_of(engagement)).content) == _without_tokens(before)
    as_user(cast.cora).post(page_of(engagement), {"fit": "FIT"})
    assert b"It is a fit for both of you." in as_user(cast.cora).get(page_of(engagement)).content


def _without_tokens(content):
    return re.sub(rb"[A-Za-z0-9]{64}", b"", content)


@pytest.mark.parametrize("party", [Party.COACH, Party.EXECUTIVE])
def test_not_a_fit_tells_the_manager_that_another_match_is_wanted_and_not_from_whom(as_user, cast, engagement, party):
    vote(engagement=engagement, party=party, fit="NOT_FIT", by=None, now=at())
    post_due_letters()
    (message,) = [one for one in mail.outbox if one.to == [cast.pia.email]]
    assert "another match is wanted" in message.body
    assert "Cora" not in message.body
    assert "Eva" not in message.body
    page = as_user(cast.pia).get(reverse("engagement_detail", args=[engagement.pk])).content.decode()
    assert "Another match is wanted." in page
    as_user(cast.pia).post(reverse("rematch_settle", args=[engagement.pk]))
    page = as_user(cast.pia).get(reverse("engagement_detail", args=[engagement.pk])).content.decode()
    assert "Another match is wanted." not in page
    assert RematchRequest.objects.get().handled_by == cast.pia


def test_whoever_votes_or_coaches_here_is_not_told_by_being_a_manager_as_well(as_user, cast, engagement):
    """Each knows their own vote: that another match is wanted would tell them the other's."""
    eva = person("Eva")
    User.objects.filter(pk=eva.pk).update(email="EVA@client.example")
    later = person("Later")
    for one in (cast.cora, User.objects.get(pk=eva.pk), later):
        add_manager(program=cast.mine.program, user=one, by=None, now=at())
    vote(engagement=engagement, party=Party.EXECUTIVE, fit="NOT_FIT", by=None, now=at())
    assert set(Letter.objects.filter(kind="rematch").values_list("to_user__name", flat=True)) == {"Pia", "Later"}
    Engagement.objects.filter(pk=engagement.pk).update(coach=later)  # before it goes out
    post_due_letters()
    assert [one.to for one in mail.outbox if "match" in one.subject] == [[cast.pia.email]]
    page = reverse("engagement_detail", args=[engagement.pk])
    assert "Another match is wanted." in as_user(cast.pia).get(page).content.decode()
    assert "Another match is wanted." not in as_user(eva).get(page).content.decode()


def test_no_letter_goes_out_about_a_request_that_was_taken_back(cast, engagement):
    for fit in ("NOT_FIT", "FIT"):
        vote(engagement=engagement, party=Party.COACH, fit=fit, by=None, now=at())
    post_due_letters()
    assert mail.outbox == []


def test_a_changed_mind_takes_the_request_back_unless_the_other_side_said_no(engagement):
    for fit in ("NOT_FIT", "FIT"):
        vote(engagement=engagement, party=Party.COACH, fit=fit, by=None, now=at())
    assert not RematchRequest.objects.exists()
    vote(engagement=engagement, party=Party.EXECUTIVE, fit="NOT_FIT", by=None, now=at())
    vote(engagement=engagement, party=Party.COACH, fit="DECIDING", by=None, now=at())
    assert RematchRequest.objects.open().exists()


def test_who_is_still_deciding_is_asked_again_once_after_five_days(cast, engagement):
    vote(engagement=engagement, party=Party.COACH, fit="DECIDING", by=cast.cora, now=at())
    vote(engagement=engagement, party=Party.EXECUTIVE, fit="DECIDING", by=None, now=at())
    send_due_letters()
    assert mail.outbox == []
    owed = Letter.objects.filter(send_after=at(5))
    assert {letter.kind for letter in owed} == {"chemistry", "chemistry_coach"}


@pytest.mark.parametrize("fit", ["FIT", "NOT_FIT"])
@pytest.mark.parametrize("party", [Party.COACH, Party.EXECUTIVE])
def test_who_has_made_up_their_mind_is_not_asked_again(engagement, party, fit):
    vote(engagement=engagement, party=party, fit="DECIDING", by=None, now=at())
    vote(engagement=engagement, party=party, fit=fit, by=None, now=at(1))
    assert _letters_after(days=6, party=party) == []


@pytest.mark.parametrize("party", [Party.COACH, Party.EXECUTIVE])
def test_whoever_goes_on_deciding_is_asked_again_once(engagement, party):
    for hours in (0, 1, 2, 30):
        vote(engagement=engagement, party=party, fit="DECIDING", by=None, now=at(0, hours))
    assert len(_letters_after(days=7, party=party)) == 1
    assert PersonalLink.objects.open_at(at(7)).count() == (party == Party.EXECUTIVE)


def test_one_sides_mind_made_up_leaves_the_other_side_to_be_asked(engagement):
    for party in (Party.COACH, Party.EXECUTIVE):
        vote(engagement=engagement, party=party, fit="DECIDING", by=None, now=at())
    vote(engagement=engagement, party=Party.COACH, fit="FIT", by=None, now=at(1))
    assert len(_letters_after(days=6, party=Party.EXECUTIVE)) == 1


@pytest.mark.parametrize("to", [Status.CONTRACTED, Status.DECLINED])
@pytest.mark.parametrize("party", [Party.COACH, Party.EXECUTIVE])
def test_once_it_is_settled_nobody_is_asked_again(cast, engagement, party, to):
    vote(engagement=engagement, party=party, fit="DECIDING", by=None, now=at())
    change_status(engagement=engagement, to=to, by=cast.pia, now=at(1), reason="FIT" if to == "DECLINED" else "")
    assert not Letter.objects.filter(kind__startswith="chemistry", status="DUE").exists()
    Letter.objects.filter(kind__startswith="chemistry").update(status="DUE")  # one that came in between
    assert _letters_after(days=6, party=party) == []


def _letters_after(*, days, party):
    """What this side is mailed about the vote by then."""
    kind = "chemistry_coach" if party == Party.COACH else "chemistry"
    with time_machine.travel(at(days), tick=False):
        for letter in Letter.objects.filter(kind=kind).due(at(days)):
            send_letter(str(letter.pk))
    return list(Letter.objects.filter(kind=kind, status="SENT"))


def test_both_pages_tell_of_a_fit_for_both_and_promise_no_mail_about_it(as_user, cast, link, engagement):
    client, page = link
    client.post(page, {"fit": "FIT"})
    assert "you are not written to about it" in client.get(page).content.decode()
    letters = Letter.objects.count()
    as_user(cast.cora).post(page_of(engagement), {"fit": "FIT"})
    assert "it is a fit for both of you" in client.get(page).content.decode()
    assert Letter.objects.count() == letters


def test_declining_without_fault_settles_the_request_and_closes_the_vote(cast, link, engagement):
    client, page = link
    client.post(page, {"fit": "NOT_FIT"})
    change_status(engagement=engagement, to=Status.DECLINED, by=cast.pia, now=at(), reason="FIT")
    assert not RematchRequest.objects.open().exists()
    assert client.get(page).status_code == 404
    assert client.post(page, {"fit": "FIT"}).status_code == 404


def test_asked_twice_within_the_hour_is_one_letter(as_user, cast, engagement):
    for _ in range(2):
        as_user(cast.cora).post(reverse("chemistry_ask", args=[engagement.pk]))
    assert PersonalLink.objects.filter(purpose="CHEMISTRY").count() == 1


def test_readiness_is_noted_for_the_coach_alone_and_gives_a_hint(as_user, cast, engagement):
    as_user(cast.cora).post(page_of(engagement), {"readiness": "GUARDED"})
    assert "Do not press." in as_user(cast.cora).get(page_of(engagement)).content.decode()
    assert as_user(cast.pia).get(page_of(engagement)).status_code == 404
    detail = as_user(cast.pia).get(reverse("engagement_detail", args=[engagement.pk])).content
    assert b"guarded" not in detail.lower()


def test_the_audit_trail_says_that_somebody_voted_and_not_how(engagement):
    vote(engagement=engagement, party=Party.EXECUTIVE, fit="NOT_FIT", by=None, now=at())
    assert "FIT" not in str(list(AuditEvent.objects.values("verb", "detail")))


def test_chemistry_readiness_and_hints_stay_a_click_away_once_the_engagement_runs(as_user, cast):
    address = reverse("chemistry", args=[cast.mine.engagement.pk])
    detail = reverse("engagement_detail", args=[cast.mine.engagement.pk])
    assert address in as_user(cast.cora).get(detail).content.decode()
    assert "How they begin" in as_user(cast.cora).get(address).content.decode()
    assert address not in as_user(cast.pia).get(detail).content.decode()
