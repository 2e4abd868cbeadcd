"""Logging a session: the page of one minute."""

import zoneinfo
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse

from coaching.tests.cast import at
from coaching.tests.real.waiting import wait_until
from engagements.actions.engagements import change_status
from engagements.actions.sessions import cancel_session, schedule_session
from engagements.actions.texts import current_texts
from engagements.models import AuditEvent, Party, SealedText, Session, SessionStatus, TextKind, User
from trust.actions.check_ins import store_strand_means
from trust.forms.session_log import SessionLogForm
from trust.instrument import COACH_ITEMS, Voice
from trust.models import CheckIn, CheckInStatus, Reading, ReadingRevision, engagements_to_judge
from trust.views.log_words import proposed_next

RATINGS = {"value": "5", "reliance": "4", "direction": "6", "candour": "3", "care": "7", "repair": "0"}
NOTE = "He said the board frightens him."


def log_url(session):
    return reverse("session_log", args=[session.pk])


def new_url(engagement):
    return reverse("session_log_new", args=[engagement.pk])


def answers(session, **changes):
    """What the form sends for a session logged as planned."""
    when = {"day": f"{session.starts_at:%Y-%m-%d}", "clock": f"{session.starts_at:%H:%M}"}
    log = {"opened": ["OPENED_UP"], "closed": ["GUARDED"], "note": NOTE, "summary": "We agreed on two things."}
    return when | {"minutes": "60", "kind": "COACHING", "sheet": "a"} | RATINGS | log | changes


def note_of(session, kind=TextKind.SESSION_NOTE):
    user = session.engagement.coach
    return current_texts(user=user, kind=kind, subject_ids=[session.pk]).get(session.pk)


@pytest.fixture
def session(cast):
    return cast.mine.session


@pytest.fixture
def cora(as_user, cast):
    return as_user(cast.cora)


@pytest.fixture
def nothing_booked(cast):
    """Emil's next session is off."""
    cancel_session(session=cast.mine.upcoming, cancelled_by=Party.COACH, by=cast.cora, now=at())


def test_a_log_holds_ratings_ticks_note_and_summary(cora, session):
    response = cora.post(log_url(session), answers(session), follow=True)
    assert response.redirect_chain[0][0] == reverse("engagement_detail", args=[session.engagement_id])
    assert "Logged. Next session:" in response.content.decode()
    session.refresh_from_db()
    assert session.is_held
    reading = Reading.objects.get(session=session, voice=Voice.COACH)
    assert reading.ratings == {"value": 5, "reliance": 4, "direction": 6, "candour": 3, "care": 7, "repair": None}
    assert (reading.cognitive, reading.relational) == (5.0, 5.0)
    assert reading.seen == ["OPENED_UP", "GUARDED"]
    assert note_of(session) == NOTE
    assert note_of(session, TextKind.SESSION_SUMMARY) == "We agreed on two things."


def test_what_was_written_is_nowhere_in_the_database_nor_in_the_audit_trail(cora, session):
    cora.post(log_url(session), answers(session))
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of our own tables
            cells = [bytes(cell) if isinstance(cell, memoryview) else cell for row in cursor for cell in row]
            assert "frightens" not in str(cells)
    assert not AuditEvent.objects.exclude(detail={}).filter(verb="session.held").exists()


def test_the_form_begins_with_what_was_planned(cora, session):
    page = cora.get(log_url(session)).content.decode()
    for item in COACH_ITEMS:
        assert item.wording in page
    assert f'value="{session.starts_at:%Y-%m-%d}"' in page
    assert "Held, 60 minutes, coaching" in page


def test_the_coach_of_another_engagement_the_manager_and_everybody_else_find_nothing(as_user, cast, session):
    for person in (cast.otto, cast.pia, cast.petra, cast.ada, cast.sten):
        client = as_user(person)
        assert client.get(log_url(session)).status_code == 404
        assert client.post(log_url(session), answers(session)).status_code == 404
        assert client.get(new_url(session.engagement)).status_code == 404
        assert client.post(reverse("session_not_held", args=[session.pk]), {"how": "missed"}).status_code == 404
    session.refresh_from_db()
    assert session.is_scheduled


def test_ratings_left_open_count_as_not_observed_and_are_named(cora, session):
    response = cora.post(log_url(session), answers(session, value="", care=""), follow=True)
    assert "2 ratings were left open; they count as not observed." in response.content.decode()
    reading = Reading.objects.get(session=session, voice=Voice.COACH)
    assert (reading.value, reading.care) == (None, None)


