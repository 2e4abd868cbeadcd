"""Sign-in by a company's directory, against a provider on this machine: who gets in, and what is refused."""

import html
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from coaching import interfaces
from coaching.tests.provider import CLIENT, SECRET, provider
from engagements.actions.accounts import shut_out, take_away_second_steps
from engagements.models import AuditEvent, Engagement, Program, User
from engagements.permissions import is_administrator, is_coach, is_program_manager

pytestmark = pytest.mark.django_db


@pytest.fixture
def directory(settings):
    """A provider, and settings that name it."""
    with provider() as server:
        settings.OIDC_NAME = "Directory One"
        settings.SOCIALACCOUNT_PROVIDERS = interfaces.providers(server.issuer, CLIENT, SECRET)
        yield server


def leave(client, server):
    """Presses the button; returns what the provider is asked for."""
    page = client.post("/account/directory/")
    assert page.status_code == 200, page.headers
    to = html.unescape(re.search(r'content="0; url=([^"]+)"', page.text)[1])
    assert to.startswith(f"{server.issuer}/authorize?")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(to).query).items()}
    server.nonce, server.challenge = asked["nonce"], asked["code_challenge"]
    return asked


def come_back(client, state, **more):
    return client.get("/account/directory/back/", {"code": "a-code", "state": state} | more)


def sign_in(client, server):
    return come_back(client, leave(client, server)["state"])


def is_signed_in(client):
    return "_auth_user_id" in client.session


# --- who gets in ---------------------------------------------------------------------------------


def test_the_button_is_there_where_a_directory_is_set_up_and_its_pages_are_not_elsewhere(client, settings, directory):
    assert "Sign in with Directory One" in client.get("/account/sign-in/").text
    settings.OIDC_NAME = ""
    assert "Sign in with" not in client.get("/account/sign-in/").text
    assert client.post("/account/directory/").status_code == 404
    assert client.get("/account/directory/back/").status_code == 404


def test_the_provider_is_asked_with_pkce_a_nonce_and_nothing_from_the_address(client, directory):
    client.get("/account/directory/?scope=admin&auth_params=prompt%3Dnone")
    asked = leave(client, directory)
    assert (asked["code_challenge_method"], set(asked["scope"].split())) == ("S256", {"openid", "profile", "email"})
    assert len(asked["nonce"]) > 40
    assert asked["redirect_uri"].endswith("/account/directory/back/")
    assert asked != leave(client, directory)


def test_an_account_with_the_address_that_the_directory_vouches_for_is_connected_and_told(
    cast, client, directory, mailoutbox
):
    answer = sign_in(client, directory)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get("/").context["user"] == cast.cora
    assert AuditEvent.objects.filter(verb="person.directory_connected", subject_id=cast.cora.pk).exists()
    (mail,) = mailoutbox
    assert mail.to == [cast.cora.email]
    assert "directory was added" in mail.body
    cast.cora.refresh_from_db()
    assert cast.cora.has_usable_password()
    client.post("/account/sign-out/")
    directory.claims["email"] = "other@people.example"  # once connected, who it is goes by the directory's own key
    sign_in(client, directory)
    assert client.get("/").context["user"] == cast.cora
    assert len(mailoutbox) == 1


def test_a_new_person_gets_an_account_without_any_right_and_a_calm_page(cast, client, directory):
    directory.claims |= {"sub": "new", "email": "Nora@People.example", "name": "Nora\u202e N."}
    sign_in(client, directory)
    nora = User.objects.get(email="nora@people.example")
    assert nora.name == "Nora N."
    assert not any(rule(nora) for rule in (is_coach, is_program_manager, is_administrator))
    assert not Engagement.objects.visible_to(nora).exists()
    assert not Program.objects.visible_to(nora).exists()
    assert "Ask an administrator" in client.get("/").text
    assert client.get("/portfolio/").status_code == client.get("/engagements/").status_code == 404
    client.post("/account/sign-out/")
    sign_in(client, directory)
    assert User.objects.filter(email__iexact="nora@people.example").count() == 1


def test_nothing_of_the_directory_is_kept_but_who_it_is(cast, client, directory):
    sign_in(client, directory)
    row = SocialAccount.objects.get()
    assert (row.provider, row.uid, row.extra_data, row.user) == ("directory", "person-1", {}, cast.cora)
    assert not SocialToken.objects.exists()
    assert "opens-me" not in str(dict(client.session))


