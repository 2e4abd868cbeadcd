"""`manage.py restore FILE`: puts a backup back."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from coaching.backups import whole
from coaching.backups.keys import NoKey
from coaching.backups.postgres import ToolFailed, ToolMissing
from coaching.backups.sealed_file import NotABackup
from coaching.backups.sqlite import Busy


class Command(BaseCommand):
    help = "Replaces an empty database by a backup; with --force any database. Stop the application first."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="overwrite what the database holds")

    def handle(self, *args, **options):
        file, now = options["file"], timezone.now()
        try:
            head = whole.look(file)
            was_empty = whole.is_empty()
            if not was_empty and not options["force"]:
                raise CommandError("The database is not empty. Nothing was changed. To overwrite all of it: --force")
            again = whole.put_back(file, head, now=now)
        except (NoKey, NotABackup, whole.Refused, Busy, ToolFailed, ToolMissing) as problem:
            raise CommandError(f"{problem} Nothing was changed.") from problem
        except OSError as problem:
            raise CommandError(f"Cannot read {file}: {problem.strerror}.") from problem
        self._tell(head, again, was_empty)

    def _tell(self, head, again, was_empty):
        self.stdout.write(f"Restored the backup of {head['made_at']}. Everybody has to sign in again.")
        if again:
            self.stdout.write(f"Erased again what had been erased here since: {again} engagements.")
        if was_empty:
            self.stdout.write(f"What was erased after {head['made_at']} is back. Erase it again; see docs/security.md.")
        needed, missing = head.get("note_keys", []), whole.missing_note_keys(head)
        if missing:
            self.stderr.write(f"Words cannot be read without these note keys, which are not here: {', '.join(missing)}")
        elif needed:
            self.stdout.write(f"The note keys it needs are here: {', '.join(needed)}.")
