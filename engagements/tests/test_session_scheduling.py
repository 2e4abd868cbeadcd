"""Scheduling: one or a series, in one's own zone, with warnings that can be overruled."""

import zoneinfo
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from engagements.actions.sessions import NotNow, schedule_session
from engagements.models import Engagement, Program, Session, User
from engagements.tests.asking import NOT_THEIRS, audited, errors, said, statuses, url

BERLIN, NEW_YORK = zoneinfo.ZoneInfo("Europe/Berlin"), zoneinfo.ZoneInfo("America/New_York")
MONDAY = datetime(2026, 9, 14, 9, tzinfo=UTC)


@pytest.fixture
def now():
    """A Monday in September 2026, so that both changes of clocks lie ahead."""
    with time_machine.travel(MONDAY, tick=False):
        yield MONDAY


@pytest.fixture
def cora(now, cast, as_user):
    """Cora, signed in, in Berlin, with nothing planned and an engagement that lasts long enough."""
    Session.objects.all().delete()
    User.objects.filter(pk=cast.cora.pk).update(time_zone="Europe/Berlin")
    Engagement.objects.filter(pk=cast.mine.engagement.pk).update(ends_on="2027-12-31")
    return as_user(cast.cora)


@pytest.fixture
def one():
    return {
        "chosen_kind": "COACHING",
        "day": "2026-09-21",
        "clock": "14:30",
        "minutes": "60",
        "place": "",
        "call_link": "",
        "repeat": "one",
        "every_weeks": "2",
        "count": "8",
    }


@pytest.fixture
def series(one):
    return one | {"repeat": "series", "day": "2026-10-12", "every_weeks": "1", "count": "4"}


def schedule(client, cast, words):
    return client.post(url("session_schedule", cast.mine.engagement), words)


def local(cast, zone):
    rows = cast.mine.engagement.sessions.oldest_first()
    return [row.starts_at.astimezone(zone).strftime("%d %b %H:%M") for row in rows]


def test_the_coach_schedules_the_manager_may_not_and_strangers_find_nothing(now, as_user, cast, one):
    expected = NOT_THEIRS | {"cora": 200, "pia": 403}
    assert statuses(as_user, cast, "session_schedule", cast.mine.engagement) == expected
    expected["cora"] = 302
    assert statuses(as_user, cast, "session_schedule", cast.mine.engagement, post=one) == expected


def test_one_session_in_the_coachs_own_zone(cora, cast, one):
    response = schedule(cora, cast, one | {"place": "Room 4", "call_link": "meet.example/x"})
    session = cast.mine.engagement.sessions.get()
    assert session.starts_at == datetime(2026, 9, 21, 12, 30, tzinfo=UTC)
    assert (session.minutes, session.place, session.call_link) == (60, "Room 4", "https://meet.example/x")
    assert said(response) == ["Scheduled: Mon 21 Sep 2026, 14:30 (12:30 for Emil)."]
    assert audited(session) == ["session.scheduled"]


def test_scheduling_touches_the_engagement_so_that_jobs_look_again(cora, now, cast, one):
    Engagement.objects.filter(pk=cast.mine.engagement.pk).update(changed_at=now - timedelta(days=3))
    schedule(cora, cast, one)
    cast.mine.engagement.refresh_from_db()
    assert cast.mine.engagement.changed_at == now


def test_a_series_in_berlin_keeps_half_past_two_when_the_clocks_go_back(cora, cast, series):
    schedule(cora, cast, series)
    assert local(cast, BERLIN) == ["12 Oct 14:30", "19 Oct 14:30", "26 Oct 14:30", "02 Nov 14:30"]
    assert local(cast, UTC) == ["12 Oct 12:30", "19 Oct 12:30", "26 Oct 13:30", "02 Nov 13:30"]
    assert cast.mine.engagement.sessions.values("series_id").distinct().count() == 1


def test_a_series_in_new_york_keeps_nine_oclock_when_its_clocks_go_back_a_week_later(cora, cast, series):
    User.objects.filter(pk=cast.cora.pk).update(time_zone="America/New_York")
    schedule(cora, cast, series | {"clock": "9:00 am", "day": "19.10.2026"})
    assert local(cast, NEW_YORK) == ["19 Oct 09:00", "26 Oct 09:00", "02 Nov 09:00", "09 Nov 09:00"]
    assert local(cast, UTC) == ["19 Oct 13:00", "26 Oct 13:00", "02 Nov 14:00", "09 Nov 14:00"]


