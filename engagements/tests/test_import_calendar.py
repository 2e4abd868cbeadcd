"""Calendars: series, exceptions, moves, cancellations, zones, questions, and what is left aside."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from coaching.tests.cast import active_engagement, at
from engagements.actions.people import add_program
from engagements.actions.sessions import schedule_session
from engagements.models import AuditEvent, ImportRun, Session, SessionMove, User
from trust.tasks import carry_out_import

EMIL = "ATTENDEE;CN=Emil:mailto:Emil@client.example"


def stamp(moment):
    return f"{moment:%Y%m%dT%H%M%SZ}"


def event(uid, begins, *lines, minutes=60, attendee=EMIL):
    """One VEVENT in UTC; `begins` may also be a ready DTSTART line."""
    start = begins if isinstance(begins, str) else f"DTSTART:{stamp(begins)}"
    return ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", start, f"DURATION:PT{minutes}M",
            *([attendee] if attendee else []), *lines, "END:VEVENT"]  # fmt: skip


def calendar(*events):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", *(line for one in events for line in one)]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


@pytest.fixture
def bring(cast, tmp_path):
    """Imports a calendar of Cora's; gives the outcome."""

    def bring(*events, options=()):
        path = tmp_path / "calendar.ics"
        path.write_bytes(calendar(*events))
        out = StringIO()
        call_command("import_calendar", str(path), "--coach", "Cora@people.example", "--json", *options, stdout=out)
        return json.loads(out.getvalue())

    return bring


@pytest.fixture
def soon():
    """Noon, UTC, in five days."""
    return (timezone.now() + timedelta(days=5)).replace(hour=12, minute=0, second=0, microsecond=0)


def new_sessions():
    return Session.objects.exclude(calendar_uid="").oldest_first()


def counts(result):
    return tuple(result[name] for name in ("new", "unchanged", "changed", "refused"))


def test_a_series_comes_with_its_exception_and_its_moved_date_in_utc_across_summer_time(bring, cast):
    start = "DTSTART;TZID=Europe/Berlin:20260907T090000"
    series = event("series", start, "RRULE:FREQ=WEEKLY;INTERVAL=4;COUNT=4", "EXDATE;TZID=Europe/Berlin:20261005T090000")
    moved = event(
        "series", "DTSTART;TZID=Europe/Berlin:20261103T170000", "RECURRENCE-ID;TZID=Europe/Berlin:20261102T090000"
    )
    assert bring(series, moved)["new"] == 3
    assert [session.starts_at for session in new_sessions()] == [
        datetime(2026, 9, 7, 7, tzinfo=UTC),
        datetime(2026, 11, 3, 16, tzinfo=UTC),
        datetime(2026, 11, 30, 8, tzinfo=UTC),
    ]
    assert {session.engagement for session in new_sessions()} == {cast.mine.engagement}


def test_the_same_calendar_again_changes_nothing(bring, soon):
    events = event("series", soon, "RRULE:FREQ=WEEKLY;COUNT=3"), event("single", soon + timedelta(days=1))
    assert counts(bring(*events)) == (4, 0, 0, 0)
    before = Session.objects.count(), AuditEvent.objects.count()
    assert counts(bring(*events)) == (0, 4, 0, 0)
    assert (Session.objects.count(), AuditEvent.objects.count()) == before


def test_a_dry_run_changes_nothing(bring, soon):
    assert counts(bring(event("single", soon), options=["--dry-run"])) == (1, 0, 0, 0)
    assert not new_sessions().exists()


def test_what_is_no_coaching_is_left_aside(bring, soon):
    result = bring(
        event("dentist", soon, attendee=""),
        event("stranger", soon, attendee="ATTENDEE:mailto:stranger@client.example"),
        event("others", soon, attendee="ATTENDEE:mailto:erna@client.example"),
        event("myself", soon, attendee="ATTENDEE:mailto:cora@people.example"),
        event("cancelled", soon, "STATUS:CANCELLED"),
        ["BEGIN:VEVENT", "UID:fair", f"DTSTART;VALUE=DATE:{soon:%Y%m%d}", EMIL, "END:VEVENT"],
    )
    assert (counts(result), result["ignored"]) == ((0, 0, 0, 0), 6)


