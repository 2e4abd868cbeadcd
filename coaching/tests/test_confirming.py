"""Whoever sits at somebody's open session makes no token and no webhook: these ask once more who it is."""

from urllib.parse import urlencode

import pytest
from django.core.cache import cache

from coaching.tests.cast import PASSWORD
from coaching.tests.codes import sign_in
from engagements.models import ApiToken, Letter, Webhook
from engagements.tasks import send_letter

pytestmark = pytest.mark.django_db
TOKENS, WEBHOOKS = "/profile/tokens/", "/profile/webhooks/"
SENT = {
    TOKENS: {"name": "My calendar", "scopes": ["READ"], "days": "30"},
    WEBHOOKS: {"url": "https://hooks.example/mine", "events": ["SESSION_LOGGED"]},
}


@pytest.fixture
def left_open(cast, client):
    """Cora's browser, a quarter of an hour after she signed in."""
    cache.clear()
    sign_in(client, cast.cora)
    client.get("/")
    session = client.session
    session["began_at"] -= 15 * 60
    session.save()
    return client


def made():
    return ApiToken.objects.count() + Webhook.objects.count()


@pytest.mark.parametrize("address", SENT)
def test_what_outlasts_a_session_asks_who_it_is_and_keeps_what_was_typed(cast, left_open, address, mailoutbox):
    answer = left_open.post(address, SENT[address])
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"/account/confirm/?{urlencode({'next': address})}",
    )
    assert "enter your password" in left_open.get(answer.headers["Location"]).text
    left_open.post("/account/confirm/", {"password": "another", "next": address})
    assert made() == 0
    shown = left_open.post("/account/confirm/", {"password": PASSWORD, "next": address})
    assert shown.status_code == 200
    assert "Copy" in shown.text
    assert f'action="{address}"' in shown.text
    (row,) = [*ApiToken.objects.all(), *Webhook.objects.all()]
    assert getattr(row, "name", "My calendar") == "My calendar"
    assert getattr(row, "url", "https://hooks.example/mine") == "https://hooks.example/mine"
    send_letter(str(Letter.objects.get(kind__endswith="_made").pk))
    (mail,) = mailoutbox
    assert mail.to == [cast.cora.email]
    assert address in mail.body
    assert "hooks.example" not in mail.body + mail.subject


@pytest.mark.parametrize("address", SENT)
def test_what_cannot_be_made_is_said_before_anybody_is_asked(left_open, address):
    answer = left_open.post(address, {"name": "x", "url": "no address"})
    assert answer.status_code == 200
    assert "invalid-feedback" in answer.text


@pytest.mark.parametrize("address", SENT)
def test_whoever_has_only_just_shown_it_is_not_asked(cast, client, address):
    cache.clear()
    sign_in(client, cast.cora)
    client.get("/")
    assert "Copy" in client.post(address, SENT[address]).text
