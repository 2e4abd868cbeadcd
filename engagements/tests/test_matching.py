"""Whom to ask: a shortlist by language, free places and name; and another coach without a cause."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from coaching.tests.cast import at, person
from engagements.actions.chemistry import vote
from engagements.actions.engagements import change_status, create_engagement
from engagements.actions.people import add_executive, edit_program, make_coach
from engagements.actions.sessions import mark_held
from engagements.models import (
    AuditEvent,
    ChemistryVote,
    CoachProfile,
    Engagement,
    Executive,
    RematchRequest,
    Status,
    User,
)
from trust.actions.session_log import log_session

PAGE = "/coaches/"


def coach(name, **profile):
    user = person(name)
    make_coach(user=user, by=None, now=at(), **profile)
    return user


def named(page):
    return re.findall(r'<span class="row-title">([^<]+)</span>', page)


@pytest.fixture
def coaches(cast):
    later = at(20).date()
    coach("Bruno", languages="German, English", capacity=3)
    coach("Anna", languages="Deutsch", capacity=9)
    coach("Carl", languages="English", capacity=30)
    coach("Dora", languages="German", capacity=9, available_from=later)
    CoachProfile.objects.filter(user__in=[cast.cora, cast.otto]).update(capacity=0)


def test_who_speaks_the_language_comes_first_then_free_places_then_the_name(cast, coaches, as_user):
    page = as_user(cast.pia).get(PAGE, {"language": "de"}).content.decode()
    assert named(page) == ["Anna", "Bruno", "Dora", "Carl", "Cora", "Otto"]
    assert "<b>9</b> of 9 places free" in page
    assert f"Takes somebody new from {at(20).day} {at(20):%B %Y}" in page
    assert "No place free" in page
    assert "plays no part and is not shown" in page


def test_without_a_language_free_places_decide_and_an_unknown_one_is_left_out(cast, coaches, as_user):
    for language in ("", "xx", "\x00"):
        page = as_user(cast.pia).get(PAGE, {"language": language}).content.decode()
        assert named(page)[:3] == ["Carl", "Anna", "Bruno"]


def test_those_without_a_free_place_now_are_left_out_where_asked(cast, coaches, as_user):
    page = as_user(cast.pia).get(PAGE, {"language": "de", "free": "on"}).content.decode()
    assert named(page) == ["Anna", "Bruno", "Carl"]
    assert " checked" in page


def test_those_with_fewer_years_or_none_named_are_left_out_where_asked(cast, coaches, as_user, monkeypatch):
    monkeypatch.setattr("engagements.views.matching.COACHES_PER_PAGE", 1)
    for user, years in ((cast.cora, 6), (cast.otto, 12), (User.objects.get(name="Anna"), 4)):
        began = at(-365 * years).date()
        CoachProfile.objects.filter(user=user).update(training_began_on=began)
    client = as_user(cast.pia)
    for years, expected in (("2", ["Anna", "Cora", "Otto"]), ("5", ["Cora", "Otto"]), ("10", ["Otto"]), ("7", 6)):
        found, address = [], f"{PAGE}?years={years}"
        while address:
            page = client.get(address).content.decode()
            found += named(page)
            following = re.search(r'rel="next" href="([^"]+)"', page)
            address = following and PAGE + following[1].replace("&amp;", "&")
        assert found == expected or len(found) == expected, "what is not offered is left out"
    page = client.get(PAGE, {"years": "10", "free": "on"}).content.decode()
    assert named(page) == []
    assert "Nobody fits" in page


def test_free_places_are_one_click_from_the_portfolio(cast, as_user):
    assert f'href="{PAGE}"' in as_user(cast.pia).get(reverse("portfolio")).content.decode()


def test_experience_is_told_in_whole_engagements_years_and_rounded_hours(cast, as_user):
    CoachProfile.objects.filter(user=cast.cora).update(
        training_began_on=(at() - timedelta(days=6 * 365 + 30)).date(), credentials="PCC"
    )
    mark_held(session=cast.mine.session, by=cast.cora, now=at(), minutes=60)
    change_status(engagement=cast.mine.engagement, to=Status.COMPLETED, by=cast.pia, now=at())
    page = as_user(cast.pia).get(PAGE).content.decode()
    assert "6 years since coach training began" in page
    assert "1 engagement completed here<" in page, "one hour is rounded down to none"
    assert "PCC" in page


def test_the_order_does_not_know_of_trust_or_of_outcomes(cast, coaches, as_user):
    """Two coaches alike in all that counts stand by name, whatever came of their work."""
    before = named(as_user(cast.pia).get(PAGE).content.decode())
    log_session(session=cast.mine.session, by=cast.cora, now=at(), minutes=60, ratings={"openness": 1})
    change_status(engagement=cast.mine.engagement, to=Status.ENDED_EARLY, reason="FIT", by=cast.pia, now=at())
    assert named(as_user(cast.pia).get(PAGE).content.decode()) == before


def test_a_choice_leads_to_the_form_with_coach_and_program(cast, coaches, as_user):
    program = cast.mine.program
    page = as_user(cast.pia).get(PAGE, {"program": program.pk}).content.decode()
    address = next(one for one in re.findall(r'href="([^"]+coach=[^"]+)"', page)).replace("&amp;", "&")
    form = as_user(cast.pia).get(address).context["form"]
    assert str(form.initial["program"]) == str(program.pk)
    assert form.initial["coach"] in address
    assert "Who could coach?" in as_user(cast.pia).get(reverse("engagement_create")).content.decode()
    form = as_user(cast.pia).get(reverse("engagement_create"), {"coach": cast.ada.pk}).context["form"]
    assert "coach" not in form.initial


# --- another coach --------------------------------------------------------------------------------


@pytest.fixture
def beginning(cast):
    """Cora and Eva get to know each other, and it is no fit."""
    known = {"organization": cast.mine.organization, "name": "Eva", "email": "eva@client.example", "language": "de"}
    eva = add_executive(**known, by=None, now=at(), time_zone="UTC")
    who = {"program": cast.mine.program, "coach": cast.cora, "executive": eva}
    engagement = create_engagement(**who, starts_on=at().date(), by=cast.pia, now=at(-3))
    engagement = change_status(engagement=engagement, to=Status.CHEMISTRY, by=cast.pia, now=at(-3))
    vote(engagement=engagement, party="COACH", fit="NOT_FIT", by=cast.cora, now=at(-1))
    return engagement


def rematch(client, engagement, coach):
    return client.post(reverse("rematch", args=[engagement.pk]), {"coach": coach.pk}, follow=True)


def test_a_wanted_re_match_leads_to_the_shortlist_in_the_language_of_the_executive(cast, coaches, beginning, as_user):
    page = as_user(cast.pia).get(reverse("engagement_detail", args=[beginning.pk])).content.decode()
    address = reverse("rematch", args=[beginning.pk])
    assert f'href="{address}"' in page
    page = as_user(cast.pia).get(address).content.decode()
    assert "Eva prefers German." in page
    assert named(page) == ["Anna", "Bruno", "Dora", "Carl", "Otto"]
    assert "What was confided to Cora, if anything, stays there" in page


def test_before_anything_is_confided_the_engagement_passes_on_and_votes_are_gone(cast, beginning, as_user):
    answer = rematch(as_user(cast.pia), beginning, cast.otto)
    assert "Eva: the engagement passes to Otto." in answer.content.decode()
    again = Engagement.objects.get(pk=beginning.pk)
    assert (again.coach, again.status) == (cast.otto, "CHEMISTRY")
    assert not ChemistryVote.objects.filter(engagement=again).exists()
    assert not RematchRequest.objects.open().exists()
    page = as_user(cast.otto).get(reverse("chemistry", args=[again.pk])).content.decode()
    assert "Change my vote" not in page
    assert as_user(cast.cora).get(reverse("engagement_detail", args=[again.pk])).status_code == 404


def test_once_something_is_confided_it_ends_without_a_cause_and_a_new_one_begins(cast, as_user):
    old = cast.mine.engagement
    log_session(session=cast.mine.session, by=cast.cora, now=at(), minutes=60, ratings={}, note="For me alone.")
    page = as_user(cast.pia).get(reverse("rematch", args=[old.pk])).content.decode()
    assert "What was confided to Cora, if anything, stays there" in page
    rematch(as_user(cast.pia), old, cast.otto)
    ended = Engagement.objects.get(pk=old.pk)
    new = Engagement.objects.get(program=old.program, status="PROPOSED")
    assert (ended.status, ended.reason, ended.session_budget) == ("ENDED_EARLY", "OTHER", 1)
    assert (new.coach, new.executive, new.session_budget) == (cast.otto, cast.emil, old.session_budget - 1)
    assert not ended.sessions.upcoming(at()).exists()
    details = AuditEvent.objects.filter(engagement_id__in=[ended.pk, new.pk]).values_list("detail", flat=True)
    assert "FIT" not in str(list(details))
    assert as_user(cast.otto).get(reverse("engagement_detail", args=[ended.pk])).status_code == 404


def test_a_pool_that_is_used_up_does_not_stand_in_the_way_of_what_was_paid_for(cast, as_user):
    old = cast.mine.engagement
    edit_program(program=cast.mine.program, by=cast.pia, now=at(), session_pool=old.session_budget)
    log_session(session=cast.mine.session, by=cast.cora, now=at(), minutes=60, ratings={})
    rematch(as_user(cast.pia), old, cast.otto)
    assert Engagement.objects.filter(program=old.program, coach=cast.otto).count() == 1


@pytest.mark.parametrize("who", ["cora", "pia", "ada"])
def test_somebody_who_is_no_other_coach_is_not_chosen(cast, beginning, as_user, who):
    answer = rematch(as_user(cast.pia), beginning, getattr(cast, who))
    assert "choose a coach from the list" in answer.content.decode()
    assert Engagement.objects.get(pk=beginning.pk).coach == cast.cora


def test_an_engagement_that_ended_gets_no_other_coach(cast, as_user):
    change_status(engagement=cast.mine.engagement, to=Status.COMPLETED, by=cast.pia, now=at())
    answer = rematch(as_user(cast.pia), cast.mine.engagement, cast.otto)
    assert "has ended" in answer.content.decode()
    assert Executive.objects.get(pk=cast.emil.pk).engagements.count() == 1
