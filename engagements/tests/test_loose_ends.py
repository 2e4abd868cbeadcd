"""Engagements that nobody closed, and closing them in one step."""

from datetime import timedelta

import pytest
from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.engagements import edit_engagement
from engagements.actions.sessions import cancel_session, mark_held
from engagements.models import Engagement

PAGE = "/nobody-closed/"


@pytest.fixture
def engagement(cast):
    return cast.mine.engagement


def ended(engagement, days):
    today = at().date()
    changes = {"starts_on": today - timedelta(days=400), "ends_on": today - timedelta(days=days)}
    return edit_engagement(engagement=engagement, by=None, now=at(), **changes)


def close(client, engagement, how):
    return client.post(reverse("loose_end_close", args=[engagement.pk]), {"how": how}, follow=True)


def test_what_ended_by_date_a_month_ago_is_listed_and_what_ended_last_week_is_not(cast, engagement, as_user):
    ended(engagement, 29)
    assert "Emil" not in as_user(cast.pia).get(PAGE).content.decode()
    ended(engagement, 36)
    page = as_user(cast.pia).get(PAGE).content.decode()
    assert "Emil" in page
    assert "The planned end was 5 weeks ago." in page
    assert "Emil" not in as_user(cast.petra).get(PAGE).content.decode()
    assert PAGE in as_user(cast.pia).get(reverse("portfolio")).content.decode()


def test_so_is_one_whose_sessions_are_used_up_with_none_booked(cast, engagement, as_user):
    edit_engagement(engagement=engagement, by=None, now=at(), session_budget=1)
    mark_held(session=cast.mine.session, by=cast.cora, now=at(), minutes=60)
    assert "Emil" not in as_user(cast.pia).get(PAGE).content.decode()
    cancel_session(session=cast.mine.upcoming, cancelled_by="COACH", by=cast.cora, now=at())
    assert "All sessions are held, and none is booked." in as_user(cast.pia).get(PAGE).content.decode()


@pytest.mark.parametrize("how", ["COMPLETED", "nonsense"])
def test_closing_leads_back_to_the_page_one_was_on(cast, engagement, as_user, how):
    ended(engagement, 60)
    page = as_user(cast.pia).get(f"{PAGE}?page=1").content.decode()
    assert f'name="next" value="{PAGE}?page=1"' in page
    chosen = {"how": how, "next": f"{PAGE}?page=2"}
    answer = as_user(cast.pia).post(reverse("loose_end_close", args=[engagement.pk]), chosen)
    assert answer.headers["Location"] == f"{PAGE}?page=2"


def test_closing_leads_nowhere_else(cast, engagement, as_user):
    chosen = {"how": "COMPLETED", "next": "https://elsewhere.example/"}
    answer = as_user(cast.pia).post(reverse("loose_end_close", args=[engagement.pk]), chosen)
    assert answer.headers["Location"] == PAGE


@pytest.mark.parametrize(
    ("how", "status", "reason"), [("COMPLETED", "COMPLETED", ""), ("ENDED_EARLY:BUDGET", "ENDED_EARLY", "BUDGET")]
)
def test_closing_takes_one_choice(cast, engagement, as_user, how, status, reason):
    ended(engagement, 60)
    close(as_user(cast.pia), engagement, how)
    engagement = Engagement.objects.get(pk=engagement.pk)
    assert (engagement.status, engagement.reason) == (status, reason)
    assert "Emil" not in as_user(cast.pia).get(PAGE).context["rows"]
    assert not engagement.sessions.upcoming(at()).exists()


@pytest.mark.parametrize("how", ["", "DECLINED:OTHER", "ENDED_EARLY", "ENDED_EARLY:NONSENSE", "ACTIVE", "\x00"])
def test_what_is_no_way_to_end_changes_nothing(cast, engagement, as_user, how):
    answer = close(as_user(cast.pia), engagement, how)
    assert "nothing changed" in answer.content.decode()
    assert Engagement.objects.get(pk=engagement.pk).status == "ACTIVE"


def test_a_coach_does_not_close_here_and_a_stranger_finds_nothing(cast, engagement, as_user):
    assert close(as_user(cast.cora), engagement, "COMPLETED").status_code == 403
    assert close(as_user(cast.petra), engagement, "COMPLETED").status_code == 404
