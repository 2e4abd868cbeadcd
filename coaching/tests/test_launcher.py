"""`manage.py up`, started for real: what it says, what it serves, and that it leaves nothing behind."""

import os
import re
import signal
import socket
import sys
import urllib.request
from contextlib import contextmanager

import pytest

from coaching.tests.real import worker as workers
from coaching.tests.real.processes import processes_with, running
from coaching.tests.real.redis import free_port
from coaching.tests.real.waiting import wait_until

pytestmark = pytest.mark.once
READY = "Stop with Ctrl-C"
PARTS = {"gunicorn", "worker", "beat"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One VAR_DIR for the tests of this module: the first start makes the database, later ones reuse it."""
    return tmp_path_factory.mktemp("var")


@contextmanager
def up(folder, **env):
    """The launcher with nothing set but what is given; any free port unless one is named."""
    unset = dict.fromkeys(("HTTPS", "STATIC_FROM_SOURCE", "SITE_URL", "DATABASE_URL", "CELERY_BROKER_URL"))
    chosen = {"VAR_DIR": str(folder), "PORT": "0", "DEMO": "0", **env}
    with running([sys.executable, "manage.py", "up"], env={**unset, **chosen}) as launcher:
        yield launcher


def ready(launcher):
    """The address it says it is running at."""
    wait_until(lambda: launcher.says(READY), 90, "the launcher to be ready")
    return re.search(r"running at (\S+)", launcher.output)[1]


def answer_of(address):
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.status, answer.read().decode()


def last_words(folder, **env):
    """Exit code and output of a start that cannot succeed."""
    with up(folder, **env) as launcher:
        return launcher.process.wait(60), launcher.output.strip()


def children_of(launcher, folder):
    """The launcher's processes by id, without itself."""
    return {pid: line for pid, line in processes_with(str(folder)).items() if pid != launcher.pid}


def give_work_to_the_worker_of(folder, settings, monkeypatch):
    """Puts the minute's sweep into the launcher's own broker folder, and waits until it is done."""
    place = str(folder / "broker" / "queue")
    monkeypatch.setitem(settings.CELERY_BROKER_TRANSPORT_OPTIONS, "data_folder_in", place)
    monkeypatch.setitem(settings.CELERY_BROKER_TRANSPORT_OPTIONS, "data_folder_out", place)
    workers.Worker(None, workers.FILE_BROKER).send("trust.sweep_judgements")
    log = folder / "log" / "worker.log"
    wait_until(lambda: re.search(r"trust\.sweep_judgements\S* succeeded", log.read_text()), 60, "the sweep")


def test_it_serves_the_sign_in_page_and_leaves_nothing_when_told_to_stop(folder):
    with up(folder) as launcher:
        address = ready(launcher)
        assert answer_of(f"{address}/account/sign-in/")[0] == 200
        style = re.search(r'href="(/static/[^"]+\.css)"', answer_of(f"{address}/account/sign-in/")[1])[1]
        assert answer_of(address + style)[0] == 200
        lines = " ".join(children_of(launcher, folder).values())
        assert all(part in lines for part in PARTS)
        assert launcher.end(signal.SIGTERM) == 0
        assert launcher.output.strip().endswith("Stopped.")
    assert processes_with(str(folder)) == {}


def test_a_second_start_uses_the_same_data_offers_the_first_administrators_link_again_and_works(
    folder, settings, monkeypatch
):
    key = folder / "secret_key"
    before = key.read_text() if key.exists() else None
    with up(folder) as launcher:
        ready(launcher)
        link = re.search(r"http://\S+/welcome/\S+/", launcher.output)[0]
        assert answer_of(link)[0] == 200
        give_work_to_the_worker_of(folder, settings, monkeypatch)
        assert launcher.end(signal.SIGINT) == 0
    assert before in {None, key.read_text()}


def test_two_at_once_say_why_they_cannot_and_one_killed_without_warning_takes_its_processes_along(folder, tmp_path):
    with up(folder) as launcher:
        address = ready(launcher)
        code, words = last_words(folder)
        assert (code, words.count("\n")) == (1, 0)
        assert f"Already running on {folder}: {address}, process {launcher.pid}" in words
        port = address.rpartition(":")[2]
        code, words = last_words(tmp_path, PORT=port)
        assert (code, words) == (1, f"CommandError: Port {port} is taken. Stop what uses it, or choose another: "
                                    f"PORT={int(port) + 1}.")  # fmt: skip
        assert children_of(launcher, folder)
        launcher.end(signal.SIGKILL)
        wait_until(lambda: processes_with(str(folder)) == {}, 60, "the children to follow")


def test_when_its_worker_dies_it_says_so_and_ends(folder):
    with up(folder) as launcher:
        ready(launcher)
        worker = next(pid for pid, line in children_of(launcher, folder).items() if " worker " in line)
        os.kill(worker, signal.SIGKILL)
        assert launcher.process.wait(60) == 1
        assert "The worker process ended by itself (signal SIGKILL)." in launcher.output
    assert processes_with(str(folder)) == {}


def test_a_folder_that_cannot_be_written_gives_one_line():
    code, words = last_words("/proc/nowhere")
    assert (code, words.count("\n")) == (1, 0)
    assert "Cannot write /proc/nowhere" in words
    assert "VAR_DIR" in words


@pytest.mark.parametrize(
    ("variable", "value", "hint"),
    [
        ("PORT", "eighty", "PORT is 'eighty'; set it to a number from 0 to 65535."),
        ("HOST", "no.such.host.invalid", "Set HOST=127.0.0.1."),
        ("DEMO", "perhaps", "DEMO is 'perhaps'; set it to 1 or 0."),
    ],
)
def test_a_wrong_variable_gives_one_line_with_the_way_out(tmp_path, variable, value, hint):
    code, words = last_words(tmp_path, **{variable: value})
    assert (code, words.count("\n")) == (1, 0)
    assert hint in words


def test_a_port_somebody_else_listens_on_is_taken(tmp_path):
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        code, words = last_words(tmp_path, PORT=str(port))
    assert code == 1
    assert f"Port {port} is taken." in words
