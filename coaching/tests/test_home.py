"""The first page after signing in."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from coaching.tests.cast import active_engagement, at
from coaching.tests.questions import at_most
from engagements.actions.agreements import revise_agreement
from engagements.actions.people import add_executive, add_manager, make_coach
from engagements.actions.sessions import mark_held, schedule_session
from engagements.models import User
from trust.models import Flag

NOON = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)  # a Wednesday


@pytest.fixture(autouse=True)
def noon():
    """It is Wednesday noon in every test of this page."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def home(as_user):
    """The page of a person, as text."""

    def see(user):
        return as_user(User.objects.get(pk=user.pk)).get("/").content.decode()

    return see


def section(page, heading):
    """One panel of the page, by its heading."""
    parts = [part for part in page.split("<section") if f">{heading}</h2>" in part]
    return parts[0].split("</section>")[0] if parts else ""


def session_at(side, **distance):
    starts_at = NOON + timedelta(**distance)
    return schedule_session(
        engagement=side.engagement,
        starts_at=starts_at,
        minutes=60,
        by=side.coach,
        now=at(-30),
        place="Room 4",
        call_link="https://meet.example/42",
    )


def test_a_coach_sees_todays_sessions_with_place_and_link(cast, home):
    session_at(cast.mine, hours=3)
    today = section(home(cast.cora), "Today")
    assert "Emil" in today
    assert "15:00" in today
    assert "Room 4" in today
    assert 'href="https://meet.example/42"' in today


def test_times_are_those_of_the_coach(cast, home):
    User.objects.filter(pk=cast.cora.pk).update(time_zone="America/New_York")
    session_at(cast.mine, hours=3)
    page = home(cast.cora)
    assert "11:00" in section(page, "Today")
    assert "America/New_York" in page


def test_today_ends_at_midnight_where_the_coach_is(cast, home):
    User.objects.filter(pk=cast.cora.pk).update(time_zone="Asia/Tokyo")  # 21:00 there
    session_at(cast.mine, hours=4)
    page = home(cast.cora)
    assert "Emil" not in section(page, "Today")
    assert "Thu 19 Mar, 01:00" in section(page, "Next days")


def test_a_session_going_on_stays_under_today_with_its_link(cast, home):
    session_at(cast.mine, minutes=-20)
    page = home(cast.cora)
    assert "Join the call" in section(page, "Today")
    assert "11:40" not in section(page, "To log")


def test_a_session_going_on_stays_under_today_however_many_wait_for_a_log(cast, home):
    for number in range(15):
        session_at(cast.mine, days=-2 - number)
    session_at(cast.mine, minutes=-20)
    page = home(cast.cora)
    assert "Join the call" in section(page, "Today")
    assert section(page, "To log").count("<li") == 12
    assert "And more; these are the oldest." in section(page, "To log")


def test_a_past_session_that_nobody_logged_is_no_booking(cast, home):
    cast.mine.upcoming.delete()
    assert "Emil" in section(home(cast.cora), "Nothing booked")  # a session of two days ago waits for its log
    session_at(cast.mine, days=9)
    assert section(home(cast.cora), "Nothing booked") == ""


def test_what_is_over_waits_to_be_logged_oldest_first_one_tap_away(cast, home):
    later = session_at(cast.mine, hours=-2)
    earlier = session_at(cast.mine, days=-3)
    to_log = section(home(cast.cora), "To log")
    addresses = [reverse("session_log", args=[session.pk]) for session in (earlier, cast.mine.session, later)]
    found = [to_log.index(address) for address in addresses]
    assert found == sorted(found)


def test_a_logged_session_is_not_asked_for_again(cast, home):
    mark_held(session=cast.mine.session, minutes=60, by=cast.cora, now=NOON)
    assert section(home(cast.cora), "To log") == ""


def test_open_flags_are_sentences_one_block_per_engagement(cast, home):
    flags = cast.mine.engagement.flags
    flags.create(kind="QUIET", opened_at=NOON - timedelta(days=3), evidence={"weeks": 5})
    flags.create(kind="REGRESSING", level="WATCH", opened_at=NOON)
    attention = section(home(cast.cora), "Needs attention")
    assert "No session for five weeks, and none is booked." in attention
    assert "For 3 days" in attention
    assert "Worth watching" in attention
    assert attention.count("<li") == 1


