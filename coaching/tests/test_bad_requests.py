"""Requests that no browser of a person sends: an answer each time that says what is wrong, never an error of ours."""

import io
import json
import re
import zlib
from base64 import urlsafe_b64encode

import pytest
from django.core import signing
from django.test import Client, RequestFactory
from django.urls import reverse

from coaching.tests.cast import at
from coaching.tests.test_access_matrix import ROUTES
from coaching.wsgi import application
from engagements.actions.people import edit_executive
from engagements.models import Executive, Program

DEEP = 100_000
SIGN_IN = "/account/sign-in/"
FORM = "application/x-www-form-urlencoded"


def answered(path=SIGN_IN, body=b"", **environ):
    """The status and body with which the whole application answers a raw POST."""
    told = []
    raw = RequestFactory().post(path, data=body, content_type=FORM).environ | environ
    raw["wsgi.input"] = io.BytesIO(body)
    content = b"".join(application(raw, lambda status, headers: told.append(int(status.split()[0]))))
    return told[0], content.decode()


# --- lengths ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [str(10**20), "9" * 5000, "-1", "abc", "1e9", "٣", "", " 5 ", "5\0"])
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "application/json"]
)
def test_a_length_that_lies_is_answered(length, kind, db):
    status, _ = answered(body=b"login=a", CONTENT_LENGTH=length, CONTENT_TYPE=kind)
    assert status in (200, 302, 400, 403, 413)


def test_more_than_the_server_reads_is_said_to_be_too_much(cast, as_user):
    log = reverse("session_log", args=[cast.mine.session.pk])
    answer = as_user(cast.cora).post(log, {"note": "n" * 10_000_000}, content_type=FORM)
    assert answer.status_code in (200, 413)  # without a name there is nothing to read
    body = b"note=" + b"n" * 10_000_000
    answer = as_user(cast.cora).post(log, body, content_type=FORM)
    assert answer.status_code == 413
    page = answer.content.decode()
    assert "larger than 5 MB" in page
    assert "nnnn" not in page


def test_a_note_longer_than_can_be_kept_comes_back_with_a_message(cast, as_user):
    page, words = reverse("session_log", args=[cast.mine.session.pk]), "word " * 50_000
    answer = as_user(cast.cora).post(page, {"note": words})
    assert answer.status_code == 200
    assert words.strip() in answer.content.decode()
    assert "invalid-feedback" in answer.content.decode()


def test_thousands_of_fields_are_refused(cast, as_user):
    body = "&".join(f"f{number}=1" for number in range(5_000)).encode()
    answer = as_user(cast.cora).post(reverse("profile"), body, content_type=FORM)
    assert answer.status_code == 400


# --- JSON and cookies -----------------------------------------------------------------------------------

