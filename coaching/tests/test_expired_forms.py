"""An expiring session never costs text: what was sent comes back, and goes out again after signing in."""

import re
from html.parser import HTMLParser

import pytest
from django.contrib.sessions.models import Session as BrowserSession
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from coaching.tests.cast import PASSWORD
from coaching.tests.test_account_pages import INLINE
from engagements.models import Objective
from trust.tests.test_session_log import answers, log_url, note_of

NOTE = "Emil said “what if they notice?”\nand fell silent & looked <away>.\n\n  Then: laughter."
SUMMARY = "We agreed on two conversations before the board meets."


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


@pytest.fixture
def browser(cast):
    """Cora with the form tokens of a real browser, signed in."""
    client = Client(enforce_csrf_checks=True)
    token = token_on(client.get(reverse("account_login")))
    form = {"login": cast.cora.email, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert client.post(reverse("account_login"), form).status_code == 302
    return client


def token_on(answer):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.content.decode())[1]


def expire(client):
    session = client.session
    session["used_at"] -= 2 * 3600
    session.save()


class Sent(HTMLParser):
    """What the form that came back would send, as (name, value) in its order."""

    def __init__(self, answer):
        super().__init__()
        self.pairs, self._area = [], ""
        self.feed(answer.content.decode().partition('<form method="post" action=')[2])

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        if tag == "input" and has.get("name"):
            self.pairs.append((has["name"], has.get("value") or ""))
        elif tag == "textarea":
            self._area = has["name"]
            self.pairs.append((self._area, None))

    def handle_endtag(self, tag):
        self._area = "" if tag == "textarea" else self._area

    def handle_data(self, data):
        if self._area:
            self.pairs[-1] = (self._area, (self.pairs[-1][1] or "") + data)

    def lists(self):
        """By name, as a browser sends it: without the line break that follows a textarea's tag."""
        found = {}
        for name, value in self.pairs:
            found.setdefault(name, []).append((value or "").removeprefix("\n"))
        return found


def sign_in_elsewhere(client, cast):
    """In another tab of the same browser."""
    page = client.get(reverse("account_login"))
    form = {"login": cast.cora.email, "password": PASSWORD, "csrfmiddlewaretoken": token_on(page)}
    assert client.post(reverse("account_login"), form).status_code == 302


def send_log(client, cast, **more):
    """Opens the log, lets the session expire, and sends what was written."""
    token = token_on(client.get(log_url(cast.mine.session)))
    expire(client)
    form = answers(cast.mine.session, note=NOTE, summary=SUMMARY, opened=["OPENED_UP", "ASKED_FOR_HELP"], **more)
    return client.post(log_url(cast.mine.session), form | {"csrfmiddlewaretoken": token}), form


def test_a_log_sent_too_late_comes_back_is_sent_again_after_signing_in_and_is_saved(browser, cast):
    answer, form = send_log(browser, cast)
    assert answer.status_code == 403
    assert b"You are signed out" in answer.content
    back = Sent(answer).lists()
    for name, value in form.items():
        assert back[name] == (value if isinstance(value, list) else [value]), name
    assert note_of(cast.mine.session) is None
    sign_in_elsewhere(browser, cast)
    # Without script the form still has its old token: the words come back once more, with a good one.
    again = browser.post(log_url(cast.mine.session), back)
    assert again.status_code == 403
    assert b"Please send that again" in again.content
    assert Sent(again).lists() | {"csrfmiddlewaretoken": []} == back | {"csrfmiddlewaretoken": []}
    saved = browser.post(log_url(cast.mine.session), Sent(again).lists())
    assert saved.status_code == 302
    assert note_of(cast.mine.session) == NOTE


def test_a_fresh_token_from_any_page_is_enough_as_the_script_on_the_page_takes_it(browser, cast):
    answer, _ = send_log(browser, cast)
    asked = re.search(r'data-send-again="([^"]+)"', answer.content.decode())[1]
    assert browser.get(asked).status_code == 302  # still signed out: the script says so
    sign_in_elsewhere(browser, cast)
    form = Sent(answer).lists() | {"csrfmiddlewaretoken": [token_on(browser.get(asked))]}
    assert browser.post(log_url(cast.mine.session), form).status_code == 302
    assert note_of(cast.mine.session) == NOTE