def test_what_nobody_has_responded_to_comes_first_and_watches_last(cast, home):
    def flagged(name, **fields):
        executive = add_executive(
            organization=cast.mine.organization, name=name, email=f"{name}@client.example", by=None, now=at()
        )
        engagement = active_engagement(
            program=cast.mine.program, coach=cast.cora, executive=executive, by=cast.pia, objective=""
        )
        engagement.flags.create(opened_at=NOON, **fields)

    flagged("Watched", kind="REGRESSING", level="WATCH")
    flagged("Told", kind="REGRESSING", cause="MOTIVATION", responded_at=NOON, responded_by=cast.cora)
    flagged("Open", kind="BUDGET")
    attention = section(home(cast.cora), "Needs attention")
    assert attention.index("Open") < attention.index("Told") < attention.index("Watched")


def test_a_closed_flag_is_gone(cast, home):
    closing = {"closed_at": NOON, "closing": "CLEARED"}
    cast.mine.engagement.flags.create(kind="QUIET", opened_at=NOON - timedelta(days=3), **closing)
    assert "Nothing right now" in section(home(cast.cora), "Needs attention")


def test_engagements_with_nothing_booked_are_listed_with_a_way_to_book(cast, home):
    assert "Nothing booked" not in home(cast.cora)
    for session in (cast.mine.session, cast.mine.upcoming):
        session.delete()
    quiet = section(home(cast.cora), "Nothing booked")
    assert "Emil" in quiet
    assert reverse("session_schedule", args=[cast.mine.engagement.pk]) in quiet


def test_what_is_flagged_as_quiet_is_not_said_twice(cast, home):
    for session in (cast.mine.session, cast.mine.upcoming):
        session.delete()
    cast.mine.engagement.flags.create(kind="QUIET", opened_at=NOON, evidence={"weeks": 5})
    page = home(cast.cora)
    assert "Emil" in section(page, "Needs attention")
    assert section(page, "Nothing booked") == ""


def test_a_coach_sees_nothing_of_others(cast, home):
    Flag.objects.create(engagement=cast.other.engagement, kind="QUIET", opened_at=NOON)
    assert "Erna" not in home(cast.cora)


def test_a_coach_without_engagements_is_told_what_happens_next(cast, home):
    make_coach(user=cast.sten, by=None, now=at())
    page = home(cast.sten)
    assert "No engagements yet" in page
    assert reverse("import_list") in page


def test_a_program_manager_is_led_to_the_portfolio(cast, as_user):
    answer = as_user(cast.pia).get("/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("portfolio")


def test_who_coaches_and_manages_sees_both(cast, home):
    add_manager(program=cast.other.program, user=cast.cora, by=None, now=at())
    Flag.objects.create(engagement=cast.other.engagement, kind="QUIET", opened_at=NOON)
    page = home(cast.cora)
    assert "1 engagement of your programs needs a conversation" in page
    assert "Emil" in section(page, "Today") + section(page, "Next days") + section(page, "To log")
    assert "Erna" not in page


def test_the_strip_counts_only_what_is_disclosed(cast, home):
    add_manager(program=cast.other.program, user=cast.cora, by=None, now=at())
    agreement = cast.other.engagement.agreements.current().get()
    closed = dict.fromkeys(agreement.disclosure, False)
    revise_agreement(
        agreement=agreement,
        by=cast.petra,
        now=NOON,
        confidentiality=agreement.confidentiality,
        cancellation_terms=agreement.cancellation_terms,
        disclosure=closed,
    )
    Flag.objects.create(engagement=cast.other.engagement, kind="REGRESSING", opened_at=NOON)
    assert "No engagement of your programs needs a conversation" in home(cast.cora)


def test_an_administrator_is_led_to_administration_and_import(cast, home):
    page = home(cast.ada)
    assert reverse("admin:index") in page
    assert reverse("import_list") in page
    assert "Emil" not in page


def test_a_stranger_is_told_what_would_have_to_happen(cast, home):
    assert "Nothing is here for you yet" in home(cast.sten)


def test_the_page_asks_the_database_no_more_for_more_engagements(cast, as_user):
    for number in range(25):
        executive = add_executive(
            organization=cast.mine.organization,
            name=f"Executive {number}",
            email=f"{number}@client.example",
            by=None,
            now=at(),
        )
        engagement = active_engagement(
            program=cast.mine.program, coach=cast.cora, executive=executive, by=cast.pia, objective=""
        )
        engagement.flags.create(kind="STALLED", opened_at=NOON)
        starts_at = NOON + timedelta(days=number % 5 - 2, minutes=number)
        schedule_session(engagement=engagement, starts_at=starts_at, minutes=60, by=cast.cora, now=at(-9))
    client = as_user(cast.cora)
    client.get("/")  # once in a while a request notes that the session is in use
    with at_most(12):
        assert client.get("/").status_code == 200


def test_the_health_check_answers_anybody_without_a_session(db, client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert not answer.cookies
