"""Takes a backup of the database in use, and puts one back."""

import os
import tempfile
from contextlib import suppress
from datetime import UTC
from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from coaching.backups import postgres, sealed_file, sqlite
from coaching.backups.keys import key_to_open, key_to_seal
from engagements.key_ring import KeyMissing, key_ring
from engagements.models import Engagement, EngagementKey
from trust.actions.erasing import erase_engagement_content

ENGINES = {"sqlite": sqlite, "postgresql": postgres}
# Tables that a fresh database has rows in.
FILLED_BY_MIGRATIONS = {"django_migrations", "django_content_type", "auth_permission", "sqlite_sequence"}


class Refused(Exception):
    """The backup is not put back; the message says why and what to do."""


def take(path: Path, *, now) -> dict:
    """Writes a sealed backup, whole or not at all, readable for its owner alone; returns its head."""
    name, key = key_to_seal()
    head = {
        "made_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "engine": connection.vendor,
        "key": name,
        "note_keys": sorted(set(EngagementKey.objects.values_list("wrapped_by", flat=True))),
        "migrations": sorted(".".join(one) for one in MigrationLoader(connection).applied_migrations),
    }
    descriptor, draft = tempfile.mkstemp(dir=path.resolve().parent, prefix=".backup-")  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            with ENGINES[connection.vendor].dumped() as pieces:
                sealed_file.write(file, head=head, key=key, plain=pieces)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(draft)
        raise
    return head


def look(path: Path) -> dict:
    """The head of a backup that fits this installation. Raises NotABackup, Refused."""
    with path.open("rb") as file:
        head = sealed_file.read_head(file)
    if head.get("engine") != connection.vendor:
        raise Refused(f"This is a backup of {head.get('engine')}; the database here is {connection.vendor}.")
    known = {".".join(one) for one in MigrationLoader(None).disk_migrations}
    if unknown := [name for name in head.get("migrations", ()) if name not in known]:
        raise Refused(f"This backup is of a newer version, which knows {unknown[0]}. Install that version first.")
    return head


def put_back(path: Path, head: dict, *, now) -> int:
    """Replaces the database by the backup, brings it up to date, and erases again what was erased here since.

    Reads the file through once before anything is touched. Returns how many were erased again.
    """
    key = key_to_open(head["key"])
    with path.open("rb") as file:
        for _ in sealed_file.read(file, key=key):
            pass
    erased = erased_here()
    with path.open("rb") as file:
        ENGINES[connection.vendor].put_back(sealed_file.read(file, key=key))
    call_command("migrate", verbosity=0, interactive=False)
    return _erase_again(erased, now)


def is_empty() -> bool:
    """Whether no table of the database in use holds a row that is not there from the start."""
    tables = set(connection.introspection.table_names()) - FILLED_BY_MIGRATIONS
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")  # noqa: S608 - from the database
            if cursor.fetchone():
                return False
    return True


def erased_here() -> list:
    """Keys of engagements whose content was erased, as far as the database in use knows."""
    try:
        with transaction.atomic():
            return list(Engagement.objects.exclude(content_erased_at=None).values_list("pk", flat=True))
    except DatabaseError:  # an older database, or an empty one
        return []


def _erase_again(keys, now):
    back = Engagement.objects.with_content().filter(pk__in=keys)
    number = len(back)
    for engagement in back:
        erase_engagement_content(engagement=engagement, by=None, now=now)
    return number


def missing_note_keys(head) -> list[str]:
    """Names of key-encryption keys that the backup's words need and that are not here."""
    try:
        here = key_ring().ids
    except KeyMissing:
        here = ()
    return [name for name in head.get("note_keys", ()) if name not in here]
