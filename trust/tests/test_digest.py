"""The weekly digest: counts and a link, on the day one chose, in the morning, once a week."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.extensions import ask_for_more
from engagements.models import Letter, User
from engagements.tasks import send_letter
from trust.tasks import send_digests
from trust.tests.test_flags import raise_flag

MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


@pytest.fixture
def monday(cast):
    """Everybody lives in UTC and wants it on Mondays, as it is in the beginning; the cast is of this very week."""
    with time_machine.travel(MONDAY, tick=False):
        yield cast


def run(moment):
    with time_machine.travel(moment, tick=False):
        send_digests()
        for letter in Letter.objects.filter(status="DUE", kind="digest"):
            send_letter(str(letter.pk))


def digests(user):
    return Letter.objects.filter(kind="digest", to_user=user)


def test_a_manager_gets_numbers_and_a_link_and_nothing_else(monday):
    cast = monday
    raise_flag(cast.mine.engagement)
    ask_for_more(engagement=cast.mine.engagement, sessions=2, ends_on=None, reason="NEW_ROLE", by=cast.cora, now=at(-1))
    mail.outbox.clear()
    run(MONDAY)
    text = next(message for message in mail.outbox if message.to == [cast.pia.email])
    assert "Engagements that need a conversation: 1" in text.body
    assert "Requests for more sessions: 1" in text.body
    assert reverse("home") in text.body
    for word in ("Emil", "Cora", "Program", "quiet", "session to log", "Sessions to log"):
        assert word not in text.subject + text.body, word
    assert not digests(cast.petra).exists(), "nothing waits for her"


def test_a_coach_gets_what_waits_for_them(monday):
    run(MONDAY)
    text = next(message for message in mail.outbox if message.to == [monday.cora.email])
    assert "Sessions to log: 1" in text.body
    assert "conversation" not in text.body
    assert "without a next session" not in text.body


def test_with_nothing_booked_it_says_so(monday):
    monday.mine.engagement.sessions.all().delete()
    run(MONDAY)
    assert digests(monday.cora).get().counts == {
        "in_need": 0, "extensions": 0, "loose_ends": 0, "requests": 0, "to_log": 0, "not_booked": 1, "follow_ups": 0,
    }  # fmt: skip


def test_run_twice_it_is_one_and_next_week_another(monday):
    for moment in (MONDAY, MONDAY, MONDAY + timedelta(hours=1)):
        run(moment)
    assert digests(monday.cora).count() == 1
    run(MONDAY + timedelta(days=7))
    assert digests(monday.cora).count() == 2


def test_another_day_in_the_same_week_brings_no_second_one(monday):
    run(MONDAY)
    User.objects.filter(pk=monday.cora.pk).update(digest_day=3)
    run(MONDAY + timedelta(days=3))
    assert digests(monday.cora).count() == 1


@pytest.mark.parametrize("hours", [-2, 4, 24])
def test_not_before_the_morning_not_after_it_and_not_on_other_days(monday, hours):
    run(MONDAY + timedelta(hours=hours))
    assert not Letter.objects.filter(kind="digest").exists()


def test_the_morning_is_where_the_person_is(monday):
    User.objects.filter(pk=monday.cora.pk).update(time_zone="Asia/Tokyo")
    run(MONDAY)
    assert not digests(monday.cora).exists()
    run(MONDAY - timedelta(hours=9))
    assert digests(monday.cora).exists()


def test_quiet_hours_hold_it_back_until_they_end(monday):
    User.objects.filter(pk=monday.cora.pk).update(quiet_from=20, quiet_until=10)
    run(MONDAY)
    assert digests(monday.cora).get().send_after == MONDAY.replace(hour=10, minute=0)


def test_who_wants_none_or_may_not_sign_in_gets_none(monday):
    User.objects.filter(pk=monday.cora.pk).update(digest_day=None)
    User.objects.filter(pk=monday.otto.pk).update(is_active=False)
    run(MONDAY)
    assert not digests(monday.cora).exists()
    assert not digests(monday.otto).exists()


def test_the_day_is_chosen_in_the_profile(cast, as_user):
    client = as_user(cast.pia)
    data = {"name": "Pia", "time_zone": "UTC", "quiet_from": 20, "quiet_until": 7}
    for typed, kept in (("4", 4), ("0", 0), ("", None)):
        assert client.post(reverse("profile"), data | {"digest_day": typed}).status_code == 302
        assert User.objects.get(pk=cast.pia.pk).digest_day == kept
    assert client.post(reverse("profile"), data | {"digest_day": "7"}).status_code == 200