def test_the_address_may_come_from_the_second_answer_of_the_provider(cast, client, directory):
    directory.claims |= {"email": None, "email_verified": None}
    directory.user_info = {"sub": "person-1", "email": "cora@people.example", "email_verified": True}
    sign_in(client, directory)
    assert client.get("/").context["user"] == cast.cora


def test_the_second_step_is_asked_for_as_after_a_password(cast, client, directory, settings):
    settings.SECOND_FACTOR = True
    TOTP.activate(cast.cora, generate_totp_secret())
    answer = sign_in(client, directory)
    assert answer.headers["Location"].startswith("/account/sign-in/second-step/")
    assert not is_signed_in(client)


def test_whoever_has_no_second_step_yet_is_led_to_one(cast, client, directory, settings):
    settings.SECOND_FACTOR = True
    sign_in(client, directory)
    assert client.get("/").headers["Location"] == "/account/second-step/"


def test_an_account_that_was_shut_stays_shut_and_nothing_is_connected_to_it(cast, client, directory, mailoutbox):
    User.objects.filter(pk=cast.cora.pk).update(is_active=False)
    assert sign_in(client, directory).headers["Location"] == "/account/inactive/"
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()
    assert not AuditEvent.objects.filter(verb="person.directory_connected").exists()
    assert mailoutbox == []


@pytest.mark.parametrize("ends", [shut_out, take_away_second_steps])
def test_what_ends_sessions_parts_the_account_from_the_directory_until_its_owner_is_told_anew(
    cast, client, directory, mailoutbox, ends
):
    sign_in(client, directory)
    ends(user=cast.cora, by=cast.ada, now=timezone.now())
    assert not SocialAccount.objects.exists()
    mailoutbox.clear()
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        sign_in(client, directory)
    assert any("directory was added" in mail.body for mail in mailoutbox)


def test_only_addresses_of_the_domains_that_are_named_come_in(cast, client, directory, settings):
    settings.OIDC_DOMAINS = ["company.example"]
    for address in ("cora@people.example", "new@company.example.org", "new@sub.company.example", "a@b@people.example"):
        directory.claims["email"] = address
        assert sign_in(client, directory).headers["Location"] == "/account/sign-in/"
    assert not SocialAccount.objects.exists()
    assert not User.objects.filter(email__startswith="new@").exists()
    directory.claims["email"] = "New@Company.example"
    sign_in(client, directory)
    assert is_signed_in(client)
    assert User.objects.filter(email="new@company.example").exists()


def test_whoever_comes_by_the_directory_alone_gets_no_password_by_mail(cast, client, directory, mailoutbox):
    directory.claims |= {"sub": "new", "email": "nora@people.example"}
    sign_in(client, directory)
    client.post("/account/sign-out/")
    client.post("/account/password/reset/", {"email": "nora@people.example"})
    client.post("/account/password/reset/", {"email": "cora@people.example"})
    assert [mail.to for mail in mailoutbox] == [["cora@people.example"]]


# --- what is refused -----------------------------------------------------------------------------


def forge(**changes):
    return lambda server: server.claims.update(changes)


def sign_with_another_key(server):
    server.signed_with = server.other_key


def sign_with_the_secret(server):
    server.signed_with, server.algorithm = SECRET * 3, "HS256"


def sign_with_nothing(server):
    server.signed_with, server.algorithm = "", "none"


def name_no_known_key(server):
    server.header = {"kid": "two"}


def say_it_is_another(server):
    server.config["issuer"] = "http://127.0.0.1:1"


def answer_nonsense(server):
    server.id_token = lambda: "not.a.token"


def lead_to_a_file(server):
    server.config["jwks_uri"] = "file:///etc/hostname"


WRONG = [
    forge(nonce="another sign-in"),
    forge(nonce=None),
    forge(aud="another program"),
    forge(aud=[CLIENT, "another"], azp="another"),
    forge(iss="https://elsewhere.example"),
    forge(exp=1_000_000_000),
    forge(exp=None),
    forge(iat=9_999_999_999),
    forge(sub=None),
    forge(sub=""),
    forge(sub="x" * 400),
    forge(email_verified=False),
    forge(email_verified="true"),
    forge(email_verified=None),
    forge(email="no address"),
    forge(email=None),
    forge(email=["cora@people.example"]),
    sign_with_another_key,
    sign_with_the_secret,
    sign_with_nothing,
    name_no_known_key,
    say_it_is_another,
    answer_nonsense,
    lead_to_a_file,
]