def test_a_cancelled_event_does_not_cancel_another_event_at_the_same_time(bring, soon):
    bring(event("kept", soon), event("gone", soon, "STATUS:CANCELLED"))
    result = bring(event("kept", soon), event("gone", soon, "STATUS:CANCELLED"))
    assert counts(result) == (0, 1, 0, 0)
    assert new_sessions().get().is_scheduled


def test_a_time_without_zone_is_read_in_the_coachs_zone_and_that_is_said(bring, cast, soon):
    User.objects.filter(pk=cast.cora.pk).update(time_zone="Asia/Tokyo")
    result = bring(event("floating", f"DTSTART:{soon:%Y%m%d}T110000", minutes=90))
    session = new_sessions().get()
    assert (session.starts_at.hour, session.minutes) == (2, 90)
    assert "Asia/Tokyo" in result["remarks"][0]


def test_a_moved_event_moves_its_session_and_keeps_where_it_was(bring, soon):
    bring(event("single", soon))
    result = bring(event("single", soon + timedelta(hours=3), minutes=90))
    assert counts(result) == (0, 0, 1, 0)
    session = new_sessions().get()
    assert (session.starts_at, session.minutes) == (soon + timedelta(hours=3), 90)
    assert SessionMove.objects.get(session=session).from_at == soon


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_events_can_change_places(bring, soon, order):
    times = [soon + timedelta(days=day) for day in range(3)]
    bring(*(event(f"event {number}", time) for number, time in enumerate(times)))
    events = [event(f"event {number}", times[(number + 1) % 3]) for number in range(3)]
    assert counts(bring(*(events[number] for number in order))) == (0, 0, 3, 0)
    assert dict(new_sessions().values_list("calendar_uid", "starts_at")) == {
        f"event {number}": times[(number + 1) % 3] for number in range(3)
    }


def test_a_new_event_takes_the_time_another_has_left(bring, soon):
    bring(event("old", soon), event("off", soon + timedelta(days=1)))
    later = soon + timedelta(days=2)
    result = bring(
        event("new", soon), event("old", later), event("newer", soon + timedelta(days=1)),
        event("off", soon + timedelta(days=1), "STATUS:CANCELLED"),
    )  # fmt: skip
    assert counts(result) == (2, 0, 2, 0)
    scheduled = new_sessions().filter(status="SCHEDULED")
    assert dict(scheduled.values_list("calendar_uid", "starts_at")) == {
        "new": soon, "newer": soon + timedelta(days=1), "old": later,
    }  # fmt: skip


def test_an_event_moved_onto_another_session_stays_and_says_so(bring, cast, soon):
    bring(event("single", soon))
    later = soon + timedelta(days=1)
    schedule_session(engagement=cast.mine.engagement, starts_at=later, minutes=60, by=cast.cora, now=at())
    result = bring(event("single", later))
    assert counts(result) == (0, 0, 0, 1)
    assert "Another session is at that time" in result["refused_rows"][0]["reason"]


def test_a_date_taken_out_of_a_series_and_a_cancelled_event_cancel_their_sessions(bring, soon):
    series = event("series", soon, "RRULE:FREQ=WEEKLY;COUNT=3")
    single = event("single", soon + timedelta(days=1))
    bring(series, single)
    second = soon + timedelta(days=7)
    result = bring(
        event("series", soon, "RRULE:FREQ=WEEKLY;COUNT=3", f"EXDATE:{stamp(second)}"),
        event("single", soon + timedelta(days=1), "STATUS:CANCELLED"),
    )
    assert counts(result) == (0, 2, 2, 0)
    cancelled = Session.objects.filter(status="CANCELLED")
    assert {(one.starts_at, one.cancelled_by) for one in cancelled} == {
        (second, "COACH"), (soon + timedelta(days=1), "COACH"),
    }  # fmt: skip


