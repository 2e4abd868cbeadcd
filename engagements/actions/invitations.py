"""Invitations: a one-time link by which a person sets a password and may sign in."""

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from engagements.actions.audit import record
from engagements.actions.people import AddressTaken
from engagements.models import Invitation, User
from engagements.models.invitation import VALID_DAYS
from engagements.tokens import hash_of


class InvitationNotValid(Exception):
    """The link is unknown, used, expired, or its person was shut out meanwhile: nobody is told which."""


class DoorIsOpen(Exception):
    """There is an administrator already; further people are invited."""


@transaction.atomic
def invite(*, user, by, now):
    """Makes a link for a person, ends their older ones, mails it after commit, and returns its token."""
    end_invitations(user=user, now=now)
    token = Invitation.new_token()
    invitation = _add_invitation(user=user, token=token, now=now)
    User.objects.filter(pk=user.pk).update(invited_at=now)
    record(by=by, verb="person.invited", subject=invitation, now=now)
    transaction.on_commit(lambda: send_invitation(user=user, token=token, by=by), robust=True)
    return token


@transaction.atomic
def open_first_door(*, now):
    """A link for the very first administrator; returns its token. Older such links end."""
    if _administrators().exists():
        raise DoorIsOpen("There is an administrator already. Ask them for an invitation.")
    Invitation.objects.filter(user__isnull=True, used_at__isnull=True).update(used_at=now)
    token = Invitation.new_token()
    invitation = _add_invitation(user=None, token=token, now=now)
    record(by=None, verb="first_door.opened", subject=invitation, now=now)
    return token


def find_invitation(*, token, now):
    """The invitation a link opens; raises InvitationNotValid."""
    invitation = Invitation.objects.with_token(token).valid(now).select_related("user").first()
    if invitation is None or not _is_welcome(invitation.user):
        raise InvitationNotValid
    return invitation


@transaction.atomic
def accept_invitation(*, token, password, now, name=None, email=None):
    """Sets the password and lets the person in; of two at the same moment one wins. Raises AddressTaken."""
    invitation = find_invitation(token=token, now=now)
    claimed = Invitation.objects.filter(pk=invitation.pk).valid(now).update(used_at=now)
    if not claimed:
        raise InvitationNotValid
    if invitation.user is None:
        if User.objects.by_email(email).exists():
            raise AddressTaken
        user = User.objects.create_user(email, password, name=name, is_administrator=True, joined_at=now)
    else:
        user = invitation.user
        user.set_password(password)
        user.is_active, user.joined_at = True, now
        user.save(update_fields=["password", "is_active", "joined_at"])
        end_invitations(user=user, now=now)
    record(by=user, verb="invitation.accepted", subject=user, now=now)
    return user


def send_invitation(*, user, token, by):
    """Mails the link. `by` is named in it, so that the person knows who asks."""
    words = {
        "user": user,
        "by": by,
        "site_name": settings.SITE_NAME,
        "days": VALID_DAYS,
        "link": settings.SITE_URL + reverse("welcome", args=[token]),
    }
    send_mail(
        subject=f"Your invitation to {settings.SITE_NAME}",
        message=render_to_string("emails/invitation.txt", words),
        from_email=None,
        recipient_list=[user.email],
    )


def _add_invitation(*, user, token, now):
    expires_at = now + timezone.timedelta(days=VALID_DAYS)
    return Invitation.objects.create(user=user, token_hash=hash_of(token), created_at=now, expires_at=expires_at)


def _administrators():
    return User.objects.active().filter(is_administrator=True)


def end_invitations(*, user, now):
    """Ends a person's open links; returns how many there were."""
    return Invitation.objects.filter(user=user, used_at__isnull=True, expires_at__gt=now).update(used_at=now)


def _is_welcome(user):
    """A person who has a password and may not sign in was shut out; an old link does not undo that."""
    if user is None:
        return not _administrators().exists()
    return user.is_active or not user.has_usable_password()
