"""Accounts of people whom a company's directory knows: found by their address, or made without any rights."""

from django.db import transaction

from engagements.actions.audit import record
from engagements.actions.people import add_person
from engagements.lines import made_plain
from engagements.models import User

LONGEST_NAME = 120


class MayNotSignIn(Exception):
    """The account is shut, or its invitation was not accepted yet: nothing is connected to it."""


@transaction.atomic
def person_of_directory(*, email, name, now):
    """(account, whether it was made now). The directory has to vouch for the address; nobody gets a right by it.

    Raises MayNotSignIn.
    """
    person = User.objects.select_for_update().by_email(email).first()
    if person is not None and not person.is_active:
        raise MayNotSignIn
    if person is not None:
        record(by=person, verb="person.directory_connected", subject=person, now=now)
        return person, False
    name = made_plain(name).strip()[:LONGEST_NAME] or email.partition("@")[0][:LONGEST_NAME]
    return add_person(email=email, name=name, by=None, now=now, is_active=True), True
