"""Brings a roster: organizations, programs, coaches, executives and their engagements."""

import zoneinfo

from django.core.management.base import CommandError
from django.utils import timezone

from engagements.management.importing import ImportCommand
from engagements.models import ImportKind
from trust.actions.imports import USUAL_ZONE, Blocked, carry_out_import, plan_import


class Command(ImportCommand):
    help = "Bring a roster (CSV or XLSX). Coaches without an account get one, inactive until they are invited."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        self.add_table_arguments(parser)
        parser.add_argument(
            "--not-accepted", action="store_true", help="engagements start as proposed, agreements not yet accepted"
        )
        parser.add_argument("--time-zone", default=USUAL_ZONE, help="of new programs and coaches (%(default)s)")

    def carry_out(self, content, options):
        if options["time_zone"] not in zoneinfo.available_timezones():
            raise CommandError(f"“{options['time_zone']}” is not a time zone. Use a name such as Europe/Berlin.")
        chosen = self.table_options(options)
        chosen |= {"accepted": not options["not_accepted"], "time_zone": options["time_zone"]}
        act = plan_import if options["dry_run"] else carry_out_import
        try:
            return act(kind=ImportKind.ROSTER, content=content, options=chosen, by=None, now=timezone.now())
        except Blocked as problem:
            raise CommandError(str(problem)) from problem
