"""Settings refuse nonsense with a hint, and are strict unless told otherwise."""

import os
import stat
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from coaching import environment
from coaching.tests.real.processes import running

pytestmark = pytest.mark.once


def manage(*arguments, **env):
    """Exit code and output of a management command under the real settings."""
    with running([sys.executable, "manage.py", *arguments], env=env) as command:
        return command.process.wait(180), command.output.strip()


@pytest.mark.parametrize(
    ("variable", "value", "hint"),
    [
        ("DEBUG", "maybe", "DEBUG is 'maybe'; set it to 1 or 0."),
        ("EMAIL_URL", "mail.example", "EMAIL_URL must look like smtp://"),
        ("DATABASE_URL", "nonsense", "DATABASE_URL must look like postgres://"),
        ("SESSION_IDLE_MINUTES", "1", "SESSION_IDLE_MINUTES is '1'; set it to a number from 5 to 720."),
        ("SESSION_HOURS", "100", "SESSION_HOURS is '100'; set it to a number from 1 to 24."),
    ],
)
def test_a_variable_with_nonsense_in_it_stops_every_command_with_one_line(tmp_path, variable, value, hint):
    code, words = manage("check", VAR_DIR=str(tmp_path), **{variable: value})
    assert code == 1
    assert words.startswith(f"Wrong setting: {hint}")
    assert "\n" not in words


@pytest.mark.parametrize("word", ["0", "65536", "-1", "8000.0", "²", ""])
def test_a_number_out_of_bounds_is_refused_with_the_bounds(monkeypatch, word):
    monkeypatch.setenv("PORT", word)
    with pytest.raises(ImproperlyConfigured, match="set it to a number from 1 to 65535"):
        environment.number("PORT", 8000, 1, 65535)


def test_a_secret_is_made_once_and_only_its_owner_can_read_it(tmp_path, monkeypatch):
    monkeypatch.delenv("SOME_SECRET", raising=False)
    file = tmp_path / "new" / "secret"
    first = environment.secret("SOME_SECRET", file)
    assert environment.secret("SOME_SECRET", file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    monkeypatch.setenv("SOME_SECRET", "from outside")
    assert environment.secret("SOME_SECRET", file) == "from outside"


def test_nothing_set_means_strict(tmp_path):
    names = (
        "DEBUG",
        "DEMO",
        "HTTPS",
        "SECURE_SSL_REDIRECT",
        "SESSION_COOKIE_SECURE",
        "SECOND_FACTOR",
        "SESSION_COOKIE_NAME",
    )
    show = f"from django.conf import settings; print(*(getattr(settings, name) for name in {names}))"
    unset = dict.fromkeys(("DEBUG", "DEMO", "HTTPS", "STATIC_FROM_SOURCE"))
    code, words = manage("shell", "--no-imports", "-c", show, VAR_DIR=str(tmp_path), **unset)
    assert (code, words) == (0, "False False True True True True __Host-pot_session")


def test_the_doctor_says_what_is_wrong_and_what_to_do(tmp_path):
    code, words = manage("doctor", VAR_DIR=str(tmp_path), DATABASE_URL=None)
    assert code == 1
    assert "not applied. Run: manage.py migrate" in words
    assert "Start one: celery --app coaching worker" in words
    assert "ok   keys" in words


def test_these_tests_have_a_folder_of_their_own(settings):
    assert "point-of-trust-" in str(settings.VAR_DIR)
    assert str(settings.VAR_DIR) == os.environ["VAR_DIR"]