BOMBS = {
    "deep lists": "[" * DEEP + "]" * DEEP,
    "deep objects": '{"a":' * DEEP + "1" + "}" * DEEP,
    "a huge number": "9" * 100_000,
    "half a letter": '"\\ud800"',
    "no end": "[" * DEEP,
    "NaN": "NaN",
    "nulls": '"\\u0000"',
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_json_to_a_form_is_a_form_without_anything_in_it(bomb, cast, as_user):
    for name, args in (
        ("session_log", [cast.mine.session.pk]),
        ("profile", []),
        ("objective_add", [cast.mine.engagement.pk]),
    ):
        answer = as_user(cast.cora).post(reverse(name, args=args), BOMBS[bomb], content_type="application/json")
        assert answer.status_code in (200, 302, 400), name


@pytest.mark.parametrize("bomb", BOMBS)
def test_json_that_is_sent_as_a_form_is_answered(bomb, cast, as_user):
    page = reverse("session_log", args=[cast.mine.session.pk])
    answer = as_user(cast.cora).post(page, BOMBS[bomb], content_type=FORM)
    assert answer.status_code in (200, 400)


@pytest.mark.parametrize("bomb", BOMBS)
def test_cookies_are_not_unpacked_before_their_signature_is_seen(bomb, cast):
    packed = urlsafe_b64encode(zlib.compress(BOMBS[bomb].encode())).decode().rstrip("=")
    client = Client()
    for cookie in ("messages", "pot_session", "pot_csrf", "pot_link", "unknown"):
        for value in (
            packed,
            f".{packed}:1:x",
            BOMBS[bomb][:4_000],
            signing.dumps("x", key="another key"),
            "\xff",
            "%00",
        ):
            client.cookies[cookie] = value
            assert client.get(SIGN_IN).status_code in (200, 302), cookie


# --- addresses ------------------------------------------------------------------------------------------

ODD = (
    "?", "?unknown=1", "?__class__=1", "?id__in=1,2", "?engagement__coach=1", "?" + "a" * 8_000, "?%00=%00", "?%F0%9F",
    "?a[]=1&a[]=2", "?q=%E2%80%AE", "?&&&===", "?_popup=1", "?next=//evil.example", "?format=json",
)  # fmt: skip


@pytest.mark.parametrize("query", ODD)
def test_unknown_parts_of_an_address_change_nothing(query, cast, as_user):
    for name, user in (
        ("home", cast.cora),
        ("portfolio", cast.pia),
        ("program_list", cast.pia),
        ("profile", cast.sten),
    ):
        client = as_user(user)
        usual, odd = client.get(reverse(name)), client.get(reverse(name) + query)
        assert odd.status_code == usual.status_code == 200, name
        if not query.startswith("?q="):
            assert plain(odd) == plain(usual), name


def plain(answer):
    """A page without its form tokens, and without its own address where it says it."""
    text = re.sub(r"[A-Za-z0-9]{64}", "token", answer.content.decode())
    return re.sub(r'(?:value|href|action|content)="[^"]*"', "", text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/%00", "/%ff%fe", "/" + "a/" * 2000, "/engagements/%2e%2e/", "/engagements/1/", "//", "/\u202e"]
)
def test_an_address_that_is_none_is_not_found(path, client):
    assert client.get(path).status_code in (302, 404)


# --- one line of text -----------------------------------------------------------------------------------

UNSEEN = ("Emil\u202eliemE", "Em\u2066il", "Em\u2069il", "Em\x01il", "Em\x9bil", "Em\x7fil", "Emil\u202d")


def executive_form(**changes):
    return {"name": "Emil", "email": "emil@client.example", "role": "", "language": "en", "time_zone": "UTC",
            "orientation": "BALANCED"} | changes  # fmt: skip


@pytest.mark.parametrize("name", UNSEEN)
def test_a_name_with_characters_that_cannot_be_seen_is_refused_and_stays_in_the_form(name, cast, as_user):
    address = reverse("executive_edit", args=[cast.mine.engagement.pk])
    for field in ("name", "role"):
        answer = as_user(cast.pia).post(address, executive_form(**{field: name}))
        assert answer.status_code == 200, field
        assert "cannot be seen" in answer.content.decode()
        assert name in answer.content.decode()
    assert Executive.objects.get(pk=cast.emil.pk).name == "Emil"


@pytest.mark.parametrize("name", UNSEEN)
def test_the_admin_refuses_such_a_name_too(name, cast, as_user):
    address = reverse("admin:engagements_executive_change", args=[cast.emil.pk])
    form = executive_form(name=name, organization=cast.mine.organization.pk)
    answer = as_user(cast.ada).post(address, form)
    assert answer.status_code == 200
    assert "cannot be seen" in answer.content.decode()


def test_a_name_that_was_pasted_with_breaks_becomes_one_line(cast, as_user):
    client, program = as_user(cast.pia), cast.mine.program
    form = {
        name: getattr(program, name)
        for name in ("time_zone", "cadence_weeks", "session_budget", "planned_weeks", "retention_months")
    }
    answer = client.post(
        reverse("program_edit", args=[program.pk]), form | {"name": "Senior\r\nLeaders\t2027\u2028North"}
    )
    assert answer.status_code == 302
    assert Program.objects.get(pk=program.pk).name == "Senior Leaders 2027 North"


@pytest.mark.parametrize(
    "name", ["Ελένη", "أَحْمَد", "שרה\u200f", "María-José", "O’Neill", "李明", "Zoë 🙂", "Anna\u200dB"]
)
def test_names_as_people_have_them_are_taken(name, cast, as_user):
    address = reverse("executive_edit", args=[cast.mine.engagement.pk])
    answer = as_user(cast.pia).post(address, executive_form(name=name))
    assert answer.status_code == 302
    assert Executive.objects.get(pk=cast.emil.pk).name == name


def test_words_may_hold_what_a_line_may_not(cast, as_user):
    address = reverse("objective_add", args=[cast.mine.engagement.pk])
    assert as_user(cast.cora).post(address, {"text": "Say \u2066“נכון”\u2069\nand mean it"}).status_code == 302


def test_an_address_with_control_characters_is_refused(cast, as_user):
    address = reverse("executive_edit", args=[cast.mine.engagement.pk])
    answer = as_user(cast.pia).post(address, executive_form(email='"a\x01b"@client.example'))
    assert answer.status_code == 200
    assert "invalid-feedback" in answer.content.decode()


def test_a_file_brings_names_without_such_characters(cast):
    from engagements.imports.cells import read_line_of_text

    assert read_line_of_text(120)("Emil\u202e\x01 \r\nB") == "Emil B"


def test_a_name_never_breaks_the_subject_of_a_mail(cast):
    """Also where an older row holds a break: the letter is not lost, and has no second header."""
    from engagements.actions.letters import owe_letter, send_letter

    edit_executive(executive=cast.emil, name="Emil\r\nBcc: x@evil.example", by=None, now=at())
    letter = owe_letter(kind="agreement", key="k", engagement=cast.mine.engagement, path="/", now=at())
    letter.engagement.refresh_from_db()
    send_letter(letter)


@pytest.mark.django_db
def test_pages_answer_json_where_nobody_asked_for_a_form(client):
    for route in ROUTES[:3]:
        body = json.dumps({"a": [[]] * 1000})
        assert client.post("/", body, content_type="application/json").status_code in (302, 405), route
