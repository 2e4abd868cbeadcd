"""What nobody types by accident, into every form: an answer each time, never an error of ours, typed words kept."""

import io
import zipfile
from html.parser import HTMLParser
from urllib.parse import quote_from_bytes

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import reverse

from coaching.tests.cast import at
from coaching.tests.test_access_matrix import ROUTES, ROWS, everybody  # noqa: F401 - a fixture
from coaching.wsgi import application
from engagements.actions.invitations import invite, open_first_door
from engagements.models import ImportRun, ImportStatus
from trust.actions.check_ins import claim_check_in, note_check_in_sent, token_of
from trust.actions.session_log import log_session
from trust.models import CheckIn, PointOfTrust
from trust.tasks import carry_out_import

NOBODY = "00000000-0000-0000-0000-000000000000"
# Values for every field at once.
VALUES = (
    b"", b"\0", b"a\0b", b"\xff\xfe", b"\xed\xa0\x80", "\u202eabc\u2066".encode(), "٣".encode(), "²".encode(),
    b"-1", b"0", b"1e309", b"NaN", b"9" * 30, b"9" * 5000, b"0001-01-01", b"9999-12-31", b"2026-02-30", b"24:00",
    b"x" * 70_000, NOBODY.encode(), b"<b>{{ 7 }}</b>", b"../../../../etc/passwd", b"%s%n", b"https://[", b"None",
)  # fmt: skip
# Values for one field after another, beside what the form began with.
SOLO = (b"a\0b", b"9999-12-31", b"9" * 30, b"x" * 11_000, NOBODY.encode())
TYPED = {"text", "date", "time", "number", "email", "url", "search", "textarea"}


class Fields(HTMLParser):
    """Names and values of the fields on a page, and which of them one types into."""

    def __init__(self, page):
        super().__init__()
        self.values, self.typed, self._select, self._area = {}, set(), "", ""
        self.feed(page)

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
    "flag_respond": ("response",),
    "flag_resolve": ("next",),
    "flag_reopen": ("next",),
    "point_of_trust_lost": ("lost_on",),
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
    url = reverse("check_in", args=[token_of(check_in)])
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
    for value in VALUES[:-10]:
        answer = client.get(f"{url}?{body_of((name, value[:4000]) for name in ASKED)}")
        assert answer.status_code < 500


# --- files -------------------------------------------------------------------------------------------


