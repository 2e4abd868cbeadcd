"""What nobody types by accident, into every form: an answer each time, never an error of ours, typed words kept."""

from html.parser import HTMLParser
from urllib.parse import quote_from_bytes

import pytest
from django.test import RequestFactory
from django.urls import reverse

from coaching.tests.cast import at
from coaching.tests.test_access_matrix import ROUTES, ROWS, everybody  # noqa: F401 - a fixture
from coaching.wsgi import application
from engagements.actions.invitations import invite, open_first_door
from trust.actions.check_ins import claim_check_in, note_check_in_sent, token_of
from trust.actions.session_log import log_session
from trust.models import CheckIn, PointOfTrust

NOBODY = "00000000-0000-0000-0000-000000000000"
# Values for every field at once.
VALUES = (
    b"", b"\0", b"a\0b", b"\xff\xfe", b"\xed\xa0\x80", "\u202eabc\u2066".encode(), "٣".encode(), "²".encode(),
    b"-1", b"0", b"1e309", b"NaN", b"9" * 30, b"9" * 5000, b"0001-01-01", b"9999-12-31", b"2026-02-30", b"24:00",
    b"x" * 70_000, NOBODY.encode(), b"<b>{{ 7 }}</b>", b"../../../../etc/passwd", b"%s%n", b"https://[", b"None",
    b"a\x01b\r\nc\td", "\u2028\u202d".encode(),
)  # fmt: skip
# Values for one field after another, beside what the form began with.
SOLO = (b"a\0b", b"9999-12-31", b"9" * 30, b"x" * 11_000, NOBODY.encode())
TYPED = {"text", "date", "time", "number", "email", "url", "search", "textarea"}


class Fields(HTMLParser):
    """Names and values of the fields on a page, and which of them one types into."""

    def __init__(self, page):
        super().__init__()
        self.values, self.typed, self._select, self._area = {}, set(), "", ""
        self.feed(page.partition('<dialog class="sheet')[0])  # the sheets every page carries have tests of their own

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        name, kind = has.get("name", ""), has.get("type", "text")
        if tag == "input" and name not in ("", "csrfmiddlewaretoken"):
            if kind not in ("radio", "checkbox") or "checked" in has or name not in self.values:
                self.values[name] = has.get("value") or ""
            if kind in TYPED:
                self.typed.add(name)
        elif tag == "select":
            self._select = name
            self.values.setdefault(name, "")
        elif tag == "option" and self._select and "selected" in has:
            self.values[self._select] = has.get("value") or ""
        elif tag == "textarea":
            self._area, self.values[name] = name, ""
            self.typed.add(name)

    def handle_endtag(self, tag):
        self._select = "" if tag == "select" else self._select
        self._area = "" if tag == "textarea" else self._area

    def handle_data(self, data):
        if self._area:
            self.values[self._area] += data


# What pages without a form of their own take.
TAKEN = {
    "objective_status": ("status", "next"),
    "session_missed": ("next",),
    "session_not_held": ("how", "next"),
    "flag_helped": ("helped",),
    "rupture_close": ("outcome",),
    "flag_resolve": ("next",),
    "flag_reopen": ("next",),
    "point_of_trust_lost": ("lost_on",),
    "loose_end_close": ("how",),
    "rematch": ("coach",),
    "bulk": ("row", "action", "sessions", "seen", "next"),
}
POSTED = [route for route in ROUTES if route.post]


def body_of(pairs):
    return "&".join(f"{quote_from_bytes(name.encode())}={quote_from_bytes(value)}" for name, value in pairs)


def send(client, url, pairs):
    """The answer to a form sent as a browser would not; an error of ours raises here."""
    answer = client.post(url, body_of(pairs), content_type="application/x-www-form-urlencoded")
    assert answer.status_code < 500
    return answer


def fields_of(client, url, more=()):
    page = client.get(url)
    fields = Fields(page.content.decode() if page.status_code == 200 else "")
    for name in more:
        fields.values.setdefault(name, "")
    return fields


def attack(client, url, fields, solo=True):
    """Every value in all fields, then some values in one field after another."""
    names = list(fields.values)
    for value in VALUES:
        send(client, url, [(name, value) for name in names])
    for name in names if solo else ():
        for value in SOLO:
            rest = [(other, kept.encode()) for other, kept in fields.values.items() if other != name]
            send(client, url, [*rest, (name, value)])
    twice = [(name, value) for name in names for value in (b"1", b"", b"2")]
    arrays = [(f"{name}{tail}", b"1") for name in names for tail in ("[]", "[0]", "[a][b]", ".x", "__in")]
    for odd in (twice, arrays, [("unknown", b"1"), ("is_active", b"1"), ("coach_id", NOBODY.encode())], []):
        send(client, url, odd)
    large = client.post(url, b"x=" + b"y" * 5_300_000, content_type="application/x-www-form-urlencoded")
    assert large.status_code in (302, 400, 404, 413, 429)  # not 400: a page that has nothing to take any more


def address(route, everybody):  # noqa: F811
    return reverse(route.name, args=[ROWS[route.row](everybody)] if route.row else [route.word] if route.word else [])


