"""Starting processes that cannot outlive the tests."""

import os
import signal
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path

from coaching.launcher.children import end_with_parent

ROOT = Path(__file__).resolve().parents[3]
END_SECONDS = 20


class Running:
    """A process, its output so far, and its end."""

    def __init__(self, process: subprocess.Popen, output: Path):
        self.process = process
        self.pid = process.pid
        self._output = output

    @property
    def output(self) -> str:
        return self._output.read_text(errors="replace")

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def says(self, words: str) -> bool:
        """Whether it has written these words; fails when it ended without them."""
        if words in self.output:
            return True
        assert not self.has_ended, f"Ended with {self.process.returncode} before saying {words!r}:\n{self.output}"
        return False

    def end(self, how: int = signal.SIGTERM) -> int:
        """Ends it and returns its exit code; by force when it takes too long."""
        if not self.has_ended:
            self.process.send_signal(how)
        try:
            return self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def processes_with(words: str) -> dict[int, str]:
    """Command lines, by process id, of all that have these words in their arguments or environment."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it may end while we look
            arguments = (folder / "cmdline").read_bytes()
            if words.encode() in arguments + (folder / "environ").read_bytes():
                found[int(folder.name)] = arguments.replace(b"\0", b" ").decode(errors="replace").strip()
    return found


@contextmanager
def running(command: list, *, env: dict[str, str | None] | None = None, **options):
    """A process from the start of the block to its end, with the real settings.

    `env` is added to this process's environment; None takes a variable away.
    """
    surroundings = {**os.environ, "DJANGO_SETTINGS_MODULE": "coaching.settings", **(env or {})}
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "output"
        with output.open("wb") as handle:
            process = subprocess.Popen(
                [str(part) for part in command],
                env={name: value for name, value in surroundings.items() if value is not None},
                cwd=options.pop("cwd", ROOT),
                stdin=subprocess.DEVNULL,
                stdout=handle,
                stderr=subprocess.STDOUT,
                preexec_fn=end_with_parent,
                **options,
            )
        started = Running(process, output)
        try:
            yield started
        finally:
            started.end()