def xlsx(sheet=b"", **parts):
    """A spreadsheet of hand-made parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", parts.get("workbook", b"<workbook/>"))
        package.writestr("xl/worksheets/sheet1.xml", sheet)
    return file.getvalue()


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><workbook>&b;</workbook>'
HEAD = b"client_email,date,start,minutes,attended,note\n"
ROW = b"emil@client.example,2026-01-05,10:00,60,yes,"


def rows(usual, *odd):
    """A history with one row for each odd value."""
    return HEAD + b"".join(ROW.replace(usual, value) + b"\n" for value in odd)


def event(*lines):
    inside = "\r\n".join(
        ("BEGIN:VEVENT", "UID:a", "DTSTART:20260105T100000Z", "ATTENDEE:mailto:emil@client.example", *lines)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{inside}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".encode()


FILES = {
    "empty": b"",
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "nulls": b"\0" * 5000,
    "null cell": HEAD + ROW + b"a\0b\n",
    "half characters": HEAD + ROW + b"\xed\xa0\x80\n",
    "half characters in UTF-16": (HEAD + ROW).decode().encode("utf-16") + b"\x00\xd8\n\0",
    "no rows": HEAD,
    "one long cell": HEAD + ROW + b"x" * 1_000_000 + b"\n",
    "many columns": b",".join(b"c%d" % n for n in range(20_000)) + b"\n1\n",
    "open quote": HEAD + b'"' + b"x" * 200_000,
    "odd dates": rows(b"2026-01-05", b"0001-01-01", b"9999-12-31", b"99999999999999", b"-1", b"1e309"),
    "odd numbers": rows(b"60", b"1e309", b"-5", b"NaN", b"9" * 400),
    "odd times": rows(b"10:00", b"99:99", b"24:00", b"-1", "٣:٣٠".encode()),
    "zip that is no spreadsheet": xlsx(b"<a"),
    "spreadsheet that laughs": xlsx(workbook=LAUGHS),
    "bomb": xlsx(b"<a>" + b" " * 90_000_000),
    "cut spreadsheet": xlsx(b"<worksheet/>")[:200],
    "calendar": event("SUMMARY:x"),
    "calendar of seconds": event("RRULE:FREQ=SECONDLY"),
    "calendar for ever": event("RRULE:FREQ=DAILY;INTERVAL=0"),
    "calendar on the spot": event("RRULE:FREQ=DAILY", "EXRULE:FREQ=DAILY;INTERVAL=0"),
    "calendar of long ago": event("RRULE:FREQ=DAILY").replace(b":20260105T", b":00010105T"),
    "calendar of no day": event("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
    "calendar of many dates": event("RDATE:" + ",".join(["20260105T100000Z"] * 100_000)),
    "calendar of all seconds": event("RRULE:FREQ=DAILY;BYSECOND=" + ",".join(map(str, range(60)))),
    "calendar beyond time": event("RRULE:FREQ=YEARLY;UNTIL=99991231T000000Z", "DTEND:99991231T235959Z"),
    "calendar of year one": event("RDATE:00010101T000000Z", "DURATION:P99999999D"),
    "calendar without sense": event("RRULE:FREQ=NEVER", "DTEND:yesterday", "EXDATE:;;;"),
    "calendar of odd zones": event("DTEND;TZID=Mars/Olympus:20260105T110000", "RECURRENCE-ID;TZID=x:20260105T100000"),
    "calendar of nulls": event("LOCATION:a\0b", "URL:https://\0"),
    "calendar in calendars": b"BEGIN:VCALENDAR\r\n" * 2000 + b"BEGIN:VEVENT\r\n" * 2000,
}  # fmt: skip


@pytest.mark.parametrize("kind", ["roster", "history", "calendar"])
def test_files_that_lie_about_themselves_are_refused_with_a_reason_or_read(kind, cast, as_user):
    client = as_user(cast.pia if kind == "roster" else cast.cora)
    for name, content in FILES.items():
        file = SimpleUploadedFile("\u202eTable\0.csv", content, content_type="image/png")
        answer = client.post(reverse("import_start", args=[kind]), {"file": file, "time_zone": "UTC"}, follow=True)
        assert answer.status_code == 200, name
        if answer.redirect_chain:
            _look_and_carry_out(client, answer.redirect_chain[-1][0], name)
        else:
            assert "invalid-feedback" in answer.content.decode(), name


def _look_and_carry_out(client, review, name):
    for page in (review, f"{review}refused.csv"):
        assert client.get(page).status_code in (200, 302), name
    assert client.post(f"{review}carry-out/").status_code == 302, name
    carry_out_import(str(ImportRun.objects.get(status=ImportStatus.QUEUED).pk))
    done = client.get(f"{review}done/")
    assert done.status_code == 200, name
    assert "our side" not in done.content.decode(), name
    assert client.post(f"{review}discard/").status_code == 302, name


MARKUP = "<b id='x'>{{ 7 }}</b>"


def test_markup_in_a_file_is_shown_as_text(cast, as_user):
    table = f"client_email,date,start,{MARKUP}\n{MARKUP},{MARKUP},{MARKUP},{MARKUP}\n".encode()
    calendar = event(f"SUMMARY:{MARKUP}", f"LOCATION:{MARKUP}")
    for kind, content in (("history", table), ("calendar", calendar)):
        file = SimpleUploadedFile(f"{MARKUP}.csv", content)
        page = as_user(cast.cora).post(reverse("import_start", args=[kind]), {"file": file}, follow=True)
        assert page.redirect_chain, kind
        assert kind == "calendar" or "&lt;b id=" in page.content.decode()
        assert "<b id=" not in page.content.decode(), kind


def test_markup_in_names_is_shown_as_text_to_everybody(cast, as_user):
    for row in (cast.emil, cast.cora, cast.pia, cast.mine.program, cast.mine.organization):
        row.name = MARKUP
        row.save()
    engagement, program = [cast.mine.engagement.pk], [cast.mine.program.pk]
    pages = {
        "cora": ["home", "engagement_detail", "executive_edit", "session_schedule", "engagement_status"],
        "pia": [
            "portfolio",
            "program_list",
            "program_detail",
            "program_edit",
            "engagement_create",
            "engagement_detail",
        ],
        "ada": ["admin:engagements_executive_changelist", "admin:engagements_program_changelist", "admin:index"],
    }
    for name, routes in pages.items():
        client = as_user(getattr(cast, name))
        for route in routes:
            args = program if route in ("program_detail", "program_edit") else engagement
            page = client.get(
                reverse(route, args=args if "_" in route and "list" not in route and "create" not in route else [])
            )
            assert page.status_code == 200, route
            assert "<b id=" not in page.content.decode(), route