def test_what_comes_back_is_kept_nowhere(browser, cast):
    answer, _ = send_log(browser, cast)
    assert "no-store" in answer.headers["Cache-Control"]
    assert not INLINE.search(answer.content.decode())
    sessions = "".join(str(row.get_decoded()) for row in BrowserSession.objects.all())
    assert "laughter" not in sessions
    assert "laughter" not in str(answer.cookies)


def test_a_form_from_before_signing_in_anew_comes_back_too(browser, cast):
    objective = Objective.objects.get(engagement=cast.mine.engagement)
    url = reverse("objective_edit", args=[objective.pk])
    old = token_on(browser.get(url))
    browser.cookies.clear()
    sign_in_elsewhere(browser, cast)
    answer = browser.post(url, {"text": SUMMARY, "csrfmiddlewaretoken": old})
    assert answer.status_code == 403
    assert Sent(answer).lists()["text"] == [SUMMARY]
    assert browser.post(url, Sent(answer).lists()).status_code == 302


def test_somebody_else_who_signs_in_then_cannot_send_it(browser, cast):
    answer, _ = send_log(browser, cast)
    page = browser.get(reverse("account_login"))
    form = {"login": cast.otto.email, "password": PASSWORD, "csrfmiddlewaretoken": token_on(page)}
    browser.post(reverse("account_login"), form)
    again = browser.post(log_url(cast.mine.session), Sent(answer).lists())
    assert browser.post(log_url(cast.mine.session), Sent(again).lists()).status_code == 404
    assert note_of(cast.mine.session) is None


def test_a_file_cannot_be_kept_and_the_page_says_so(browser, cast):
    url = reverse("import_start", args=["history"])
    token = token_on(browser.get(url))
    expire(browser)
    file = SimpleUploadedFile("history.csv", b"client_email,date\r\n")
    answer = browser.post(url, {"file": file, "time_zone": "UTC", "csrfmiddlewaretoken": token})
    assert answer.status_code == 403
    assert b"The file has to be chosen again" in answer.content


def test_an_empty_form_and_a_link_lead_to_signing_in(client, cast):
    for answer in (
        client.post(log_url(cast.mine.session)),
        client.post(log_url(cast.mine.session), {"next": "/", "note": ""}),
        client.get(log_url(cast.mine.session)),
    ):
        assert answer.url.startswith(reverse("account_login"))


def test_a_part_of_a_page_is_sent_to_sign_in_since_its_page_stays(client, cast):
    answer = client.post(log_url(cast.mine.session), {"note": NOTE}, headers={"HX-Request": "true"})
    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_what_another_site_sends_is_not_offered_to_be_sent_again(browser, cast, headers):
    url = log_url(cast.mine.session)
    for _ in ("signed in", "signed out"):
        answer = browser.post(url, {"note": NOTE, "csrfmiddlewaretoken": "a" * 32}, headers=headers)
        assert answer.status_code in (302, 403)
        assert b"laughter" not in answer.content
        browser.cookies.clear()


def test_passwords_and_codes_never_come_back(db):
    client = Client(enforce_csrf_checks=True)
    for name, form in (
        ("account_login", {"login": "a@people.example", "password": "my secret phrase"}),
        ("mfa_authenticate", {"code": "123456"}),
        ("account_reset_password", {"email": "a@people.example"}),
    ):
        answer = client.post(reverse(name), form)
        assert answer.status_code == 403
        assert not any(value in answer.content.decode() for value in form.values())


def test_a_personal_link_asks_nobody_to_sign_in(db):
    client = Client(enforce_csrf_checks=True)
    answer = client.post(
        reverse("welcome", args=["nothing"]), {"name": "Demo First Of All", "password": "my secret phrase"}
    )
    assert answer.status_code == 403
    assert b"Sign in in another tab" not in answer.content
    assert b"Demo First Of All" in answer.content
    assert b"my secret phrase" not in answer.content
