"""A coach's private calendar address: times and initials, until it is closed."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from coaching.tests.cast import at
from engagements.actions.sessions import cancel_session, move_session, schedule_session
from engagements.models import CalendarFeed, CoachProfile, Party


@pytest.fixture
def address(as_user, cast):
    as_user(cast.cora).post(reverse("calendar_renew"))
    return address_on_page(as_user, cast.cora)


def address_on_page(as_user, user):
    page = as_user(user).get(reverse("calendar")).content.decode()
    found = re.search(r'value="http://[^/]+(/calendar/[^"]+)"', page)
    return found and found[1]


def events(address):
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    return {str(event["uid"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


def test_it_holds_own_sessions_with_times_and_initials_and_nothing_else(cast, address):
    schedule_session(
        engagement=cast.mine.engagement, starts_at=at(3), minutes=45, place="Room 7", by=cast.cora, now=at()
    )
    found = events(address)
    assert len(found) == 3
    assert {str(event["summary"]) for event in found.values()} == {"E."}
    body = Client().get(address).content.decode()
    assert not [word for word in ("Emil", "Room 7", "Program One", "Erna") if word in body]


def test_a_moved_session_keeps_its_name_and_a_cancelled_one_says_so(cast, address):
    session, now = cast.mine.upcoming, at(0, 1)
    uid = f"{session.pk}@point-of-trust"
    before = events(address)[uid]
    move_session(session=session, starts_at=at(15, 2), by=cast.cora, now=now, asked_by=Party.EXECUTIVE)
    after = events(address)[uid]
    assert after.decoded("dtstart") == at(15, 2)
    assert after["sequence"] > before["sequence"]
    session.refresh_from_db()
    cancel_session(session=session, cancelled_by=Party.EXECUTIVE, by=cast.cora, now=at(0, 2))
    assert str(events(address)[uid]["status"]) == "CANCELLED"


def test_a_new_address_ends_the_old_one_and_closing_ends_it_for_good(as_user, cast, address):
    as_user(cast.cora).post(reverse("calendar_renew"))
    assert Client().get(address).status_code == 404
    newer = address_on_page(as_user, cast.cora)
    assert events(newer)
    as_user(cast.cora).post(reverse("calendar_revoke"))
    assert Client().get(newer).status_code == 404
    assert address_on_page(as_user, cast.cora) is None


@pytest.mark.parametrize("end", ["deactivated", "no coach any more"])
def test_rights_end_with_the_next_request(cast, address, end):
    if end == "deactivated":
        cast.cora.is_active = False
        cast.cora.save()
    else:
        CoachProfile.objects.filter(user=cast.cora).update(ended_at=at())
    assert Client().get(address).status_code == 404


def test_wrong_and_closed_addresses_look_alike_and_the_token_is_kept_nowhere(as_user, cast, address):
    token = address.split("/")[2]
    assert token not in str(CalendarFeed.objects.values().get())
    wrong = Client().get(reverse("calendar_feed", args=["0" * 64]))
    as_user(cast.cora).post(reverse("calendar_revoke"))
    assert re.sub(rb"\w{64}", b"", Client().get(address).content) == re.sub(rb"\w{64}", b"", wrong.content)