def test_a_check_in_is_put_on_the_list_and_sent_once_however_often_the_log_is_edited(cora, session):
    cora.post(log_url(session), answers(session))
    cora.post(log_url(session), answers(session, note="Changed"))
    assert CheckIn.objects.get(session=session).status == CheckInStatus.DUE


# --- editing ------------------------------------------------------------------------------------


def test_an_edit_begins_with_what_was_logged_and_keeps_what_stood_there(cora, session):
    cora.post(log_url(session), answers(session))
    page = cora.get(log_url(session)).content.decode()
    assert NOTE in page
    assert 'name="care" id="id_care_6" value="7" checked' in page
    assert 'name="repair" id="id_repair_7" value="0" checked' in page
    assert "Earlier versions" not in page
    cora.post(log_url(session), answers(session, note="A second thought.", candour="6", closed=[]))
    page = cora.get(log_url(session)).content.decode()
    assert "Earlier versions" in page
    assert NOTE in page
    assert "A second thought." in page
    assert "Opened up about a concern, Was guarded" in page
    revision = ReadingRevision.objects.get()
    assert revision.ratings["candour"] == 3


def test_saving_without_a_change_makes_no_history(cora, session):
    for _ in range(2):
        cora.post(log_url(session), answers(session, note="One line\r\nand another"))
    assert not ReadingRevision.objects.exists()
    assert SealedText.objects.filter(subject_id=session.pk).count() == 2
    assert note_of(session) == "One line\nand another"


def test_an_emptied_note_is_gone_from_the_form_but_not_from_the_history(cora, session):
    cora.post(log_url(session), answers(session))
    cora.post(log_url(session), answers(session, note=""))
    assert note_of(session) == ""
    assert NOTE in cora.get(log_url(session)).content.decode()


def test_means_that_were_imported_survive_an_edit_of_the_note(cora, session, cast):
    cora.post(log_url(session), answers(session, **dict.fromkeys(RATINGS, ""), opened=[], closed=[]))
    store_strand_means(session=session, voice=Voice.COACH, cognitive=4.5, relational=5.25, by=cast.cora, now=at())
    assert "came with an import" in cora.get(log_url(session)).content.decode()
    cora.post(log_url(session), answers(session, **dict.fromkeys(RATINGS, "")))
    reading = Reading.objects.get(session=session, voice=Voice.COACH)
    assert (reading.cognitive, reading.relational) == (4.5, 5.25)
    cora.post(log_url(session), answers(session))
    reading.refresh_from_db()
    assert (reading.cognitive, reading.relational) == (5.0, 5.0)


def test_seconds_of_a_planned_time_stay_where_the_minute_was_not_changed(cora, session):
    precise = session.starts_at + timedelta(seconds=17)
    Session.objects.filter(pk=session.pk).update(starts_at=precise)
    cora.post(log_url(session), answers(session))
    session.refresh_from_db()
    assert session.starts_at == precise


def test_time_and_length_can_be_put_right_in_the_log(cora, session):
    earlier = session.starts_at - timedelta(hours=2)
    cora.post(log_url(session), answers(session, day=f"{earlier:%Y-%m-%d}", clock=f"{earlier:%H:%M}", minutes="75"))
    session.refresh_from_db()
    assert (session.starts_at, session.minutes, session.status) == (earlier, 75, SessionStatus.HELD)


# --- mistakes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        ({"minutes": "1000"}, "Give the length in minutes, from 5 to 480."),
        ({"minutes": "an hour"}, "Give the length in minutes, from 5 to 480."),
        ({"minutes": "9" * 5000}, "Give the length in minutes, from 5 to 480."),
        ({"value": "8"}, "Choose 1 to 7, or the words beside it."),
        ({"value": "x\0"}, "Choose 1 to 7, or the words beside it."),
        ({"kind": "PARTY"}, "Select a valid choice"),
        ({"opened": ["NONSENSE"]}, "Select a valid choice"),
        ({"day": "0001-01-01"}, "Choose a date between 2000 and 2099."),
        ({"day": "9999-12-31"}, "Choose a date between 2000 and 2099."),
        ({"day": "2098-12-31"}, "This is still to come. Say when the session took place."),
        ({"day": "someday"}, "This is no date we understand."),
        ({"clock": "25:00"}, "This is no time we understand."),
        ({"note": "half\0"}, "This holds a null character"),
        ({"note": "n" * 50_001}, "This is longer than 50,000 characters."),
        ({"note": "n" * 200_001}, "This is longer than 50,000 characters."),
        ({"summary": "s" * 10_001}, "This is longer than 10,000 characters."),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_mistake_is_named_beside_its_field_and_nothing_typed_is_lost(cora, session, mistake, words):
    response = cora.post(log_url(session), answers(session, summary="Kept as typed") | mistake)
    assert response.status_code == 200
    page = response.content.decode()
    assert words in page
    assert "Not saved yet." in page
    assert "data-unsaved" in page
    assert "Kept as typed" in page or "summary" in mistake
    session.refresh_from_db()
    assert session.is_scheduled


