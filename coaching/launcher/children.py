"""The processes of an embedded start: started together, watched together, ended together.

Stop signals and the end of a child are *waited for*, not handled: they stay blocked in this process and
`next_signal` takes them one at a time, so nothing happens in the middle of something else.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1  # linux/prctl.h
STOP_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
GRACE_SECONDS = 10  # a job cut short is found again by the next sweep
LOG_LINES_SHOWN = 12

_libc = ctypes.CDLL(None)  # before any fork: loading a library in a forked child is not safe


@dataclass
class Child:
    """One running process and where it writes."""

    name: str
    process: subprocess.Popen
    log: Path | None = None

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def last_lines(self) -> str:
        """The end of its log, for the message when it ended by itself."""
        if not self.log or not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-LOG_LINES_SHOWN:])


def hold_signals() -> None:
    """From here on stop signals wait until somebody asks for them."""
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS | {signal.SIGCHLD})


def next_signal(seconds: float) -> int | None:
    """The next stop signal or SIGCHLD, or None after so many seconds."""
    found = signal.sigtimedwait(STOP_SIGNALS | {signal.SIGCHLD}, seconds)
    return found.si_signo if found else None


def end_with_parent() -> None:
    """Asks the kernel to end this process when the one that started it is gone, however it went."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(name: str, command: list[str], env: dict[str, str], *, log: Path | None = None, pass_fds=(), stdout=None):
    """Starts a child in a session of its own, so that Ctrl-C reaches this process alone."""
    launcher = os.getpid()

    def bind_to_launcher():
        end_with_parent()
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        if os.getppid() != launcher:  # it died before the line above could help
            os._exit(1)

    output = _fresh_log(log) if log else None
    process = subprocess.Popen(  # noqa: S603 - our own commands
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=output or stdout,
        stderr=output,
        pass_fds=pass_fds,
        start_new_session=True,
        preexec_fn=bind_to_launcher,
    )
    if output:
        output.close()
    return Child(name, process, log)


def _fresh_log(path: Path):
    """Keeps one earlier log, so that logs cannot grow for ever over many starts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.replace(path.with_suffix(".previous.log"))
    return path.open("wb")


def stop(children: Iterable[Child]) -> None:
    """Asks all to end, waits, then ends whoever did not; a second stop signal shortens the wait."""
    children = list(children)
    for child in children:
        if not child.has_ended:
            child.process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    while not all(child.has_ended for child in children):
        if next_signal(max(0, min(0.5, deadline - time.monotonic()))) in STOP_SIGNALS or time.monotonic() >= deadline:
            break
    for child in children:
        _end_group(child)


def _end_group(child: Child) -> None:
    """Ends the child if it still runs, and whatever it started and left behind."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.process.pid, signal.SIGKILL)
    child.process.wait()