def test_an_hour_that_does_not_exist_is_said_so_beside_the_time(cora, cast, one):
    response = schedule(cora, cast, one | {"day": "2027-03-28", "clock": "02:30"})
    message = errors(response)["clock"][0]
    assert "there is no 02:30" in message
    assert "03:30" in message
    assert not cast.mine.engagement.sessions.exists()


def test_an_hour_that_comes_twice_is_asked_about_and_the_answer_kept(cora, cast, one):
    twice = one | {"day": "2026-10-25", "clock": "02:30"}
    response = schedule(cora, cast, twice)
    assert "which" in errors(response)
    assert "CEST (UTC+02:00)" in response.content.decode()
    for which, hour in (("first", 0), ("second", 1)):
        Session.objects.all().delete()
        schedule(cora, cast, twice | {"which": which})
        assert cast.mine.engagement.sessions.get().starts_at == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)


def test_pressing_twice_makes_one_session(cora, cast, one):
    schedule(cora, cast, one)
    response = schedule(cora, cast, one)
    assert response.status_code == 302
    assert said(response)[-1] == "Nothing was added: there is a session at that time already."
    assert cast.mine.engagement.sessions.count() == 1


def test_pressing_twice_makes_one_series(cora, cast, series):
    schedule(cora, cast, series)
    assert schedule(cora, cast, series).status_code == 302
    assert cast.mine.engagement.sessions.count() == 4


def test_a_series_fills_in_around_what_is_there(cora, cast, one, series):
    schedule(cora, cast, one | {"day": "2026-10-19"})
    response = schedule(cora, cast, series)
    assert said(response)[-1] == "3 sessions scheduled, from 12 Oct 2026 to 2 Nov 2026. 1 were there already."
    assert cast.mine.engagement.sessions.count() == 4


def test_a_clash_is_a_warning_that_a_second_press_overrules(cora, cast, one):
    schedule(cora, cast, one)
    overlapping = one | {"clock": "15:00"}
    response = schedule(cora, cast, overlapping)
    assert response.status_code == 200
    page = response.content.decode()
    assert "You meet Emil on Mon 21 Sep 2026, 14:30 to 15:30." in page
    assert "Schedule anyway" in page
    assert cast.mine.engagement.sessions.count() == 1
    assert schedule(cora, cast, overlapping | {"seen": response.context["form"].seen}).status_code == 302
    assert cast.mine.engagement.sessions.count() == 2


def test_a_clash_with_another_engagement_of_the_coach_is_seen_too(cora, cast, one):
    Engagement.objects.filter(pk=cast.other.engagement.pk).update(coach=cast.cora)
    cora.post(url("session_schedule", cast.other.engagement), one)
    assert "You meet Erna" in schedule(cora, cast, one).content.decode()


def test_sessions_of_other_coaches_and_cancelled_ones_do_not_clash(cora, cast, one):
    Session.objects.create(engagement=cast.other.engagement, starts_at=datetime(2026, 9, 21, 12, 30, tzinfo=UTC))
    assert schedule(cora, cast, one).status_code == 302
    cast.mine.engagement.sessions.update(status="CANCELLED", cancelled_by="COACH", cancelled_at=MONDAY)
    assert schedule(cora, cast, one | {"clock": "15:00"}).status_code == 302


