"""What every answer carries, per kind of answer and verb: nothing is kept, framed, sniffed, or lent to other sites."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from coaching.tests.cast import at
from coaching.tests.codes import set_up_app
from coaching.tests.test_access_matrix import HISTORY
from engagements.actions.import_runs import start_import
from engagements.actions.invitations import invite
from engagements.actions.texts import TextErased
from engagements.models import ImportKind
from engagements.vault import WrongKey

VERBS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE", "BREW")
EVERYWHERE = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
LOOSE_IN_ADMIN = {"script-src", "style-src"}
KEPT = {"static file", "static drawing"}


class Broken(Exception):
    pass


def failing(error):
    """A kind of answer that comes from an error while the page is made."""

    def prepare(cast, monkeypatch):
        def fail(*args):
            raise error

        monkeypatch.setattr("coaching.views.home._day_of", fail)
        return reverse("home")

    return prepare


def refused_rows(cast, monkeypatch):
    run = start_import(
        kind=ImportKind.HISTORY, name="history.csv", content=HISTORY, options={}, by=cast.cora, now=at(0, -1)
    )
    return reverse("import_refused", args=[run.pk])


def at_address(address):
    return lambda cast, monkeypatch: address


def at_route(name, *args):
    return lambda cast, monkeypatch: reverse(name, args=args)


# Kind of answer: who asks, the address, and what GET answers.
KINDS = {
    "page": ("cora", at_route("home"), 200),
    "page of an engagement": (
        "cora",
        lambda cast, _: reverse("engagement_detail", args=[cast.mine.engagement.pk]),
        200,
    ),
    "form": ("cora", lambda cast, _: reverse("session_log", args=[cast.mine.session.pk]), 200),
    "redirect": ("pia", at_route("home"), 302),
    "to sign in": ("", at_route("home"), 302),
    "missing page": ("cora", at_address("/nothing/here/"), 404),
    "somebody else's": ("otto", lambda cast, _: reverse("engagement_detail", args=[cast.mine.engagement.pk]), 404),
    "forbidden": ("pia", lambda cast, _: reverse("session_move", args=[cast.mine.upcoming.pk]), 403),
    "only by post": ("cora", lambda cast, _: reverse("session_missed", args=[cast.mine.session.pk]), 405),
    "error": ("cora", failing(Broken("quoted")), 500),
    "erased": ("cora", failing(TextErased("gone")), 410),
    "sealed": ("cora", failing(WrongKey("another")), 503),
    "sign in": ("", at_route("account_login"), 200),
    "sign out": ("cora", at_route("account_logout"), 200),
    "second step": ("cora", at_route("mfa_index"), 200),
    "invitation": ("", lambda cast, _: reverse("welcome", args=[invite(user=cast.sten, by=None, now=at())]), 200),
    "link of nobody": ("", at_route("welcome", "nothing"), 404),
    "reset link of nobody": ("", at_route("account_reset_password_from_key", "abc", "def"), 200),
    "admin": ("ada", at_route("admin:index"), 200),
    "list in the admin": ("ada", at_route("admin:engagements_user_changelist"), 200),
    "file to take away": ("cora", refused_rows, 200),
    "favicon": ("", at_route("favicon"), 301),
    "health": ("", at_route("healthz"), 200),
    "static file": ("", at_address("/static/css/theme.css"), 200),
    "static drawing": ("", at_address("/static/img/favicon.svg"), 200),
    "missing static file": ("", at_address("/static/nothing.css"), 404),
}


@pytest.fixture
def on_https(settings):
    """As with HTTPS=1, which the settings read when they are loaded."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True


def browser_of(cast, name, **settings_of_client):
    client = Client(raise_request_exception=False, **settings_of_client)
    if name:
        client.force_login(getattr(cast, name))
    return client


