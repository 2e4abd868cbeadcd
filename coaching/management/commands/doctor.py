"""`manage.py doctor`: looks at everything the application leans on, and says what to do about what is wrong."""

import stat
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.core.checks import WARNING, run_checks
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from coaching.celery import app
from coaching.database_log import remedy, talkative
from engagements.actions.program_figures import compare_figures
from engagements.actions.standings import count_differing, mend_standings
from engagements.checks import trouble_with_keys
from engagements.key_ring import key_ring
from engagements.models import Standing

WORKER_SECONDS = 3
LATE = timedelta(minutes=15)  # a job moves standings on every two


class Ill(Exception):
    """Something is wrong; the message says what to do."""


class Command(BaseCommand):
    help = "Checks settings, database, migrations, keys, broker and worker; exit code 1 if something is wrong."
    requires_system_checks = ()  # settings are one of the lines below

    def add_arguments(self, parser):
        parser.add_argument("--deep", action="store_true", help="also compare what is kept ready with the truth")
        parser.add_argument("--repair", action="store_true", help="the same, and write what differs")

    def handle(self, *, deep=False, repair=False, **options):
        if repair:
            self.stdout.write(f"{mend_standings(timezone.now())} standings differed and were written anew.")
        results = [self.examine(name, look) for name, look in EXAMINATIONS]
        if deep or repair:
            results.append(self.examine("standings", look_at_standings))
            results.append(self.examine("figures", look_at_figures))
        if not all(results):
            raise CommandError(f"{results.count(False)} of {len(results)} need attention.")

    def examine(self, name: str, look: Callable[[], str]) -> bool:
        """One line: what was looked at and how it is."""
        try:
            found, well = look(), True
        except Ill as error:
            found, well = str(error), False
        except Exception as error:  # whatever a driver raises is an answer here
            found, well = f"{type(error).__name__}: {error}", False
        mark = self.style.SUCCESS("ok  ") if well else self.style.ERROR("fail")
        self.stdout.write(f"{mark} {name:<11}{found.strip()}")
        return well


def look_at_settings() -> str:
    issues = [issue for issue in run_checks() if issue.level >= WARNING and not issue.is_silenced()]
    if issues:
        raise Ill("; ".join(str(issue.msg) for issue in issues))
    modes = [name for name in ("DEBUG", "DEMO", "HTTPS") if getattr(settings, name)]
    part = "" if settings.SURFACE == "all" else f"; serves the {settings.SURFACE} only"
    return f"data in {settings.VAR_DIR}; on: {', '.join(modes) or 'nothing special'}{part}"


def look_at_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        return f"{connection.display_name} {cursor.fetchone()[0]}"


def look_at_database_log() -> str:
    """Where the server would write what people wrote into its own log, and who can stop that."""
    if connection.vendor != "postgresql":
        return "SQLite keeps none"
    if names := talkative():
        role = connection.settings_dict["USER"] or "the_role"
        said = ", ".join(f"{name}={value}" for name, value in names.items())
        raise Ill(f"the server's log would quote values ({said}). As its superuser: {' '.join(remedy(names, role))}")
    return "quotes no values"


def look_at_migrations() -> str:
    executor = MigrationExecutor(connection)
    if waiting := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Ill(f"{len(waiting)} not applied. Run: manage.py migrate")
    return "all applied"


def look_at_keys() -> str:
    file = settings.NOTE_KEYS_FILE
    if file is None:
        return "none, and none needed: the admin opens nothing sealed"
    if trouble := trouble_with_keys():
        raise Ill(trouble)
    if settings.NOTE_KEYS:
        return f"{len(key_ring().keys)} from the environment"
    if not file.exists():
        return f"none yet; the first engagement makes one in {file}"
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise Ill(f"others may read {file}. Run: chmod 600 {file}")
    return f"{len(key_ring().keys)} from {file}; keep a copy elsewhere"


def look_at_broker() -> str:
    with app.connection_for_write(connect_timeout=WORKER_SECONDS) as broker:
        broker.ensure_connection(max_retries=1, timeout=WORKER_SECONDS)
        return f"{broker.transport.driver_type} reachable"


def look_at_worker() -> str:
    answers = app.control.ping(timeout=WORKER_SECONDS)
    if not answers:
        raise Ill(f"none answered within {WORKER_SECONDS} seconds. Start one: celery --app coaching worker")
    return ", ".join(name for answer in answers for name in answer)


def look_at_standings() -> str:
    """Every standing against engagements, people and sessions; some seconds for 100,000."""
    now = timezone.now()
    late = Standing.objects.with_passed_sessions(now - LATE).count()
    if differing := count_differing(now) + late:
        raise Ill(f"{differing} of {Standing.objects.count()} differ from the truth. Run: manage.py doctor --repair")
    return f"{Standing.objects.count()} equal the truth"


def look_at_figures() -> str:
    """Kept figures of large programs in which nothing has changed since, counted once more."""
    found = compare_figures()
    rest = f"; {found.changed} changed since and left to the job" if found.changed else ""
    if found.differing:
        raise Ill(f"{found.differing} of {found.compared} compared differ; the job counts them anew{rest}")
    return f"{found.compared} of large programs compared, none different{rest}"


EXAMINATIONS = [
    ("settings", look_at_settings),
    ("database", look_at_database),
    ("db log", look_at_database_log),
    ("migrations", look_at_migrations),
    ("keys", look_at_keys),
    ("broker", look_at_broker),
    ("worker", look_at_worker),
]