@pytest.mark.parametrize("spoil", WRONG, ids=range(len(WRONG)))
def test_what_does_not_hold_is_refused_with_a_calm_word_and_leaves_nothing(cast, client, directory, spoil):
    asked = leave(client, directory)
    spoil(directory)
    people = User.objects.count()
    answer = come_back(client, asked["state"])
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/sign-in/")
    assert "our directory" in client.get("/account/sign-in/").text
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == people


def test_a_state_that_is_unknown_used_or_another_browser_s_is_refused(cast, client, directory):
    from django.test import Client

    asked = leave(client, directory)
    for browser, state in ((client, "unknown"), (client, ""), (Client(), asked["state"])):
        assert come_back(browser, state).headers["Location"] == "/account/sign-in/"
        assert not is_signed_in(browser)
    assert come_back(client, asked["state"]).headers["Location"] == "/"
    client.post("/account/sign-out/")
    assert come_back(client, asked["state"]).headers["Location"] == "/account/sign-in/"
    assert not is_signed_in(client)


def test_a_code_that_another_browser_got_is_worth_nothing_without_its_verifier(cast, client, directory):
    asked = leave(client, directory)
    directory.challenge = "of another browser"
    assert come_back(client, asked["state"]).headers["Location"] == "/account/sign-in/"
    assert not is_signed_in(client)


def test_somebody_who_turns_back_at_the_provider_is_at_the_door_again(client, directory):
    state = leave(client, directory)["state"]
    answer = client.get("/account/directory/back/", {"error": "access_denied", "state": state})
    assert answer.headers["Location"] == "/account/sign-in/"


def test_the_log_repeats_nothing_of_what_the_provider_answered(cast, client, directory, caplog):
    asked = leave(client, directory)
    directory.refusal = {"error": "invalid_grant", "access_token": "opens-everything"}
    come_back(client, asked["state"])
    asked = leave(client, directory)
    directory.refusal = None
    forge(nonce="another sign-in")(directory)
    come_back(client, asked["state"])
    assert "opens-everything" not in caplog.text
    assert "OAuth2Error" in caplog.text
    assert "belongs to another sign-in" in caplog.text


def test_a_directory_that_does_not_answer_is_said_so_at_the_door(client, directory):
    directory.is_down = True
    assert client.post("/account/directory/").headers["Location"] == "/account/sign-in/"
    assert "does not answer" in client.get("/account/sign-in/").text


@pytest.mark.parametrize("to", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere_afterwards(cast, client, directory, to):
    page = client.post("/account/directory/", {"next": to})
    asked = parse_qs(urlsplit(html.unescape(re.search(r'url=([^"]+)"', page.text)[1])).query)
    directory.nonce, directory.challenge = asked["nonce"][0], asked["code_challenge"][0]
    assert come_back(client, asked["state"][0]).headers["Location"] == "/"


# --- settings ------------------------------------------------------------------------------------

ALL = {"OIDC_ISSUER": "https://login.example/", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"}


@pytest.mark.parametrize(
    "wrong", [{"OIDC_CLIENT_ID": ""}, {"OIDC_ISSUER": ""}, {"OIDC_ISSUER": "http://login.example"}]
)
def test_settings_that_do_not_fit_together_stop_the_start(monkeypatch, wrong):
    for name, value in (ALL | wrong).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match="OIDC_ISSUER"):
        interfaces.settings(debug=False, is_served=True)


def test_domains_are_read_from_a_list_and_a_slip_stops_the_start(monkeypatch):
    monkeypatch.setenv("OIDC_DOMAINS", " Company.example, another.example ")
    found = interfaces.settings(debug=False, is_served=True)["OIDC_DOMAINS"]
    assert found == ["company.example", "another.example"]
    for slip in ("company.example,", "@company.example", "company", "*.example"):
        monkeypatch.setenv("OIDC_DOMAINS", slip)
        with pytest.raises(ImproperlyConfigured, match="OIDC_DOMAINS"):
            interfaces.settings(debug=False, is_served=True)


def test_without_a_directory_and_in_the_admin_alone_it_is_off(monkeypatch):
    assert interfaces.settings(debug=False, is_served=True)["OIDC_NAME"] == ""
    for name, value in ALL.items():
        monkeypatch.setenv(name, value)
    assert interfaces.settings(debug=False, is_served=True)["OIDC_NAME"] == "your directory"
    assert interfaces.settings(debug=False, is_served=False)["SOCIALACCOUNT_PROVIDERS"] == {}
