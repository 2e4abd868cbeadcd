"""The executive's check-in: one link, five items, and who may see them."""

import logging
import re
from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse

from coaching.logs import WithoutKeys
from coaching.tests.cast import at
from engagements.actions.sessions import schedule_session
from engagements.models import AuditEvent, Executive, Session
from trust.actions.check_ins import token_of
from trust.actions.session_log import log_not_held, log_session
from trust.instrument import EXECUTIVE_ITEMS, Voice
from trust.models import CheckIn, CheckInStatus, Reading, ReadingRevision
from trust.tasks import send_check_in, send_due_check_ins

ANSWERS = {"value": "6", "reliance": "5", "candour": "4", "care": "7", "discretion": "0"}
NO_RATINGS = dict.fromkeys(("value", "reliance", "direction", "candour", "care", "repair"))


def ask_about(session, by, client):
    """Logs a session, mails its check-in and opens the link; returns the path of the page it leads to."""
    return client.get(mailed(session, by))["Location"]


def mailed(session, by):
    """Logs a session and mails its check-in; returns the path in the mail."""
    log_session(session=session, by=by, now=at(), minutes=60, ratings=NO_RATINGS)
    send_check_in(str(session.check_in.pk))
    return link_in(mail.outbox[-1])


def link_in(message):
    return re.search(r"http://[^/]+(/check-in/open/\S+)", message.body)[1]


@pytest.fixture
def link(cast, client):
    return ask_about(cast.mine.session, cast.cora, client)


def answered(session):
    return Reading.objects.filter(session=session, voice=Voice.EXECUTIVE).first()


def test_the_mail_goes_to_the_executive_and_says_nothing_of_what_was_said(cast, link):
    message = mail.outbox[0]
    assert message.to == [cast.emil.email]
    assert "Cora" in message.body
    assert len(mail.outbox) == 1
    send_check_in(str(cast.mine.session.check_in.pk))
    assert len(mail.outbox) == 1


def test_the_page_says_who_asks_about_which_session_in_the_executives_own_time(client, cast, link):
    Executive.objects.filter(pk=cast.emil.pk).update(time_zone="Asia/Tokyo")
    tokyo = cast.mine.session.starts_at + timedelta(hours=9)
    page = client.get(link).content.decode()
    assert f"Cora asks about your session on {tokyo:%A} {tokyo.day} {tokyo:%B}, {tokyo:%H:%M}." in page
    for item in EXECUTIVE_ITEMS:
        assert item.wording.replace("'", "&#x27;") in page
    assert "your company never does" in page
    assert "Main" not in page  # no navigation
    assert 'name="is_shared" class="checkboxinput form-check-input" id="id_is_shared" checked' not in page


def test_the_page_stays_in_no_cache_no_index_and_no_referrer(client, link):
    for response in (client.get(link), client.get("/check-in/open/nothing/"), client.post(link, ANSWERS)):
        assert response["Referrer-Policy"] in ("no-referrer", "same-origin")
        assert "no-store" in response["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in client.get(link).content.decode()


def test_looking_changes_nothing(client, cast, link):
    before = CheckIn.objects.values().get(), AuditEvent.objects.count()
    client.get(link)
    client.head(link)
    assert (CheckIn.objects.values().get(), AuditEvent.objects.count()) == before
    assert answered(cast.mine.session) is None


def test_answers_are_saved_and_can_be_changed_until_the_link_closes(client, cast, link):
    page = client.post(link, ANSWERS, follow=True).content.decode()
    assert "Thank you" in page
    assert "Cora does not see them." in page
    assert 'id="id_value_5" value="6" checked' in page
    reading = answered(cast.mine.session)
    assert reading.ratings == {"value": 6, "reliance": 5, "candour": 4, "care": 7, "discretion": None}
    assert not reading.is_shared
    page = client.post(link, ANSWERS | {"value": "2", "is_shared": "on"}, follow=True).content.decode()
    assert "Cora may see them." in page
    reading.refresh_from_db()
    assert (reading.value, reading.is_shared) == (2, True)
    assert ReadingRevision.objects.get().ratings["value"] == 6


def test_the_address_is_swapped_for_a_cookie_that_holds_for_one_page_and_an_hour(client, cast):
    response = client.get(mailed(cast.mine.session, cast.cora))
    page = reverse("check_in", args=[cast.mine.session.check_in.pk])
    assert (response.status_code, response["Location"]) == (302, page)
    assert response["Referrer-Policy"] == "no-referrer"
    (cookie,) = response.cookies.values()
    assert (cookie["path"], cookie["max-age"]) == (page, 3600)
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert client.get(page).status_code == 200
    assert Client().get(page).status_code == 404


def test_a_cookie_grows_old(client, link):
    with time_machine.travel(at(0, 2), tick=False):
        assert client.get(link).status_code == 404
        assert client.post(link, ANSWERS).status_code == 404


def test_another_site_cannot_send_answers(cast):
    client = Client(enforce_csrf_checks=True)
    link = ask_about(cast.mine.session, cast.cora, client)
    assert client.post(link, ANSWERS).status_code == 403
    assert answered(cast.mine.session) is None


def test_a_robot_that_posts_to_the_address_in_the_mail_changes_nothing(client, cast):
    address = mailed(cast.mine.session, cast.cora)
    before = CheckIn.objects.values().get()
    assert client.post(address, ANSWERS).status_code == 405
    assert CheckIn.objects.values().get() == before
    assert answered(cast.mine.session) is None


def test_whoever_guesses_is_slowed_down_and_a_right_link_opens_all_the_same(client, cast):
    address = mailed(cast.mine.session, cast.cora)
    cache.clear()
    wrong = [client.get(reverse("check_in_open", args=[f"{n:064x}"])).status_code for n in range(35)]
    assert wrong == [404] * 30 + [429] * 5
    assert client.get(address).status_code == 302
    cache.clear()


def test_the_coach_sees_answers_only_where_they_are_shared(client, cast, link):
    client.post(link, ANSWERS)
    answers = Reading.objects.filter(voice=Voice.EXECUTIVE)
    assert not answers.visible_to(cast.cora).exists()
    client.post(link, ANSWERS | {"is_shared": "on"})
    assert answers.visible_to(cast.cora).exists()
    assert not answers.visible_to(cast.pia).exists()


def test_the_choice_to_share_begins_as_it_was_made_last_time(client, cast, link):
    session = schedule_session(engagement=cast.mine.engagement, starts_at=at(-3), minutes=60, by=cast.cora, now=at(-9))
    second = ask_about(session, cast.cora, client)
    assert not _is_shared_at_first(client, second)
    client.post(link, ANSWERS | {"is_shared": "on"})
    assert _is_shared_at_first(client, second)
    client.post(second, ANSWERS)
    assert not _is_shared_at_first(client, second)


def _is_shared_at_first(client, link):
    box = re.search(r'<input[^>]*name="is_shared"[^>]*>', client.get(link).content.decode())[0]
    return "checked" in box


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Nothing is chosen yet."),
        ({"is_shared": "on"}, "Nothing is chosen yet."),
        ({"value": "8"}, "Choose 1 to 7, or the words beside it."),
        ({"value": "\0"}, "Choose 1 to 7, or the words beside it."),
    ],
)
def test_a_mistake_is_named_and_nothing_is_saved(client, cast, link, sent, words):
    response = client.post(link, sent)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert answered(cast.mine.session) is None


