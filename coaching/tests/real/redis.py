"""A Redis server for the tests: Debian's, on loopback, keeping nothing."""

import shutil
import socket
from contextlib import contextmanager

from coaching.tests.real.processes import running
from coaching.tests.real.waiting import wait_until


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def redis():
    """The URL of a running server; gone with the block."""
    program = shutil.which("redis-server")
    if not program:
        raise RuntimeError("Redis for the tests is missing. As root: apt-get install redis-server, or run: make test")
    port = free_port()
    command = [program, "--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no"]
    with running(command, cwd="/") as server:
        wait_until(lambda: server.says("Ready to accept connections"), 20, "Redis")
        yield f"redis://127.0.0.1:{port}/0"
