"""Reminders by mail: once, with caps, outside quiet hours, and never of what is no longer so."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from coaching.tests.cast import active_engagement, at
from engagements.actions.people import add_executive
from engagements.actions.reminders import (
    MOST_A_DAY,
    after_quiet_hours,
    remind_of_session,
    remind_to_log,
    sessions_nobody_logged,
    sessions_to_remind_of,
)
from engagements.actions.sessions import cancel_session, mark_held, move_session, schedule_session
from engagements.models import Executive, Letter, Party, User
from engagements.tasks import remind, send_letter

NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)


@pytest.fixture
def session(cast):
    """Tomorrow at ten, seen from noon; nobody's quiet hours are near."""
    return schedule_session(
        engagement=cast.mine.engagement, starts_at=NOON + timedelta(hours=22), minutes=60, by=cast.cora, now=at(-99)
    )


def post(now):
    for letter in Letter.objects.due(now):
        send_letter(str(letter.pk))


def test_both_sides_are_reminded_once_however_often_the_job_runs(cast, session):
    for minutes in (0, 10, 20):
        remind_of_session(session=session, now=NOON + timedelta(minutes=minutes))
    assert sorted(Letter.objects.values_list("kind", flat=True)) == ["day_reminder", "session_reminder"]


def test_the_job_finds_sessions_within_a_day_and_no_others(cast, session):
    assert [one.pk for one in sessions_to_remind_of(NOON)] == [session.pk]
    assert not sessions_to_remind_of(NOON - timedelta(hours=3))
    assert not sessions_to_remind_of(NOON + timedelta(hours=21, minutes=30))


def test_the_mail_says_when_in_the_persons_own_zone_and_nothing_else(cast):
    Executive.objects.filter(pk=cast.emil.pk).update(time_zone="Asia/Tokyo")
    starts_at = at(0, 20)
    session = schedule_session(
        engagement=cast.mine.engagement, starts_at=starts_at, minutes=50, place="Room 7", by=cast.cora, now=at()
    )
    session = sessions_to_remind_of(at()).get(pk=session.pk)
    remind_of_session(session=session, now=at())
    Letter.objects.update(send_after=at(-1))
    post(at())
    (message,) = [one for one in mail.outbox if one.to == [cast.emil.email]]
    assert f"{starts_at + timedelta(hours=9):%H:%M} (Asia/Tokyo)" in message.body
    assert "Room 7" not in message.body
    assert "Delegate" not in message.body


def test_what_was_cancelled_meanwhile_is_not_reminded_of(cast):
    session = schedule_session(
        engagement=cast.mine.engagement, starts_at=at(0, 20), minutes=60, by=cast.cora, now=at(-9)
    )
    remind_of_session(session=sessions_to_remind_of(at()).get(pk=session.pk), now=at())
    cancel_session(session=session, cancelled_by=Party.COACH, by=cast.cora, now=at())
    Letter.objects.update(send_after=at(-1))
    post(at())
    assert mail.outbox == []
    assert set(Letter.objects.values_list("status", flat=True)) == {"DROPPED"}


@pytest.mark.parametrize(
    ("hour", "quiet", "sent"),
    [
        (12, (20, 7), 12),
        (19, (20, 7), 19),
        (20, (20, 7), 31),
        (23, (20, 7), 31),
        (6, (20, 7), 7),
        (7, (20, 7), 7),
        (13, (12, 14), 14),
        (11, (12, 14), 11),
        (14, (12, 14), 14),
        (3, (5, 5), 3),
    ],
)
def test_quiet_hours_put_a_mail_off_until_they_end(hour, quiet, sent):
    day = datetime(2026, 6, 10, tzinfo=UTC)
    assert after_quiet_hours(day + timedelta(hours=hour), zone="UTC", quiet=quiet) == day + timedelta(hours=sent)


def test_a_reminder_that_would_come_too_late_is_none(cast):
    evening = datetime(2026, 6, 10, 21, tzinfo=UTC)
    session = schedule_session(
        engagement=cast.mine.engagement, starts_at=evening + timedelta(hours=10), minutes=60, by=cast.cora, now=at(-99)
    )
    assert remind_of_session(session=session, now=evening) == 0


def test_nobody_who_said_no_is_reminded(cast, session):
    Executive.objects.update(reminders_on=False)
    User.objects.update(reminders_on=False)
    (found,) = sessions_to_remind_of(NOON)
    assert remind_of_session(session=found, now=NOON) == 0
    assert not Letter.objects.exists()


def test_an_executive_gets_no_more_than_the_cap_and_a_coach_one_mail_a_day(cast):
    for hours in range(MOST_A_DAY + 2):
        session = schedule_session(
            engagement=cast.mine.engagement,
            starts_at=NOON + timedelta(hours=17 + hours),
            minutes=30,
            by=cast.cora,
            now=at(-99),
        )
        remind_of_session(session=session, now=NOON)
    assert Letter.objects.filter(kind="session_reminder").count() == MOST_A_DAY
    assert Letter.objects.filter(kind="day_reminder").count() == 1