def test_confirming_one_clash_does_not_confirm_another(cora, cast, one):
    schedule(cora, cast, one)
    schedule(cora, cast, one | {"day": "2026-09-22"})
    seen = schedule(cora, cast, one | {"clock": "15:00"}).context["form"].seen
    response = schedule(cora, cast, one | {"day": "2026-09-22", "clock": "15:00", "seen": seen})
    assert response.status_code == 200
    assert cast.mine.engagement.sessions.count() == 2


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"day": "2025-09-21"}, "past"),
        ({"day": "2028-01-10"}, "end"),
        ({"repeat": "series", "count": "11"}, "budget"),
        ({"repeat": "series", "day": "2026-09-07", "count": "2"}, "past"),
    ],
)
def test_what_looks_like_a_slip_is_asked_about_once(cora, cast, one, changes, key):
    response = schedule(cora, cast, one | changes)
    assert [warning.key for warning in response.context["form"].warnings] == [key]
    assert not cast.mine.engagement.sessions.exists()
    assert schedule(cora, cast, one | changes | {"seen": key}).status_code == 302
    assert cast.mine.engagement.sessions.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": ""}, "day"),
        ({"day": "31.02.2026"}, "day"),
        ({"day": "0001-01-01"}, "day"),
        ({"day": "9999-12-31"}, "day"),
        ({"day": "2000-01-01", "clock": "00:30"}, "day"),
        ({"day": "2099-12-31", "clock": "23:30"}, "day"),
        ({"clock": "half two"}, "clock"),
        ({"minutes": "4"}, "minutes"),
        ({"minutes": "481"}, "minutes"),
        ({"minutes": "an hour"}, "minutes"),
        ({"call_link": "http://meet.example/x"}, "call_link"),
        ({"call_link": "javascript:alert(1)"}, "call_link"),
        ({"call_link": "https://" + "x" * 500 + ".example"}, "call_link"),
        ({"place": "x" * 201}, "place"),
        ({"chosen_kind": "PARTY"}, "chosen_kind"),
        ({"repeat": "daily"}, "repeat"),
        ({"repeat": "series", "count": ""}, "count"),
        ({"repeat": "series", "count": "61"}, "count"),
        ({"repeat": "series", "every_weeks": "0"}, "every_weeks"),
        ({"repeat": "series", "day": "2099-11-30", "count": "60"}, "count"),
    ],
)
def test_bad_input_gets_a_message_beside_the_field_and_stays(cora, cast, one, changes, field):
    response = schedule(cora, cast, one | changes)
    assert field in errors(response)
    for name, value in changes.items():
        assert response.context["form"][name].value() == value
    assert not cast.mine.engagement.sessions.exists()


def test_numbers_of_a_series_do_not_matter_for_one_session(cora, cast, one):
    assert schedule(cora, cast, one | {"every_weeks": "", "count": "many"}).status_code == 302


def test_the_page_proposes_the_next_session_on_the_rhythm_like_the_last_one(cora, cast, one):
    schedule(cora, cast, one | {"minutes": "90", "place": "Room 4"})
    page = cora.get(url("session_schedule", cast.mine.engagement))
    initial = page.context["form"].initial
    assert f"{initial['day']} {initial['clock']:%H:%M}" == "2026-10-05 14:30"
    assert (initial["minutes"], initial["place"], initial["count"]) == (90, "Room 4", 9)


def test_before_contracting_the_page_proposes_a_chemistry_meeting(cora, cast):
    Engagement.objects.filter(pk=cast.mine.engagement.pk).update(status="CHEMISTRY")
    initial = cora.get(url("session_schedule", cast.mine.engagement)).context["form"].initial
    assert initial["chosen_kind"] == "CHEMISTRY"


def test_an_engagement_that_has_ended_gets_no_more_sessions(cora, cast, one):
    Engagement.objects.filter(pk=cast.mine.engagement.pk).update(status="COMPLETED", ended_on="2026-09-01")
    response = schedule(cora, cast, one)
    assert said(response) == ["This engagement has ended: no further sessions."]
    assert not cast.mine.engagement.sessions.exists()


def test_a_session_on_the_evening_of_the_last_day_where_the_program_runs_can_be_put_on_record(cora, cast, one):
    Program.objects.update(time_zone="America/New_York")
    engagement = cast.mine.engagement
    Engagement.objects.filter(pk=engagement.pk).update(status="COMPLETED", ended_on="2026-09-12")
    engagement.refresh_from_db()
    evening, midnight = (datetime(2026, 9, 12, hour, tzinfo=NEW_YORK) for hour in (20, 23))
    terms = {"engagement": engagement, "minutes": 60, "by": cast.cora, "now": MONDAY}
    assert schedule_session(starts_at=evening, **terms).starts_at == evening
    with pytest.raises(NotNow):
        schedule_session(starts_at=midnight + timedelta(hours=1), **terms)
