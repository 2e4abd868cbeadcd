"""The course of an embedded start: prepare, start, wait until it answers, wait until told to stop."""

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from django.conf import settings

from coaching.launcher import children
from coaching.launcher.children import STOP_SIGNALS, Child, next_signal

START_SECONDS = 120
PYTHON = sys.executable


class Stopped(Exception):
    """Somebody asked to stop."""


class Broken(Exception):
    """A part failed; the message says which and why."""


def prepare_database(env: dict[str, str], running: list[Child]) -> dict:
    """What the process that makes the database ready has to say (preparation.prepare)."""
    command = [PYTHON, str(Path(settings.BASE_DIR) / "manage.py"), "up", "--prepare"]
    child = children.start("preparation", command, env, stdout=subprocess.PIPE)
    running.append(child)
    while not child.has_ended:
        _stop_if(next_signal(0.5))
    running.remove(child)
    with child.process.stdout as pipe:
        answer = pipe.read()
    if child.process.returncode:
        raise Broken("The database could not be made ready; the reason stands above.")
    return json.loads(answer)


def start_all(running: list[Child], socket_number: int, env: dict[str, str]) -> None:
    """Starts web, worker and beat, each with a log of its own."""
    logs = Path(settings.VAR_DIR) / "log"
    running.append(children.start("web", _web(socket_number), env, log=logs / "web.log", pass_fds=(socket_number,)))
    running.append(children.start("worker", _worker(), env, log=logs / "worker.log"))
    running.append(children.start("beat", _beat(), env, log=logs / "beat.log"))


def wait_for_web(address: str, running: list[Child]) -> None:
    """Returns when the web server answers; the socket queues requests until then."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        _complain_about_the_dead(running)
        if _answers(address):
            return
        _stop_if(next_signal(0.1))
    raise Broken(f"The web server did not answer within {START_SECONDS} seconds; log: {running[0].log}")


def wait_for_stop(running: list[Child]) -> None:
    """Ends by Stopped, or by Broken when one of the three ends by itself."""
    while True:
        _stop_if(next_signal(3600))
        _complain_about_the_dead(running)


def _web(socket_number: int) -> list[str]:
    return [
        *(PYTHON, "-m", "gunicorn", "coaching.wsgi:application", "--bind", f"fd://{socket_number}", "--preload"),
        *("--workers", "2", "--worker-class", "gthread", "--threads", "4", "--timeout", "120"),
        *("--graceful-timeout", "5", "--no-control-socket", "--access-logfile", "-"),
        *("--logger-class", "coaching.launcher.web_log.WebLog"),
    ]


def _worker() -> list[str]:
    # One job at a time in one process: SQLite has one writer, and there is no pool process to be left behind.
    alone = ("--pool", "solo", "--without-gossip", "--without-mingle", "--without-heartbeat")
    return [PYTHON, "-m", "celery", "--app", "coaching", "worker", *alone, "--loglevel", "INFO"]


def _beat() -> list[str]:
    diary = str(Path(settings.VAR_DIR) / "beat-schedule")
    return [PYTHON, "-m", "celery", "--app", "coaching", "beat", "--schedule", diary, "--pidfile", ""]


def _answers(address: str) -> bool:
    """Any answer below 500 means that the application runs."""
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=2):  # noqa: S310 - our own address
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def _stop_if(arrived: int | None) -> None:
    if arrived in STOP_SIGNALS:
        raise Stopped


def _complain_about_the_dead(running: list[Child]) -> None:
    """A part that ended by itself ends the whole, with its last words."""
    for child in running:
        if child.has_ended:
            code = child.process.returncode
            why = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
            raise Broken(
                f"The {child.name} process ended by itself ({why}). {child.log} ends with:\n{child.last_lines()}"
            )
