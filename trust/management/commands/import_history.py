"""Brings earlier sessions of any coach: attendance, ratings and private notes."""

from django.core.management.base import CommandError
from django.utils import timezone

from engagements.management.importing import ImportCommand
from engagements.models import ImportKind
from trust.actions.imports import Blocked, carry_out_import, plan_import


class Command(ImportCommand):
    help = "Bring a session history (CSV or XLSX). Executives are recognised by e-mail address."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        self.add_table_arguments(parser)

    def carry_out(self, content, options):
        chosen = self.table_options(options)
        act = plan_import if options["dry_run"] else carry_out_import
        try:
            return act(kind=ImportKind.HISTORY, content=content, options=chosen, by=None, now=timezone.now())
        except Blocked as problem:
            raise CommandError(str(problem)) from problem
