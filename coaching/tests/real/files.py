"""Reading files that SQLite holds open."""

import os
import subprocess
import sys

DATABASE = "test.sqlite3"  # how the test databases' files begin (coaching/settings.py)


def bytes_of(path) -> bytes:
    """The content of a file, read by another process: whoever closes a database's file lets go of all the locks that
    their own process has on it, and SQLite then takes others to be alone with it.
    """
    return subprocess.run(["cat", str(path)], capture_output=True, check=True).stdout


def refuse_to_open_the_database() -> None:
    """From now on this process cannot open the file of a test database but through SQLite; see bytes_of."""
    sys.addaudithook(_refuse)


def _refuse(event, args):
    if event == "open" and isinstance(args[0], str) and os.path.basename(args[0]).startswith(DATABASE):
        raise AssertionError("Read the database's file with coaching.tests.real.files.bytes_of.")