def test_an_empty_answer_is_a_mistake_and_not_a_fresh_form(cora, session):
    assert "Not saved yet." in cora.post(log_url(session), {}).content.decode()


def test_half_a_character_is_named_and_the_page_can_still_be_sent(session):
    request = RequestFactory().post("/", {})
    data = request.POST.copy()
    data.update({"note": "half \ud83d", "sheet": "a"})
    form = SessionLogForm(data)
    assert form.errors["note"] == ["This holds a broken character, shown as \ufffd. Remove it and save again."]
    assert "half \ufffd" in str(form["note"]).encode().decode()


def test_half_a_character_in_an_odd_encoding_breaks_no_page(cora, session):
    boundary = "b"
    parts = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (answers(session) | {"note": "\\ud800", "opened": "OPENED_UP", "closed": "GUARDED"}).items()
    )
    kind = f"multipart/form-data; boundary={boundary}; charset=unicode_escape"
    response = cora.post(log_url(session), f"{parts}--{boundary}--\r\n".encode(), content_type=kind)
    assert response.status_code in (200, 302, 400)


def test_the_longest_note_with_line_ends_as_browsers_send_them_fits(cora, session):
    note = "\n".join(["x" * 99] * 500)
    cora.post(log_url(session), answers(session, note=note.replace("\n", "\r\n")))
    assert note_of(session) == note


def test_a_time_that_another_session_has_is_named_beside_the_time(cora, session, cast):
    other = schedule_session(
        engagement=session.engagement, starts_at=at(-5), minutes=60, by=cast.cora, now=at(-9)
    ).starts_at
    response = cora.post(log_url(session), answers(session, day=f"{other:%Y-%m-%d}", clock=f"{other:%H:%M}"))
    assert "There is a session at that time already." in response.content.decode()
    assert note_of(session) is None


# --- not yet, and not at all --------------------------------------------------------------------


def test_a_session_to_come_has_a_friendly_page_with_move_and_cancel(cora, cast):
    page = cora.get(log_url(cast.mine.upcoming)).content.decode()
    assert "There is nothing to log before it has begun." in page
    assert reverse("session_move", args=[cast.mine.upcoming.pk]) in page
    assert 'value="EXECUTIVE"' in page
    assert 'value="missed"' not in page


def test_a_session_to_come_cannot_be_logged_by_force(cora, cast):
    session = cast.mine.upcoming
    response = cora.post(log_url(session), answers(session))
    assert "This is still to come." in response.content.decode()
    session.refresh_from_db()
    assert session.is_scheduled


@pytest.mark.parametrize(
    ("how", "status", "party"),
    [("missed", "MISSED", ""), ("COACH", "CANCELLED", "COACH"), ("EXECUTIVE", "CANCELLED", "EXECUTIVE")],
)
def test_missed_and_cancelled_are_one_tap_and_two_taps_are_one(cora, session, how, status, party):
    for _ in range(2):
        response = cora.post(reverse("session_not_held", args=[session.pk]), {"how": how}, follow=True)
        assert response.status_code == 200
        assert "notice-good" in response.content.decode()
    session.refresh_from_db()
    assert (session.status, session.cancelled_by) == (status, party)
    verb = "session.missed" if how == "missed" else "session.cancelled"
    assert AuditEvent.objects.filter(subject_id=session.pk, verb=verb).count() == 1


def test_a_session_logged_as_held_by_mistake_becomes_missed_and_its_check_in_ends(cora, session):
    cora.post(log_url(session), answers(session))
    cora.post(reverse("session_not_held", args=[session.pk]), {"how": "missed"})
    session.refresh_from_db()
    assert session.status == SessionStatus.MISSED
    assert CheckIn.objects.get(session=session).status == CheckInStatus.REVOKED
    assert "If it took place after all, log it below." in cora.get(log_url(session)).content.decode()


def test_a_missed_session_that_was_held_after_all_is_logged_and_asks_again(cora, session):
    cora.post(log_url(session), answers(session))
    cora.post(reverse("session_not_held", args=[session.pk]), {"how": "missed"})
    cora.post(log_url(session), answers(session))
    session.refresh_from_db()
    assert session.is_held
    assert CheckIn.objects.get(session=session).status == CheckInStatus.DUE


