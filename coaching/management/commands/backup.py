"""`manage.py backup FILE`: the whole database in one sealed file."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from coaching.backups.keys import NoKey, key_file
from coaching.backups.postgres import ToolFailed, ToolMissing
from coaching.backups.whole import take


class Command(BaseCommand):
    help = "Writes a sealed backup of the database while everything runs. Holds no keys and no browser sessions."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, **options):
        file = options["file"]
        if file.exists():
            raise CommandError(f"{file} exists already. Name another, or take it away first.")
        try:
            head = take(file, now=timezone.now())
        except (NoKey, ToolFailed, ToolMissing) as problem:
            raise CommandError(str(problem)) from problem
        except OSError as problem:
            raise CommandError(f"Cannot write {file}: {problem.strerror}.") from problem
        size = file.stat().st_size / 1e6
        self.stdout.write(f"Wrote {file} ({size:.1f} MB), sealed with backup key {head['key']}.")
        needed = ", ".join(head["note_keys"]) or "none"
        self.stdout.write(f"To read the words in it, these note keys are needed: {needed}.")
        self.stdout.write(f"Keep the keys apart from it: BACKUP_KEYS or {key_file()}, and NOTE_KEYS or note_keys.")
