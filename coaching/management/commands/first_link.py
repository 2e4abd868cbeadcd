"""`manage.py first_link`: the way in for the first administrator of a server."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from engagements.actions.invitations import DoorIsOpen, open_first_door


class Command(BaseCommand):
    help = "Prints the one-time link that makes the first administrator, while there is none; older ones end."

    def handle(self, **options):
        try:
            token = open_first_door(now=timezone.now())
        except DoorIsOpen as error:
            raise CommandError(str(error)) from None
        self.stdout.write(settings.SITE_URL + reverse("welcome", args=[token]))