def test_a_session_to_come_cannot_be_missed_but_cancelled(cora, cast):
    session = cast.mine.upcoming
    url = reverse("session_not_held", args=[session.pk])
    assert "still to come" in cora.post(url, {"how": "missed"}, follow=True).content.decode()
    cora.post(url, {"how": "SPONSOR"})
    session.refresh_from_db()
    assert session.cancelled_by == Party.SPONSOR


@pytest.mark.parametrize("how", ["", "NOBODY", "\0"])
def test_a_tap_that_says_nothing_changes_nothing(cora, session, how):
    assert cora.post(reverse("session_not_held", args=[session.pk]), {"how": how}).status_code == 302
    session.refresh_from_db()
    assert session.is_scheduled


def test_the_way_back_leads_nowhere_else(cora, session):
    url = reverse("session_not_held", args=[session.pk])
    assert cora.post(url, {"how": "missed", "next": "https://evil.example/"}).url.startswith("/engagements/")
    assert cora.post(url, {"how": "missed", "next": "/profile/"}).url == "/profile/"
    assert cora.get(url).status_code == 405


# --- never scheduled ----------------------------------------------------------------------------


def test_a_session_that_was_never_scheduled_is_logged(cora, cast):
    engagement = cast.mine.engagement
    page = cora.get(new_url(engagement)).content.decode()
    assert "When it took place" in page
    day = date.today() - timedelta(days=3)
    cora.post(new_url(engagement), answers(cast.mine.session, day=f"{day}", clock="09:15", minutes="45"))
    session = engagement.sessions.get(minutes=45)
    assert session.is_held
    assert session.starts_at == datetime(day.year, day.month, day.day, 9, 15, tzinfo=UTC)
    assert note_of(session) == NOTE


def test_sent_twice_it_is_one_log(cora, cast):
    engagement, before = cast.mine.engagement, cast.mine.engagement.sessions.count()
    sent = answers(cast.mine.session, day=f"{date.today() - timedelta(days=3)}", clock="09:15")
    for _ in range(2):
        assert cora.post(new_url(engagement), sent).status_code == 302
    assert engagement.sessions.count() == before + 1
    assert SealedText.objects.filter(engagement=engagement, kind=TextKind.SESSION_NOTE).count() == 1
    assert cora.post(new_url(engagement), sent | {"sheet": "another"}).status_code == 200  # that time is taken


def test_the_same_sheet_makes_another_session_in_another_engagement(as_user, cast):
    sent = answers(cast.mine.session, day=f"{date.today() - timedelta(days=3)}", clock="09:15")
    as_user(cast.cora).post(new_url(cast.mine.engagement), sent)
    as_user(cast.otto).post(new_url(cast.other.engagement), sent)
    assert cast.other.engagement.sessions.held().count() == 1
    assert cast.mine.engagement.sessions.held().count() == 1


def test_logging_anew_what_was_scheduled_for_that_time_logs_what_was_scheduled(cora, session):
    before = session.engagement.sessions.count()
    cora.post(new_url(session.engagement), answers(session))
    session.refresh_from_db()
    assert session.is_held
    assert session.engagement.sessions.count() == before


def test_times_are_in_the_coachs_own_zone_and_an_hour_that_comes_twice_is_asked_about(as_user, cast):
    User.objects.filter(pk=cast.cora.pk).update(time_zone="Europe/Berlin")
    cast.cora.refresh_from_db()
    client, engagement = as_user(cast.cora), cast.mine.engagement
    twice = answers(cast.mine.session, day="2025-10-26", clock="02:30")
    assert "Choose one of the two." in client.post(new_url(engagement), twice).content.decode()
    client.post(new_url(engagement), twice | {"which": "second"})
    assert engagement.sessions.filter(starts_at=datetime(2025, 10, 26, 1, 30, tzinfo=UTC)).exists()
    never = client.post(new_url(engagement), twice | {"day": "2025-03-30"}).content.decode()
    assert "go forward" in never


def test_a_log_long_after_the_fact_asks_for_no_check_in(cora, cast):
    sent = answers(cast.mine.session, day=f"{date.today() - timedelta(days=30)}")
    cora.post(new_url(cast.mine.engagement), sent)
    assert cast.mine.engagement.sessions.held().count() == 1
    assert not CheckIn.objects.exists()


