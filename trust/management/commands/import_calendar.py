"""Brings one coach's calendar."""

from django.core.management.base import CommandError
from django.utils import timezone

from engagements.management.importing import ImportCommand
from engagements.models import ImportKind, User
from trust.actions.imports import carry_out_import, plan_import


class Command(ImportCommand):
    help = "Bring a calendar (.ics) of one coach. Events are matched to engagements by the executive's address."
    rows_word = "Event"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--coach", required=True, metavar="EMAIL", help="whose calendar it is")

    def carry_out(self, content, options):
        coach = User.objects.coaches().by_email(options["coach"]).first()
        if coach is None:
            raise CommandError(f"No coach has the address {options['coach']}.")
        act = plan_import if options["dry_run"] else carry_out_import
        return act(kind=ImportKind.CALENDAR, content=content, options={}, by=None, coach=coach, now=timezone.now())
