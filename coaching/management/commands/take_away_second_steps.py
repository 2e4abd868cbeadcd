"""`manage.py take_away_second_steps EMAIL`: for an administrator who has lost every second step."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from engagements.actions.accounts import take_away_second_steps
from engagements.models import User


class Command(BaseCommand):
    help = "Takes away a person's app, passkeys and recovery codes, signs them out everywhere, and tells them by mail."

    def add_arguments(self, parser):
        parser.add_argument("email")

    def handle(self, *, email, **options):
        person = User.objects.by_email(email).first()
        if person is None:
            raise CommandError("Nobody has this e-mail address.")
        take_away_second_steps(user=person, by=None, now=timezone.now())
        self.stdout.write(f"{person} signs in with the password, and sets up a new second step.")