def test_after_the_end_what_took_place_before_can_be_logged_and_nothing_is_booked(cora, cast):
    change_status(engagement=cast.mine.engagement, to="COMPLETED", by=cast.pia, now=at())
    page = cora.get(new_url(cast.mine.engagement)).content.decode()
    assert "there is no next session to book" in page
    sent = answers(cast.mine.session, day=f"{date.today() - timedelta(days=3)}")
    assert cora.post(new_url(cast.mine.engagement), sent).status_code == 302
    assert cora.post(log_url(cast.mine.session), answers(cast.mine.session)).status_code == 302


# --- the next session ---------------------------------------------------------------------------


def test_the_next_session_stands_there_when_there_is_one(cora, session, cast):
    page = cora.get(log_url(session)).content.decode()
    assert f"{cast.mine.upcoming.starts_at:%Y-%m-%d}" in page
    assert "Book the next session" not in page


def test_one_tick_books_the_next_session_one_cadence_on(cora, session, nothing_booked):
    Session.objects.filter(pk=session.pk).update(place="Room 4")
    proposal = session.starts_at + timedelta(weeks=session.engagement.cadence_weeks)
    page = cora.get(log_url(session)).content.decode()
    assert f'value="{proposal:%Y-%m-%d}"' in page
    when = {"next-day": f"{proposal:%Y-%m-%d}", "next-clock": f"{proposal:%H:%M}"}
    for _ in range(2):
        response = cora.post(
            log_url(session), answers(session, minutes="90", **when, **{"next-book": "on"}), follow=True
        )
        assert "Logged. Next session:" in response.content.decode()
    booked = session.engagement.sessions.upcoming(at()).get()
    assert (booked.starts_at, booked.minutes, booked.place) == (proposal, 60, "Room 4")


def test_without_the_tick_nothing_is_booked_whatever_the_date_says(cora, session, nothing_booked):
    response = cora.post(log_url(session), answers(session, **{"next-day": "nonsense"}), follow=True)
    assert "Logged. No next session is booked." in response.content.decode()
    assert not session.engagement.sessions.upcoming(at()).exists()


def test_a_next_session_in_the_past_is_a_mistake_and_nothing_is_logged(cora, session, nothing_booked):
    when = {"next-book": "on", "next-day": "2024-05-05", "next-clock": "10:00"}
    assert "This has passed." in cora.post(log_url(session), answers(session, **when)).content.decode()
    session.refresh_from_db()
    assert session.is_scheduled


def test_an_overlap_of_the_next_session_is_said_and_not_refused(cora, session, cast, nothing_booked):
    second = cast.other.engagement
    type(second).objects.filter(pk=second.pk).update(coach=cast.cora)
    taken = cast.other.upcoming.starts_at
    when = {"next-book": "on", "next-day": f"{taken:%Y-%m-%d}", "next-clock": f"{taken:%H:%M}"}
    response = cora.post(log_url(session), answers(session, **when), follow=True)
    assert "It overlaps with your session with Erna" in response.content.decode()
    assert session.engagement.sessions.upcoming(at()).exists()


def test_the_proposal_keeps_weekday_and_clock_across_summer_time(cast):
    Session.objects.all().delete()
    zone = zoneinfo.ZoneInfo("Europe/Berlin")
    held = datetime(2025, 3, 20, 9, 0, tzinfo=zone)
    proposal = proposed_next(cast.mine.engagement, held, datetime(2025, 3, 20, 11, tzinfo=zone), zone).astimezone(zone)
    assert (proposal.weekday(), proposal.hour, proposal.date()) == (held.weekday(), 9, date(2025, 4, 3))
    late = proposed_next(cast.mine.engagement, held, datetime(2025, 7, 1, 11, tzinfo=zone), zone).astimezone(zone)
    assert (late.weekday(), late.hour, late.date()) == (held.weekday(), 9, date(2025, 7, 10))


# --- a broker out of reach ----------------------------------------------------------------------


@pytest.fixture
def dead_broker(settings):
    """The broker's folder is not to be had."""
    queue, aside = settings.BROKER_DIR / "queue", settings.BROKER_DIR / "aside"
    queue.mkdir(parents=True, exist_ok=True)
    queue.rename(aside)
    queue.write_text("no folder")
    yield
    queue.unlink()
    aside.rename(queue)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_when_the_broker_cannot_be_reached(client, cast, dead_broker, caplog):
    client.force_login(cast.cora)
    session = cast.mine.session
    assert client.post(log_url(session), answers(session)).status_code == 302
    session.refresh_from_db()
    assert session.is_held
    assert CheckIn.objects.due(at(1)).filter(session=session).exists()
    assert session.engagement_id in engagements_to_judge()
    wait_until(lambda: caplog.text.count("the next sweep does it") == 2, what="both nudges")
    assert str(session.pk) not in caplog.text
