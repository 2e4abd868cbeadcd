"""Signing in and out, passwords, and the pages around them."""

import re

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from coaching.tests.cast import PASSWORD, person

NEW_PASSWORD = "another long phrase"
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


@pytest.fixture(autouse=True)
def fresh_rate_limits():
    """Wrong passwords of one test do not slow down the next."""
    cache.clear()


@pytest.fixture
def cora(db):
    return person("Cora")


def sign_in(client, email, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def errors_of(response):
    return response.context["form"].errors.get_json_data()


def test_a_person_signs_in_with_address_and_password(client, cora):
    response = sign_in(client, cora.email)
    assert response.status_code == 302
    assert response.url == reverse("home")
    assert client.session["_auth_user_id"] == str(cora.pk)


def test_the_case_of_the_address_does_not_matter(client, cora):
    assert sign_in(client, cora.email.upper()).status_code == 302


def test_a_wrong_password_sounds_the_same_for_known_and_unknown_people(client, cora):
    known = sign_in(client, cora.email, "not the password")
    unknown = sign_in(client, "nobody@people.example", "not the password")
    assert known.status_code == unknown.status_code == 200
    assert errors_of(known) == errors_of(unknown)
    assert "_auth_user_id" not in client.session


def test_an_inactive_person_with_the_right_password_is_not_signed_in(client, cora):
    cora.is_active = False
    cora.save()
    sign_in(client, cora.email)
    assert "_auth_user_id" not in client.session


def test_signing_in_leads_back_to_where_one_was_but_never_to_another_site(client, cora):
    where = reverse("account_change_password")
    form = {"login": cora.email, "password": PASSWORD}
    assert client.post(reverse("account_login"), form | {"next": where}).url == where
    client.logout()
    assert client.post(reverse("account_login"), form | {"next": "https://elsewhere.example/"}).url == reverse("home")


def test_signing_out_takes_a_post(as_user, cora):
    client = as_user(cora)
    assert client.get(reverse("account_logout")).status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post(reverse("account_logout")).status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_forgotten_password_is_reset_by_mail(client, cora):
    client.post(reverse("account_reset_password"), {"email": cora.email})
    (message,) = mail.outbox
    assert message.to == [cora.email]
    address = re.search(r"https?://\S+", message.body)[0]
    page = client.get(address, follow=True)
    form_address = page.request["PATH_INFO"]
    response = client.post(form_address, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert response.url == reverse("account_reset_password_from_key_done")
    assert sign_in(client, cora.email).status_code == 200
    assert sign_in(client, cora.email, NEW_PASSWORD).status_code == 302


def test_a_reset_link_works_once(client, cora):
    client.post(reverse("account_reset_password"), {"email": cora.email})
    address = re.search(r"https?://\S+", mail.outbox[0].body)[0]
    form_address = client.get(address, follow=True).request["PATH_INFO"]
    client.post(form_address, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    client.logout()
    assert b"does not work any more" in client.get(address, follow=True).content


def test_asking_for_a_reset_sounds_the_same_for_unknown_people_and_mails_nobody(client, cora):
    known = client.post(reverse("account_reset_password"), {"email": cora.email}, follow=True)
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@people.example"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    assert [message.to for message in mail.outbox] == [[cora.email]]


def test_a_person_changes_the_password_knowing_the_old_one(as_user, cora):
    client = as_user(cora)
    form = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post(reverse("account_change_password"), form | {"oldpassword": "wrong"}).status_code == 200
    assert client.post(reverse("account_change_password"), form | {"oldpassword": PASSWORD}).status_code == 302
    cora.refresh_from_db()
    assert cora.check_password(NEW_PASSWORD)


def test_a_short_password_is_refused_beside_its_field(as_user, cora):
    form = {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    response = as_user(cora).post(reverse("account_change_password"), form)
    assert list(errors_of(response)) == ["password1"]


@pytest.mark.parametrize("path", ["signup/", "email/", "confirm-email/", "social/signup/", "login/code/"])
def test_nobody_signs_up_or_manages_addresses(as_user, cora, path):
    assert as_user(cora).get(f"/account/{path}").status_code == 404


def test_the_demo_people_stand_on_the_sign_in_page_of_a_demo_only(client, db, settings):
    settings.DEMO = True
    assert b"Look around as" in client.get(reverse("account_login")).content
    settings.DEMO = False
    assert b"Look around as" not in client.get(reverse("account_login")).content


ENTRANCES = ["account_login", "account_reset_password", "account_reset_password_done", "account_inactive"]


@pytest.mark.parametrize("name", ENTRANCES)
def test_pages_before_signing_in_hold_nothing_inline_and_forbid_it(client, db, name):
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert not INLINE.search(response.content.decode())
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";"
    assert "unsafe" not in policy
    assert response.headers["Cache-Control"].count("no-store") == 1


@pytest.mark.parametrize("name", ["account_change_password", "account_logout", "account_reauthenticate"])
def test_pages_after_signing_in_hold_nothing_inline(as_user, cora, name):
    assert not INLINE.search(as_user(cora).get(reverse(name)).content.decode())


def test_the_head_offers_what_the_role_has(as_user, cast):
    def offered(user):
        page = as_user(user).get(reverse("account_change_password"))
        return [item["label"] for item in page.context["nav"]]

    assert "Portfolio" in offered(cast.pia)
    assert "Portfolio" not in offered(cast.cora)
    assert "Administration" in offered(cast.ada)
    assert "Administration" not in offered(cast.pia)


def test_what_does_not_exist_looks_like_us(client, as_user, cora):
    page = as_user(cora).get("/nothing/here/")
    assert page.status_code == 404
    assert b"There is nothing here for you" in page.content
    assert not INLINE.search(page.content.decode())


@pytest.mark.parametrize("template", ["400.html", "500.html"])
def test_an_error_page_needs_no_context(template):
    from django.template.loader import render_to_string

    page = render_to_string(template)
    assert "Go to the start page" in page
    assert not INLINE.search(page)


def test_a_form_without_its_token_is_told_what_to_do(db):
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post(reverse("account_login"), {})
    assert response.status_code == 403
    assert b"Please try that again" in response.content


def test_browsers_find_the_icon_where_they_look_for_it(client):
    response = client.get("/favicon.ico")
    assert response.status_code == 301
    assert response.url.endswith("favicon.ico")


# --- passwords ---------------------------------------------------------------------------------------


def change_to(client, password):
    form = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    return client.post(reverse("account_change_password"), form)


@pytest.mark.parametrize(
    "password",
    ["twelve chars", "four words of mine", "ünïcödé, spaces and 漢字", "x y z " * 21 + "ab", "a1" * 3 + "!bcdef"],
)
def test_long_phrases_of_any_kind_are_passwords(as_user, cora, password):
    assert change_to(as_user(cora), password).status_code == 302
    cora.refresh_from_db()
    assert cora.check_password(password)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("eleven char", "at least 12 characters"),
        ("1qaz2wsx3edc", "too common"),
        ("Passwordpassword", "easy to guess"),
        ("!!password20262026", "easy to guess"),
        ("123123123123123", "same few characters again"),
        ("aaaaaaaaaaaaaaaa", "same few characters again"),
        ("Point of Trust 2026!", "easy to guess"),
        ("cora@people.example", "too similar"),
        ("long " * 201, "at most 1000 characters"),
        ("long " * 400_000, "at most 1000 characters"),
    ],
)
def test_a_password_that_is_easy_or_endless_is_refused_with_words(as_user, cora, password, why):
    answer = change_to(as_user(cora), password)
    assert answer.status_code == 200
    assert why in " ".join(error["message"] for error in errors_of(answer)["password1"])


def test_an_endless_password_is_not_even_hashed(client, cora, monkeypatch):
    def fail(*args, **kwargs):
        raise AssertionError("hashed")

    monkeypatch.setattr("django.contrib.auth.hashers.MD5PasswordHasher.encode", fail)
    answer = sign_in(client, cora.email, "x" * 2_000_000)
    assert "at most 1000 characters" in str(errors_of(answer))


def test_passwords_are_hashed_with_argon2id(settings):
    from coaching import settings as real

    settings.PASSWORD_HASHERS = real.PASSWORD_HASHERS
    assert make_password(PASSWORD).startswith("argon2$argon2id$")
