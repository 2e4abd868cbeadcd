"""SQLite's database as bytes and back, by its online backup: nobody has to stop while a backup is taken."""

import os
import sqlite3
import tempfile
from contextlib import closing, contextmanager

from django.conf import settings
from django.db import connection

from coaching.backups.sealed_file import NotABackup

PIECE = 1 << 20
MOST_TRIES = 20  # a tenth of a second apart
LEFT_OUT = ("django_session",)  # browsers sign in anew


class Busy(Exception):
    """Somebody is writing to the database."""


@contextmanager
def dumped():
    """The database in pieces, as it is at one moment. Lies in VAR_DIR meanwhile, beside the database itself."""
    with _draft() as path:
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as here, closing(sqlite3.connect(path)) as copy:
            here.backup(copy)
            copy.execute("PRAGMA secure_delete = ON")
            for table in LEFT_OUT:
                copy.execute(f"DELETE FROM {table}")  # noqa: S608 - a name of ours
            copy.commit()
            copy.execute("PRAGMA journal_mode = DELETE")
        with open(path, "rb") as file:
            yield iter(lambda: file.read(PIECE), b"")


def put_back(pieces):
    """Replaces the whole database. Raises NotABackup when the pieces are no sound database, Busy."""
    with _draft() as path:
        with open(path, "wb") as file:
            for piece in pieces:
                file.write(piece)
        connection.close()
        with closing(sqlite3.connect(path)) as kept:
            _refuse_unsound(kept)
            _replace_with(kept)


def _refuse_unsound(kept):
    try:
        (found,) = kept.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError:
        found = "not a database"
    if found != "ok":
        raise NotABackup("The file opens, but what is in it is no sound SQLite database.")


def _replace_with(kept):
    tries = iter(range(MOST_TRIES))

    def count_try(status, remaining, total):
        """Called after each try, of which only the last one goes through; without a limit they would go on."""
        if next(tries, None) is None:
            raise Busy("The database is in use. Stop the application, then try again.")

    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as here:
        kept.backup(here, progress=count_try, sleep=0.1)
        here.execute("PRAGMA journal_mode = WAL")
        here.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _draft():
    """A file in VAR_DIR that only its owner can read, gone with the block."""
    descriptor, path = tempfile.mkstemp(dir=settings.VAR_DIR, prefix="backup-")
    os.close(descriptor)
    try:
        yield path
    finally:
        for tail in ("", "-wal", "-shm", "-journal"):
            if os.path.exists(path + tail):
                os.unlink(path + tail)
