"""Judge a file of past sessions, each with only what was known then."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from trust.benchmark.replay import replay
from trust.benchmark.session_file import NotASessionFile


class Command(BaseCommand):
    help = "Judges every session of a CSV file of histories and writes one row per session. Needs no database."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("sessions", type=Path, help="CSV: engagement, session, on, status and ratings from 1 to 7")
        parser.add_argument("out", type=Path, help="CSV to write: state, probabilities, flag and reason per session")

    def handle(self, *, sessions, out, **options):
        if out.exists() and sessions.exists() and out.samefile(sessions):
            raise CommandError("The result would overwrite the sessions; name another file.")
        try:
            written = replay(sessions, out)
        except NotASessionFile as error:
            raise CommandError(f"{sessions} cannot be judged:\n{error}") from error
        except OSError as error:
            raise CommandError(f"{error.strerror or error}: {error.filename or sessions}") from error
        self.stdout.write(f"{written} sessions judged.")