def test_a_session_not_logged_for_two_days_is_reminded_of_once(cast):
    session = schedule_session(
        engagement=cast.mine.engagement, starts_at=at(-2, -1), minutes=60, by=cast.cora, now=at(-9)
    )
    assert [one.pk for one in sessions_nobody_logged(at())] == [session.pk]
    for _ in range(2):
        remind_to_log(session=sessions_nobody_logged(at()).get(), now=at())
    letter = Letter.objects.get(kind="log_reminder")
    assert letter.path == reverse("session_log", args=[session.pk])
    assert remind_to_log(session=session, now=at(1)) == 0
    assert not sessions_nobody_logged(at(3))


def test_two_sessions_not_logged_make_one_mail_a_day(cast):
    erik = add_executive(
        organization=cast.mine.organization, name="Erik", email="erik@client.example", by=None, now=at()
    )
    second = active_engagement(program=cast.mine.program, coach=cast.cora, executive=erik, by=cast.pia)
    for engagement in (cast.mine.engagement, second):
        schedule_session(engagement=engagement, starts_at=at(-2, -3), minutes=60, by=cast.cora, now=at(-9))
    remind()
    remind()
    assert Letter.objects.filter(kind="log_reminder").count() == 1


NIGHT, MORNING = datetime(2026, 6, 9, 22, tzinfo=UTC), datetime(2026, 6, 10, 7, tzinfo=UTC)


def book(cast, starts_at):
    return schedule_session(
        engagement=cast.mine.engagement, starts_at=starts_at, minutes=60, by=cast.cora, now=NIGHT - timedelta(days=9)
    )


def deliver(now):
    with time_machine.travel(now, tick=False):
        post(now)
    return [message for message in mail.outbox if message.to == ["cora@people.example"]]


def test_a_coach_is_reminded_of_the_day_as_long_as_anything_is_booked_on_it(cast):
    first, second = (book(cast, MORNING + timedelta(hours=hours)) for hours in (2, 6))
    for session in sessions_to_remind_of(NIGHT):
        remind_of_session(session=session, now=NIGHT)
    cancel_session(session=first, cancelled_by=Party.COACH, by=cast.cora, now=NIGHT)
    move_session(session=second, starts_at=MORNING + timedelta(hours=8), asked_by=Party.COACH, by=cast.cora, now=NIGHT)
    (message,) = deliver(MORNING)
    assert "Wednesday 10 June" in message.body


def test_a_day_on_which_nothing_is_booked_any_more_is_not_reminded_of(cast):
    session = book(cast, MORNING + timedelta(hours=2))
    remind_of_session(session=sessions_to_remind_of(NIGHT).get(), now=NIGHT)
    move_session(session=session, starts_at=MORNING + timedelta(days=2), asked_by=Party.COACH, by=cast.cora, now=NIGHT)
    assert deliver(MORNING) == []
    assert not Letter.objects.filter(status="SENT").exists()


def test_what_is_logged_in_quiet_hours_is_not_asked_for_in_the_morning(cast):
    session = book(cast, NIGHT - timedelta(hours=50))
    remind_to_log(session=session, now=NIGHT)
    mark_held(session=session, minutes=60, by=cast.cora, now=NIGHT)
    assert deliver(MORNING) == []
    assert Letter.objects.get(kind="log_reminder").status == "DROPPED"


def test_the_morning_leads_to_another_session_that_waits_for_its_log(cast):
    first, second = (book(cast, NIGHT - timedelta(hours=hours)) for hours in (52, 50))
    for session in (first, second):
        remind_to_log(session=session, now=NIGHT)
    mark_held(session=first, minutes=60, by=cast.cora, now=NIGHT)
    (message,) = deliver(MORNING)
    assert reverse("session_log", args=[second.pk]) in message.body
    assert remind_to_log(session=second, now=MORNING + timedelta(hours=1)) == 0


def test_who_switches_reminders_off_in_the_night_gets_none_in_the_morning(cast):
    remind_of_session(session=book(cast, MORNING + timedelta(hours=3)), now=NIGHT)
    remind_to_log(session=book(cast, NIGHT - timedelta(hours=50)), now=NIGHT)
    Executive.objects.update(reminders_on=False)
    User.objects.update(reminders_on=False)
    deliver(MORNING)
    assert (Letter.objects.count(), mail.outbox) == (3, [])


def test_a_person_sets_reminders_and_quiet_hours_in_the_profile(as_user, cast):
    form = {"name": "Pia", "time_zone": "UTC", "quiet_from": "18", "quiet_until": "9"}
    as_user(cast.pia).post(reverse("profile"), form)
    pia = User.objects.get(pk=cast.pia.pk)
    assert (pia.reminders_on, pia.quiet_from, pia.quiet_until) == (False, 18, 9)