def test_what_is_left_open_counts_as_cannot_say(client, cast, link):
    client.post(link, {"care": "6"})
    assert answered(cast.mine.session).ratings == dict.fromkeys(ANSWERS) | {"care": 6}


# --- links that are no use ----------------------------------------------------------------------


def expire(cast):
    CheckIn.objects.update(closes_at=at(-1))


def revoke(cast):
    log_not_held(session=cast.mine.session, how="missed", by=cast.cora, now=at())


def unsend(cast):
    CheckIn.objects.update(status=CheckInStatus.DUE, closes_at=None)


@pytest.mark.parametrize("shut", [expire, revoke, unsend])
def test_expired_withdrawn_and_wrong_links_look_the_same(client, cast, link, shut):
    shut(cast)
    wrong = client.get(reverse("check_in_open", args=["0" * 64]))
    token = token_of(CheckIn.objects.get())
    for response in (
        client.get(link),
        client.post(link, ANSWERS),
        client.get(reverse("check_in_open", args=[token])),
        client.get("/check-in/open/%00%ED%A0%80/"),
    ):
        assert response.status_code == wrong.status_code == 404
        assert _without_traces(response) == _without_traces(wrong)
    assert answered(cast.mine.session) is None


def _without_traces(response):
    return re.sub(r'"X-CSRFToken": "\w*"', "", response.content.decode())


def test_a_link_opens_its_own_session_only(client, cast, link):
    other = ask_about(cast.other.session, cast.otto, client)
    client.post(other, ANSWERS)
    assert answered(cast.mine.session) is None
    assert answered(cast.other.session) is not None


def test_a_session_held_after_all_keeps_the_link_that_was_mailed(client, cast, link):
    revoke(cast)
    log_session(session=cast.mine.session, by=cast.cora, now=at(), minutes=60, ratings=NO_RATINGS)
    assert client.get(link).status_code == 200
    assert len(mail.outbox) == 1


def test_the_key_is_kept_nowhere_and_stands_in_no_log(client, cast, link, caplog):
    check_in = CheckIn.objects.get()
    key = token_of(check_in)
    address = reverse("check_in_open", args=[key])
    assert address in mail.outbox[0].body
    assert key not in str(CheckIn.objects.values().get())
    caplog.handler.addFilter(WithoutKeys())
    with caplog.at_level(logging.DEBUG):
        expire(cast)
        client.get(address)
        client.put(address)
    assert "/check-in/open/…/" in caplog.text
    assert key not in caplog.text


# --- the job ------------------------------------------------------------------------------------


class Unreachable(EmailBackend):
    def send_messages(self, messages):
        raise SMTPServerDisconnected("Connection unexpectedly closed")


def test_a_mail_server_out_of_reach_loses_nothing(cast, settings):
    session = cast.mine.session
    log_session(session=session, by=cast.cora, now=at(), minutes=60, ratings=NO_RATINGS)
    good, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "trust.tests.test_check_in.Unreachable"
    with pytest.raises(SMTPServerDisconnected):
        send_check_in(str(session.check_in.pk))
    settings.EMAIL_BACKEND = good
    check_in = CheckIn.objects.get()
    assert check_in.status == CheckInStatus.DUE
    CheckIn.objects.update(send_after=at(-1))
    send_check_in(str(check_in.pk))
    assert len(mail.outbox) == 1


def test_nobody_is_asked_about_a_session_long_past(cast):
    session = cast.mine.session
    log_session(session=session, by=cast.cora, now=at(), minutes=60, ratings=NO_RATINGS)
    Session.objects.filter(pk=session.pk).update(starts_at=at(-15))
    send_due_check_ins()
    send_check_in(str(session.check_in.pk))
    assert mail.outbox == []