@pytest.mark.django_db
@pytest.mark.parametrize("route", POSTED, ids=str)
def test_every_form_answers_whatever_is_sent(route, everybody, as_user):  # noqa: F811
    if route.name.startswith("point_of_trust"):
        PointOfTrust.objects.create(engagement=everybody.mine.engagement, proposed_at=at(-1), proposed_on=at(-1).date())
    client, url = as_user(getattr(everybody, sorted(route.post)[0])), address(route, everybody)
    attack(client, url, fields_of(client, url, TAKEN.get(route.name, ())))


@pytest.mark.django_db
@pytest.mark.parametrize("route", [route for route in POSTED if route.get], ids=str)
def test_what_was_typed_stands_in_the_form_that_comes_back(route, everybody, as_user):  # noqa: F811
    client, url = as_user(getattr(everybody, sorted(route.post)[0])), address(route, everybody)
    fields = fields_of(client, url)
    pairs = [
        (name, f"kept <{n}>" if name in fields.typed else value)
        for n, (name, value) in enumerate(fields.values.items())
    ]
    answer = send(client, url, [(name, value.encode()) for name, value in pairs])
    if answer.status_code != 200:
        assert not any(name.endswith(("_on", "day", "minutes")) for name in fields.typed), "a wrong form went through"
        return
    shown = Fields(answer.content.decode()).values
    lost = {name for name, value in pairs if name in fields.typed and name in shown and shown[name].strip() != value}
    assert lost == set()


# --- pages in front of an account ------------------------------------------------------------------


@pytest.mark.parametrize("name", ["login", "reset_password", "change_password", "reauthenticate", "logout"])
def test_account_pages_answer_whatever_is_sent(name, cast, as_user, client, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    asking = client if name in ("login", "reset_password") else as_user(cast.cora)
    url = reverse(f"account_{name}")
    fields = fields_of(asking, url)
    fields.values.setdefault("next", "")
    attack(asking, url, fields)


def test_a_reset_link_answers_whatever_is_sent(client, cast):
    url = reverse("account_reset_password_from_key", args=["abc", "def"])
    attack(client, url, fields_of(client, url, ("password1", "password2")))


@pytest.mark.parametrize("is_first", [True, False])
def test_an_invitation_answers_whatever_is_sent(is_first, db, client, request):
    if is_first:
        token = open_first_door(now=at())
    else:
        cast = request.getfixturevalue("cast")
        token = invite(user=cast.sten, by=cast.ada, now=at())
    url = reverse("welcome", args=[token])
    attack(client, url, fields_of(client, url))


def test_a_check_in_answers_whatever_is_sent(cast, client):
    session = cast.mine.session
    log_session(session=session, by=cast.cora, now=at(), minutes=60, ratings={})
    check_in = claim_check_in(check_in_id=CheckIn.objects.get().pk, now=at())
    note_check_in_sent(check_in=check_in, now=at())
    url = client.get(reverse("check_in_open", args=[token_of(check_in)]))["Location"]
    attack(client, url, fields_of(client, url))


@pytest.mark.parametrize("model", ["user", "organization", "executive", "program"])
def test_the_admins_forms_answer_whatever_is_sent(model, cast, as_user):
    client = as_user(cast.ada)
    known = {
        "user": cast.cora,
        "organization": cast.mine.organization,
        "executive": cast.emil,
        "program": cast.mine.program,
    }
    for url in (
        reverse(f"admin:engagements_{model}_add"),
        reverse(f"admin:engagements_{model}_change", args=[known[model].pk]),
    ):
        fields = fields_of(client, url)
        fields.values = {name: value for name, value in fields.values.items() if "__prefix__" not in name}
        attack(client, url, fields, solo=False)


# --- encodings, queries, verbs -----------------------------------------------------------------------


def asked_in(content_type):
    """The status with which the whole application answers a request of this content type."""
    told = []
    environ = RequestFactory().get("/account/sign-in/", {"next": "/a/"}).environ | {"CONTENT_TYPE": content_type}
    list(application(environ, lambda status, headers: told.append(int(status.split()[0]))))
    return told[0]


@pytest.mark.parametrize(
    "charset", ["base64", "utf-7", "idna", "unicode_escape", "utf-16", "undefined", "latin-1", "nonsense", "\0", '"']
)
def test_another_encoding_than_utf_8_is_refused(charset, db):
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"):
        assert asked_in(f"{kind}; charset={charset}") == 400, kind


def test_utf_8_by_any_name_is_understood(db):
    assert {asked_in(kind) for kind in ("", "text/plain", "a; charset=UTF8", 'a; charset="utf-8"')} == {200}


ASKED = ("q", "program", "coach", "status", "flag", "sort", "page", "show", "next", "kind", "_to_field")


@pytest.mark.django_db
@pytest.mark.parametrize("route", [route for route in ROUTES if route.get], ids=str)
def test_every_page_answers_whatever_is_asked(route, everybody, as_user):  # noqa: F811
    client, url = as_user(getattr(everybody, sorted(route.get)[0])), address(route, everybody)
    for value in VALUES[:-12]:
        answer = client.get(f"{url}?{body_of((name, value[:4000]) for name in ASKED)}")
        assert answer.status_code < 500