def policy_of(answer):
    parts = (part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


def check(answer, told, is_admin=False, is_kept=False):
    for name, value in EVERYWHERE.items():
        assert answer.headers.get(name) == value, f"{told}: {name} is {answer.headers.get(name)}"
    assert "camera=()" in answer.headers["Permissions-Policy"], told
    policy = policy_of(answer)
    for name, value in POLICY.items():
        if not (is_admin and name in LOOSE_IN_ADMIN):
            assert policy[name] == value, f"{told}: {name} {policy[name]}"
    assert is_admin or "unsafe" not in answer.headers["Content-Security-Policy"], told
    assert ("no-store" in answer.headers["Cache-Control"]) is not is_kept, f"{told}: {answer.headers['Cache-Control']}"
    for header in ("Access-Control-Allow-Origin", "X-Powered-By", "Server"):
        assert header not in answer.headers, f"{told}: {header}"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_answer_carries_them_whatever_the_verb(kind, cast, monkeypatch, on_https):
    name, prepare, wanted = KINDS[kind]
    address = prepare(cast, monkeypatch)
    for verb in VERBS:
        answer = browser_of(cast, name).generic(verb, address, secure=True)
        if verb == "GET":
            assert answer.status_code == wanted, kind
        is_kept = kind in KEPT and verb in ("GET", "HEAD")
        check(answer, f"{verb} {kind} ({answer.status_code})", is_admin="admin" in address, is_kept=is_kept)


def test_a_form_that_was_sent_carries_them(cast, on_https):
    client = browser_of(cast, "cora")
    objective = reverse("objective_edit", args=[cast.mine.engagement.objectives.get().pk])
    saved = client.post(objective, {"text": "Listen more"}, secure=True)
    wrong = client.post(objective, {"text": ""}, secure=True)
    assert [saved.status_code, wrong.status_code] == [302, 200]
    check(saved, "saved")
    check(wrong, "wrong")


def test_a_form_without_its_token_and_one_after_signing_out_carry_them(cast, on_https):
    words = {"note": "words that somebody has typed"}
    log = reverse("session_log", args=[cast.mine.session.pk])
    headers = {"Origin": "https://testserver"}
    without = browser_of(cast, "cora", enforce_csrf_checks=True).post(log, words, secure=True, headers=headers)
    late = browser_of(cast, "").post(log, words, secure=True, headers=headers)
    assert [without.status_code, late.status_code] == [403, 403]
    check(without, "without token")
    check(late, "signed out")


def test_what_cannot_be_read_carries_them(cast, on_https):
    many = {f"field{number}": "x" for number in range(1001)}
    answer = browser_of(cast, "cora").post(reverse("profile"), many, secure=True)
    assert answer.status_code == 400
    check(answer, "too many fields")


def test_too_many_tries_carry_them(cast, on_https):
    from django.core.cache import cache

    cache.clear()
    client = browser_of(cast, "")
    answers = [client.post(reverse("account_reset_password"), {"email": "a@b.example"}, secure=True) for _ in range(4)]
    assert answers[-1].status_code == 429
    check(answers[-1], "too many tries")


def test_recovery_codes_to_take_away_carry_them(cast, request):
    set_up_app(browser_of(cast, "cora"))
    request.getfixturevalue("on_https")
    answer = browser_of(cast, "cora").get(reverse("mfa_download_recovery_codes"), secure=True)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    check(answer, "recovery codes")


@pytest.mark.parametrize("host", ["elsewhere.example", "testserver.elsewhere.example", "a b", "testserver:port", ""])
@pytest.mark.parametrize("address", ["/", "/account/sign-in/", "/static/css/theme.css", "/nothing/"])
def test_another_host_gets_a_plain_400_with_them(db, host, address, on_https, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    for verb in VERBS:
        answer = Client(raise_request_exception=False).generic(verb, address, secure=True, headers={"Host": host})
        assert answer.status_code == 400, f"{verb} {host}"
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert host == "" or host.encode() not in answer.content
        check(answer, f"{verb} for {host}")


def test_without_encryption_one_is_sent_to_where_it_is_and_nothing_else(db, on_https):
    answer = Client().get(reverse("account_login"))
    assert (answer.status_code, answer.url) == (301, "https://testserver/account/sign-in/")
    assert answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_signing_out_clears_what_the_browser_kept(cast):
    client = browser_of(cast, "cora")
    assert "Clear-Site-Data" not in client.get(reverse("account_logout")).headers
    for _ in ("signed in", "signed out already"):
        answer = client.post(reverse("account_logout"))
        assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
        assert re.match(r"/account/sign-in/", answer.url)


def test_so_does_signing_out_of_the_admin(cast):
    client = browser_of(cast, "ada")
    answer = client.post(reverse("admin:logout"))
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert answer.url == reverse("account_login")
    assert client.get(reverse("admin:index")).status_code == 302


def test_another_encoding_is_refused_with_them():
    from coaching.tests.test_bad_input import RequestFactory, application

    told = {}
    environ = RequestFactory().get("/").environ | {"CONTENT_TYPE": "text/plain; charset=utf-7"}
    application(environ, lambda status, headers: told.update(headers))
    assert told["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in told["Content-Security-Policy"]
    assert told["Cache-Control"] == "no-store"
