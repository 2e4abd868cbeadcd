"""Reading files that SQLite holds open."""

import subprocess


def bytes_of(path) -> bytes:
    """The content of a file, read by another process: whoever closes a database's file lets go of all the locks that
    their own process has on it, and SQLite then takes others to be alone with it.
    """
    return subprocess.run(["cat", str(path)], capture_output=True, check=True).stdout
