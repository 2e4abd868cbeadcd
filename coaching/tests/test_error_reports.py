"""Reports of errors: no value in a mail, on a page or in a log, whoever writes it."""

import logging
from contextlib import suppress

import psycopg2
import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.db import IntegrityError
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.log import AdminEmailHandler
from django.views.debug import technical_500_response

from coaching import database_log
from coaching.tests.real import postgres
from coaching.tests.real.waiting import wait_until
from coaching.tests.test_logs import written  # noqa: F401 - a fixture
from engagements.models import Session

WORDS = "zyxkanari, he fears the board"
TYPED, COOKIE = "typed by somebody", "abc123def456"


@pytest.fixture
def mails_to_administrators(settings):
    """As somebody might set it up: mails with everything Django puts into them."""
    settings.ADMINS = [("Ada", "ada@people.example")]
    handler = AdminEmailHandler(include_html=True)
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)


def fail_with_words(*args, **kwargs):
    """As deep code fails: with the words in a variable, in the error and in the one it came from."""
    said = WORDS
    try:
        raise ValueError(said)
    except ValueError as error:
        raise RuntimeError(f"Cannot save {said!r}") from error


def save_a_log(cast, monkeypatch, action):
    client = Client(raise_request_exception=False)
    client.force_login(cast.cora)
    client.cookies["odd"] = WORDS.split(",")[0]
    monkeypatch.setattr("trust.views.session_log.log_session", action)
    session = cast.mine.session
    form = {"day": f"{session.starts_at:%Y-%m-%d}", "clock": f"{session.starts_at:%H:%M}", "minutes": "60"}
    address = reverse("session_log", args=[session.pk])
    return client.post(
        f"{address}?q={WORDS.split(',')[0]}", form | {"kind": "COACHING", "note": WORDS, "summary": WORDS}
    )


def test_a_mail_about_an_error_in_the_log_holds_its_place_and_no_words(
    cast,
    monkeypatch,
    mails_to_administrators,
    written,  # noqa: F811
    mailoutbox,
):
    answer = save_a_log(cast, monkeypatch, fail_with_words)
    assert answer.status_code == 500
    assert "zyxkanari" not in answer.content.decode()
    (report,) = mail.outbox
    whole = report.message().as_string() + str(report.alternatives)
    assert "RuntimeError" in whole
    assert "in fail_with_words" in whole
    for secret in ("zyxkanari", "fears", django_settings.SECRET_KEY, "emil@", "pot_session"):
        assert secret not in whole, secret
    assert "zyxkanari" not in written()


@pytest.mark.once
def test_the_page_of_a_developer_shows_no_variables_either(settings):
    settings.DEBUG = True
    request = RequestFactory().post("/", {"note": TYPED}, headers={"cookie": f"pot_session={COOKIE}"})
    try:
        fail_with_words()
    except RuntimeError as error:
        page = technical_500_response(request, type(error), error, error.__traceback__).content.decode()
    assert "fail_with_words" in page
    for secret in (TYPED, COOKIE, django_settings.SECRET_KEY, "<td>said</td>"):
        assert secret not in page


def break_a_constraint(*args, session, **kwargs):
    """PostgreSQL quotes the whole row in the error's DETAIL."""
    with pytest.raises(IntegrityError, match="zyxkanari") as broken:
        Session.objects.filter(pk=session.pk).update(minutes=9_999, place=WORDS)
    raise broken.value


@pytest.mark.postgres
def test_a_row_that_the_database_quotes_reaches_no_log_no_mail_and_no_page(
    transactional_db,
    cast,
    monkeypatch,
    mails_to_administrators,
    written,  # noqa: F811
    mailoutbox,
):
    answer = save_a_log(cast, monkeypatch, break_a_constraint)
    assert answer.status_code == 500
    assert "IntegrityError" in written()
    for text in (answer.content.decode(), written(), *(one.message().as_string() for one in mailoutbox)):
        assert "zyxkanari" not in text
        assert "Failing row" not in text


# --- the server's own log -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL server whose log one can read."""
    with postgres.server() as (url, process):
        yield url, process


def asked(url, *questions):
    """Runs statements, each in a transaction of its own; errors are expected."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    for question, values in questions:
        with suppress(psycopg2.Error):
            connection.cursor().execute(question, values)
    connection.close()


@pytest.mark.once
def test_the_servers_log_quotes_values_until_it_is_told_not_to(server):
    url, process = server
    role_url = url.replace("postgres@", "the_app@")
    insert = "INSERT INTO notes VALUES (%s, %s)"
    asked(
        url,
        ("CREATE ROLE the_app LOGIN SUPERUSER", None),
        ("CREATE TABLE notes (n int CHECK (n < 8), words text)", None),
    )
    asked(role_url, (insert, [9, "zyxkanari before"]))
    wait_until(lambda: process.output.count("zyxkanari before") >= 2, 10, "the row and the statement in the log")
    asked(url, *((statement, None) for statement in database_log.remedy(database_log.QUIET, "the_app")))
    asked(role_url, (insert, [9, "zyxkanari after"]), ("SELECT 'the end'::int", None))
    wait_until(lambda: "invalid input syntax" in process.output, 10, "a later error in the log")
    assert "zyxkanari after" not in process.output
    assert 'violates check constraint "notes_n_check"' in process.output


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_doctor_says_so_where_the_server_would_quote():
    from django.db import connection

    from coaching.management.commands.doctor import Ill, look_at_database_log

    with pytest.raises(Ill, match=r"ALTER ROLE .* SET log_min_error_statement = 'panic'"):
        look_at_database_log()
    with connection.cursor() as cursor:
        for name, (value, *_) in database_log.QUIET.items():
            cursor.execute(f"SET LOCAL {name} = '{value}'")
        assert look_at_database_log() == "quotes no values"
