"""How long one stays signed in, and what ends it before."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coaching.tests.cast import PASSWORD, at
from coaching.tests.codes import sign_in
from coaching.tests.test_api import Caller
from engagements.actions.accounts import end_sessions, shut_out, take_away_second_steps, withdraw_invitation
from engagements.actions.api_tokens import make_token
from engagements.actions.invitations import invite
from engagements.actions.people import add_person
from engagements.actions.webhooks import add_webhook
from engagements.models import AuditEvent, Invitation, User, WebhookDelivery
from trust.actions.session_log import log_session
from trust.tasks import send_delivery

HOUR = 3600
NEW_PASSWORD = "another long phrase"


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


@pytest.fixture
def cora(cast):
    return cast.cora


@pytest.fixture
def browser(client, cora):
    """Cora, signed in with her password, on her first page."""
    sign_in(client, cora)
    assert client.get(reverse("home")).status_code == 200
    return client


def is_signed_in(client):
    return client.get(reverse("home")).status_code == 200


def pass_time(client, seconds, idle=True):
    """As if the session had begun, and where idle also had last been used, so many seconds earlier."""
    session = client.session
    session["began_at"] -= seconds
    if idle:
        session["used_at"] -= seconds
    session.save()


def test_an_hour_without_a_click_signs_out(browser):
    pass_time(browser, 0.9 * HOUR)
    assert is_signed_in(browser)
    pass_time(browser, 1.01 * HOUR)
    answer = browser.get(reverse("home"))
    assert answer.url.startswith(reverse("account_login"))
    assert "_auth_user_id" not in browser.session


def test_clicks_keep_one_signed_in_for_half_a_day_and_no_longer(browser):
    for _ in range(14):
        assert is_signed_in(browser)
        pass_time(browser, 0.84 * HOUR)
    assert is_signed_in(browser)
    pass_time(browser, 0.5 * HOUR, idle=False)
    assert not is_signed_in(browser)


def test_both_limits_are_settings(browser, settings):
    settings.SESSION_IDLE_SECONDS = 10 * 60
    pass_time(browser, 11 * 60)
    assert not is_signed_in(browser)
    settings.SESSION_COOKIE_AGE = HOUR
    sign_in(browser, User.objects.get(name="Cora"))
    pass_time(browser, 1.1 * HOUR, idle=False)
    assert not is_signed_in(browser)


def test_a_click_writes_the_session_only_now_and_then(browser):
    def writes():
        with CaptureQueriesContext(connection) as asked:
            browser.get(reverse("profile"))
        return [
            query["sql"] for query in asked if "django_session" in query["sql"] and "SELECT" not in query["sql"][:6]
        ]

    assert writes() == []
    pass_time(browser, 6 * 60)
    assert [sql.split()[0] for sql in writes()] == ["UPDATE"]
    assert writes() == []


def test_the_cookie_goes_with_the_browser(client, cora):
    sign_in(client, cora)
    cookie = client.cookies["pot_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["expires"]
    assert not cookie["max-age"]


# --- all sessions at once ----------------------------------------------------------------------------


def two_browsers(cora):
    clients = Client(), Client()
    for client in clients:
        sign_in(client, cora)
        assert is_signed_in(client)
    return clients


def test_another_password_ends_every_other_session(cora):
    here, there = two_browsers(cora)
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert here.post(reverse("account_change_password"), form).status_code == 302
    assert is_signed_in(here)
    assert not is_signed_in(there)


def test_a_password_reset_ends_every_session(cora, mailoutbox):
    here, there = two_browsers(cora)
    visitor = Client()
    visitor.post(reverse("account_reset_password"), {"email": cora.email})
    link = next(word for word in mailoutbox[-1].body.split() if "/password/reset/link/" in word)
    page = visitor.get(link, follow=True).request["PATH_INFO"]
    visitor.post(page, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert not is_signed_in(here)
    assert not is_signed_in(there)


def test_who_may_no_longer_sign_in_is_out_at_once_and_stays_out_of_old_sessions(cora, cast):
    here, there = two_browsers(cora)
    cora.is_active = False
    cora.save()
    shut_out(user=cora, by=cast.ada, now=at(0, 1))
    assert not is_signed_in(here)
    User.objects.filter(pk=cora.pk).update(is_active=True)
    assert not is_signed_in(there)


def test_sessions_from_before_second_steps_were_taken_away_end_and_later_ones_go_on(cora, cast, db):
    here, _ = two_browsers(cora)
    take_away_second_steps(user=cora, by=cast.ada, now=at(0, 1))
    assert not is_signed_in(here)
    end_sessions(user=cora, now=at(-1))
    sign_in(here, cora)
    assert is_signed_in(here)


def shut_and_opened_again(cora, cast):
    shut_out(user=cora, by=cast.ada, now=timezone.now())


def second_steps_gone(cora, cast):
    take_away_second_steps(user=cora, by=cast.ada, now=timezone.now())


def another_password(cora, cast):
    visitor = Client()
    sign_in(visitor, cora)
    words = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert visitor.post(reverse("account_change_password"), words).status_code == 302
    assert "Ended" in visitor.get(reverse("api_tokens")).content.decode()
    assert "hooks.example" not in visitor.get(reverse("webhooks")).content.decode()


@pytest.mark.parametrize("happens", [shut_and_opened_again, second_steps_gone, another_password])
def test_what_ends_sessions_ends_tokens_and_webhooks_and_later_ones_work(cora, cast, happens):
    before, now = Caller(cora), timezone.now()
    hook = {"user": cora, "url": "https://hooks.example/", "events": ["SESSION_LOGGED"]}
    add_webhook(**hook, now=now)
    log = {"session": cast.mine.session, "by": cora, "minutes": 60, "ratings": {}}
    log_session(**log, now=now)
    owed = WebhookDelivery.objects.get()
    assert before.get("programs").status_code == 200
    happens(cora, cast)
    assert before.get("programs").status_code == 401
    send_delivery(str(owed.pk))
    owed.refresh_from_db()
    assert owed.status == "DROPPED"
    log_session(**{**log, "session": cast.mine.upcoming}, now=at(14))
    assert WebhookDelivery.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        _, later = make_token(user=cora, name="Later", scopes=["READ"], days=1, now=timezone.now())
        before.token = later
        assert before.get("programs").status_code == 200


def test_a_session_that_was_never_used_ends_like_the_others(cora):
    client = Client()
    sign_in(client, cora)
    end_sessions(user=cora, now=at(0, 1))
    assert not is_signed_in(client)


# --- in the admin ------------------------------------------------------------------------------------


def save_person(client, person, **changes):
    """The person's page of the admin, saved with these changes."""
    words = {"email": person.email, "name": person.name, "time_zone": "UTC", "is_active": "on"} | changes
    formset = {"coach_profile-TOTAL_FORMS": "0", "coach_profile-INITIAL_FORMS": "0"}
    address = reverse("admin:engagements_user_change", args=[person.pk])
    answer = client.post(address, {name: value for name, value in (words | formset).items() if value})
    assert answer.status_code == 302, answer.content


