"""The web application for the tests as a process of its own, which can be killed and started again."""

import os
import signal
import sys
import urllib.error
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path

from coaching.tests.real.processes import running
from coaching.tests.real.redis import free_port
from coaching.tests.real.waiting import wait_until


class Web:
    """Gunicorn on this test's database, always at the same address, with one worker."""

    def __init__(self, database: str):
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.database = database
        self.process = None
        self._stack = ExitStack()

    def start(self) -> None:
        """Returns when it answers."""
        command = [sys.executable, "-m", "gunicorn", "coaching.wsgi:application", "--bind", f"127.0.0.1:{self.port}"]
        command += ["--workers", "1", "--worker-class", "gthread", "--threads", "4", "--no-control-socket"]
        # A demo asks for no second step.
        env = {"DATABASE_URL": self.database, "VAR_DIR": os.environ["VAR_DIR"], "DEMO": "1"}
        self.process = self._stack.enter_context(running(command, env=env))
        wait_until(self.answers, 60, "the web application")

    def answers(self) -> bool:
        assert not self.process.has_ended, self.process.output
        with suppress(urllib.error.URLError, ConnectionError):
            return urllib.request.urlopen(f"{self.address}/healthz", timeout=20).status == 200
        return False

    def workers(self) -> list[int]:
        """Process ids of gunicorn's children."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def kill_worker(self) -> None:
        """As out of memory would; gunicorn starts another."""
        killed = self.workers()
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: self.workers() and not set(self.workers()) & set(killed), 60, "another worker")

    def kill(self) -> None:
        """All of it, at once, as a machine that goes down would."""
        pids = [self.process.pid, *self.workers()]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        self.process.process.wait()
        wait_until(lambda: not any(_is_running(pid) for pid in pids), 20, "its end")

    def close(self) -> None:
        self._stack.close()


def _is_running(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
