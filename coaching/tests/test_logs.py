"""What stands in the log, and what does not."""

import io
import logging

import pytest
from celery import shared_task
from django.conf import settings
from django.utils.module_loading import import_string

WORDS = "He fears the board."


@pytest.fixture
def written():
    """The console of the real configuration, as a text; what another handler did before does not show through."""
    formatter = dict(settings.LOGGING["formatters"]["line"])
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(import_string(formatter.pop("()"))(formatter["format"], style=formatter["style"]))
    for named in settings.LOGGING["filters"].values():
        handler.addFilter(import_string(named["()"])())
    root = logging.getLogger()
    root.addHandler(handler)
    yield text.getvalue
    root.removeHandler(handler)


def quoting():
    try:
        int(WORDS)
    except ValueError as error:
        raise KeyError(WORDS) from error


def test_an_error_is_logged_with_its_place_and_class_and_without_its_text(written, caplog):
    try:
        quoting()
    except KeyError:
        logging.getLogger("any").exception("It failed")
    log = written()
    assert WORDS not in log
    assert all(part in log for part in ("It failed", "in quoting", "ValueError", "Which led to:", "KeyError"))


def test_a_page_that_fails_is_logged_without_what_the_error_quotes(written, client, db, monkeypatch):
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("coaching.views.health.connection.cursor", quoting)
        assert client.get("/healthz").status_code == 500
    assert "Internal Server Error: /healthz" in written()
    assert WORDS not in written()


@shared_task(name="tests.quote")
def quote():
    quoting()


def test_a_task_that_fails_is_logged_without_what_the_error_quotes(written):
    quote.apply()
    assert "tests.quote" in written()
    assert "KeyError" in written()
    assert WORDS not in written()