def test_an_event_missing_from_the_file_says_nothing_about_its_session(bring, soon):
    bring(event("one", soon), event("two", soon + timedelta(days=1)))
    assert counts(bring(event("one", soon))) == (0, 1, 0, 0)
    assert new_sessions().filter(status="SCHEDULED").count() == 2


def test_a_session_known_at_that_time_is_tied_to_its_event_once(bring, cast, soon):
    known = schedule_session(engagement=cast.mine.engagement, starts_at=soon, minutes=60, by=cast.cora, now=at())
    assert counts(bring(event("single", soon))) == (0, 0, 1, 0)
    assert counts(bring(event("single", soon))) == (0, 1, 0, 0)
    assert counts(bring(event("single", soon + timedelta(hours=2)))) == (0, 0, 1, 0)
    known.refresh_from_db()
    assert known.starts_at == soon + timedelta(hours=2)


def test_past_events_become_sessions_to_log(bring):
    bring(event("past", at(-3)))
    assert list(Session.objects.to_log(timezone.now()).filter(calendar_uid="past")) == [new_sessions().get()]


def test_expansion_is_bounded(bring, cast, soon):
    result = bring(
        event("daily", soon, "RRULE:FREQ=DAILY"),
        event("madly", soon + timedelta(minutes=1), "RRULE:FREQ=SECONDLY"),
        event("long ago", datetime(2001, 1, 1, tzinfo=UTC)),
        event("long after", datetime(2090, 1, 1, tzinfo=UTC)),
    )
    assert (result["new"], result["refused"]) == (500, 1)
    assert "more often than daily" in result["refused_rows"][0]["reason"]
    assert "first 500" in result["remarks"][0]


def test_a_length_no_session_has_and_a_second_event_at_one_time_are_refused(bring, soon):
    result = bring(event("a", soon), event("b", soon), event("c", soon + timedelta(days=1), minutes=481))
    assert counts(result) == (1, 0, 0, 2)


def test_a_session_stays_with_its_event_when_another_event_claims_the_time(bring, soon):
    bring(event("b", soon))
    assert counts(bring(event("a", soon), event("b", soon))) == (0, 1, 0, 1)
    assert new_sessions().get().calendar_uid == "b"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a;b\n1;2\n",
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        b"\x00" * 50,
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:soon\r\n",
    ],
)
def test_a_file_that_is_no_calendar_says_so(cast, tmp_path, content):
    path = tmp_path / "x.ics"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=r"calendar|empty|NUL"):
        call_command("import_calendar", str(path), "--coach", "cora@people.example")


def test_an_unknown_coach_is_an_error_in_one_line(cast, tmp_path):
    (tmp_path / "x.ics").write_bytes(calendar())
    with pytest.raises(CommandError, match="No coach has the address"):
        call_command("import_calendar", str(tmp_path / "x.ics"), "--coach", "pia@people.example")


def test_an_attendee_with_several_engagements_is_asked_about_and_the_answer_is_used(as_user, cast, soon):
    second = add_program(organization=cast.mine.organization, name="Second", by=None, now=at(), time_zone="UTC")
    other = active_engagement(program=second, coach=cast.cora, executive=cast.emil, by=None)
    client = as_user(cast.cora)
    data = {"file": SimpleUploadedFile("c.ics", calendar(event("series", soon, "RRULE:FREQ=WEEKLY;COUNT=2")))}
    url = client.post("/imports/new/calendar/", data).url
    page = client.get(url)
    assert "Which engagement" in page.content.decode()
    assert "/carry-out/" not in page.content.decode()
    (field,) = page.context["form"].fields
    assert client.post(url, {field: "nonsense"}).status_code == 200
    client.post(url, {field: str(other.pk)})
    client.post(f"{url}carry-out/")
    carry_out_import(str(ImportRun.objects.get().pk))
    assert [session.engagement for session in new_sessions()] == [other, other]
