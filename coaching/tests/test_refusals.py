"""Answers that refuse say nothing of the row they are about, whatever was wrong with the request."""

import pytest
from django.test import Client
from django.urls import reverse

from coaching.tests.matrix import Asker, nothing, sign_in, told, unmasked
from coaching.tests.other_routes import OTHER_ROWS
from coaching.tests.test_access_matrix import ROUTES, ROWS, WORDS, everybody  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

ABOUT_ROWS = [route for route in ROUTES if route.row and route.post]
FORM = "application/x-www-form-urlencoded"
# What no page takes: more fields than there are in any form, and a body that is none.
UNREADABLE = {
    "too many fields": ("&".join(f"x{number}=1" for number in range(2000)), FORM),
    "no body": ("--b\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary="),
    "another encoding": ("a=1", f"{FORM}; charset=utf-16"),
}


@pytest.mark.parametrize("route", ABOUT_ROWS, ids=str)
def test_a_request_that_cannot_be_read_is_refused_without_a_word_about_the_row(route, everybody):  # noqa: F811
    asker = Asker(everybody, ROWS | OTHER_ROWS)
    address, elsewhere = asker.address(route), asker.address(route, key=nothing(ROWS[route.row](everybody)))
    for name in ("cora", "otto", "sten", "anonymous"):
        for what, (body, kind) in UNREADABLE.items():
            ours, theirs = (asker.client(name).post(to, body, content_type=kind) for to in (address, elsewhere))
            if ours.status_code in (400, 404, 413):
                assert told(ours, WORDS) == [], (name, what)
            if name != "cora":
                assert ours.status_code in (302, 400, 404, 413), (name, what)
                # A page may lead back to the address that was asked for; nothing else differs.
                assert unmasked(ours).replace(address.encode(), b"") == unmasked(theirs).replace(
                    elsewhere.encode(), b""
                ), (name, what)


@pytest.mark.parametrize("name", ["cora", "pia", "otto", "sten"])
def test_a_form_without_its_token_is_refused_without_a_word_about_the_row(name, everybody):  # noqa: F811
    client = Client(enforce_csrf_checks=True)
    sign_in(client, getattr(everybody, name))
    key = everybody.mine.engagement.pk
    answers = [client.post(reverse("engagement_status", args=[pk]), {"to": "ACTIVE"}) for pk in (key, nothing())]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert told(answers[0], WORDS) == []


@pytest.mark.parametrize("verb", ["PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
def test_a_verb_that_no_page_knows_is_refused_without_a_word_about_anything(verb, everybody):  # noqa: F811
    client = Client()
    sign_in(client, everybody.cora)
    answer = client.generic(verb, reverse("engagement_detail", args=[everybody.mine.engagement.pk]))
    assert (answer.status_code, answer.content) == (405, b"")
    assert told(answer, WORDS) == []


def test_an_address_with_a_key_that_is_none_is_not_found_and_not_repeated(everybody):  # noqa: F811
    client = Client()
    sign_in(client, everybody.cora)
    for address in ("/engagements/emil/", "/sessions/<script>/log/", "/programs/1/", "/engagements/%00/"):
        answer = client.get(address)
        assert answer.status_code == 404, address
        assert told(answer, ["emil", "<script>/"]) == [], address