@pytest.fixture
def ada(cast, client):
    client.force_login(cast.ada)
    return client


@pytest.fixture
def newcomer(cast):
    return add_person(email="new@people.example", name="Demo New", by=cast.ada, now=at(), is_active=True)


def test_deactivating_in_the_admin_ends_sessions(ada, cast):
    browser = Client()
    sign_in(browser, cast.sten)
    assert is_signed_in(browser)
    save_person(ada, cast.sten, is_active="")
    assert not is_signed_in(browser)
    save_person(ada, cast.sten)
    assert not is_signed_in(browser)
    assert AuditEvent.objects.filter(verb="person.shut_out", subject_id=cast.sten.pk, actor_id=cast.ada.pk).exists()


def test_deactivating_somebody_who_has_not_joined_ends_their_invitation(ada, cast, newcomer):
    link = reverse("welcome", args=[invite(user=newcomer, by=cast.ada, now=at())])
    assert Client().get(link).status_code == 200
    save_person(ada, newcomer, is_active="")
    assert Client().get(link).status_code == 404


def test_an_open_invitation_can_be_withdrawn(ada, cast, newcomer):
    newcomer.is_active = False
    newcomer.save()
    link = reverse("welcome", args=[invite(user=newcomer, by=cast.ada, now=at())])
    save_person(ada, newcomer, is_active="", engagements_user_withdraw_invitation="1")
    assert Client().get(link).status_code == 404
    assert withdraw_invitation(user=newcomer, by=cast.ada, now=at()) == 0
    assert not Invitation.objects.filter(used_at=None).exists()


def test_another_address_is_told_to_the_old_one_and_only_the_new_one_signs_in(
    ada, cast, mailoutbox, django_capture_on_commit_callbacks
):
    old = cast.sten.email
    with django_capture_on_commit_callbacks(execute=True):
        save_person(ada, cast.sten, email="sten@elsewhere.example")
    assert [mail.to for mail in mailoutbox] == [[old]]
    assert "changed the e-mail address" in mailoutbox[0].body
    assert "elsewhere" not in mailoutbox[0].body
    cast.sten.refresh_from_db()
    browser = Client()
    form = {"login": old, "password": PASSWORD}
    assert browser.post(reverse("account_login"), form).status_code == 200
    assert sign_in(browser, cast.sten).status_code == 302
    mailoutbox.clear()
    Client().post(reverse("account_reset_password"), {"email": old})
    assert mailoutbox == []


def test_saving_a_person_without_another_address_tells_nobody(
    ada, cast, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        save_person(ada, cast.sten, name="Sten S.")
    assert mailoutbox == []
