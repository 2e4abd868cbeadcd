"""What an administrator does to somebody's account, and what follows from it: sessions, invitations, letters."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string

from engagements.actions.audit import record
from engagements.actions.invitations import end_invitations
from engagements.models import User


class OwnAccount(Exception):
    """Nobody takes away their own second steps: whoever stole the session could."""


def end_sessions(*, user, now):
    """Signs a person out everywhere, their programs included; part of an action."""
    User.objects.filter(pk=user.pk).update(signed_out_at=now)
    user.signed_out_at = now
    close_doors(user=user, now=now)


def close_doors(*, user, now):
    """Ends a person's tokens and webhooks, for good: whoever stole the account may have made one."""
    User.objects.filter(pk=user.pk).update(doors_closed_at=now)
    user.doors_closed_at = now


@transaction.atomic
def shut_out(*, user, by, now):
    """What follows when a person may no longer sign in: sessions and open invitations end, also for later."""
    end_sessions(user=user, now=now)
    _disconnect(user)
    ended = end_invitations(user=user, now=now)
    record(by=by, verb="person.shut_out", subject=user, now=now, detail={"invitations_ended": ended})


@transaction.atomic
def withdraw_invitation(*, user, by, now):
    """Ends the open invitations of a person; returns how many there were."""
    ended = end_invitations(user=user, now=now)
    if ended:
        record(by=by, verb="person.invitation_withdrawn", subject=user, now=now)
    return ended


@transaction.atomic
def take_away_second_steps(*, user, by, now):
    """For somebody who has lost them all: app, passkeys and recovery codes go, and the person is told by mail.

    `by` is None on the command line. Raises OwnAccount.
    """
    if by is not None and by.pk == user.pk:
        raise OwnAccount
    Authenticator.objects.filter(user_id=user.pk).delete()
    _disconnect(user)
    end_sessions(user=user, now=now)
    record(by=by, verb="second_step.taken_away", subject=user, now=now)
    _tell(user.email, "Your second step was taken away", "second_step_taken_away", user=user, by=by)


def _disconnect(user):
    """A directory that vouches for the address connects anew, once the account is open, and that is mailed."""
    SocialAccount.objects.filter(user_id=user.pk).delete()


def note_new_address(*, user, old, by, now):
    """Tells the old address that an account has another one now."""
    record(by=by, verb="person.address_changed", subject=user, now=now)
    _tell(old, "Your e-mail address was changed", "account_address_changed", user=user, by=by)


def _tell(address, subject, letter, **words):
    words |= {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
    text = render_to_string(f"emails/{letter}.txt", words)
    transaction.on_commit(lambda: send_mail(subject, text, None, [address]), robust=True)


def person_with_roles(user_id):
    """Whose session it is, with their roles, in one query; None for a key of nobody."""
    return User.objects.with_roles().filter(pk=user_id).first()
