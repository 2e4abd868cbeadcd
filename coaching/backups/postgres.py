"""PostgreSQL's database as bytes and back, by its own pg_dump and pg_restore. Nothing lies in a file meanwhile."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager

from django.db import connection
from psycopg2.extensions import make_dsn

PIECE = 1 << 20
LEFT_OUT = ("django_session",)  # browsers sign in anew
NO_CONNECTION_WORDS = {"cursor_factory", "password", "client_encoding"}
LONGEST_COMPLAINT = 600  # characters


class ToolMissing(Exception):
    """A program of PostgreSQL is not installed; the message says how to get it."""


class ToolFailed(Exception):
    """A program of PostgreSQL gave up; the message is its own."""


@contextmanager
def dumped():
    """The database in pieces, as it is at one moment. Raises ToolMissing, ToolFailed."""
    command = [tool("pg_dump"), "--format=custom", "--compress=0", "--no-owner", "--no-acl"]
    command += [f"--exclude-table-data=*.{table}" for table in LEFT_OUT]
    with _running([*command, _where()], stdout=subprocess.PIPE) as process:
        yield iter(lambda: process.stdout.read(PIECE), b"")


def put_back(pieces):
    """Replaces the tables in one transaction, or changes nothing. Raises ToolMissing, ToolFailed."""
    command = [tool("pg_restore"), "--clean", "--if-exists", "--no-owner", "--no-acl", "--single-transaction"]
    connection.close()
    with _running([*command, "--exit-on-error", "--dbname", _where()], stdin=subprocess.PIPE) as process:
        try:
            for piece in pieces:
                process.stdin.write(piece)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it has given up; what it says follows


def tool(name):
    """The path of one of PostgreSQL's programs. Raises ToolMissing."""
    if path := shutil.which(name):
        return path
    raise ToolMissing(f"{name} is missing. On Debian, as root: apt-get install postgresql-client")


def _where():
    """The connection without its password, which would be seen in the list of processes."""
    words = connection.get_connection_params().items()
    return make_dsn(**{name: value for name, value in words if name not in NO_CONNECTION_WORDS})


@contextmanager
def _running(command, **pipes):
    """A program from the start of the block to its end; raises ToolFailed when it says no."""
    surroundings = {**os.environ, "PGPASSWORD": connection.settings_dict.get("PASSWORD") or ""}
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(command, env=surroundings, stderr=complaints, **pipes)  # noqa: S603 - ours
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        finally:
            code = process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None and not pipe.closed:
                    pipe.close()
        if code:
            complaints.seek(0)
            words = complaints.read().decode(errors="replace").strip()
            raise ToolFailed(f"{os.path.basename(command[0])} gave up: {words[:LONGEST_COMPLAINT]}")
