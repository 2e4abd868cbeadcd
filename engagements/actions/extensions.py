"""More sessions, or a later end: asked for by the coach, decided by a manager of the program, or given unasked."""

from django.db import IntegrityError, transaction
from django.urls import reverse

from engagements.actions.audit import record
from engagements.actions.engagements import edit_engagement
from engagements.actions.letters import owe_letter
from engagements.actions.pool import lock_pool
from engagements.models import Engagement, Extension, ExtensionStatus

MOST_SESSIONS = 200  # of one engagement, as the database has it


class NotExtendable(Exception):
    """It cannot be given; the message says why."""


class ChangedSince(NotExtendable):
    """Something has changed since whoever gives it looked, perhaps by a first press of the same button."""


class AskedBefore(Exception):
    """A request for this engagement is waiting already."""


class Decided(Exception):
    """Somebody decided, or the coach took it back."""


@transaction.atomic
def ask_for_more(*, engagement, sessions, ends_on, reason, by, now):
    """The coach asks; managers of the program get a mail. Raises AskedBefore, NotExtendable."""
    engagement = Engagement.objects.select_for_update(of=("self",)).select_related("program").get(pk=engagement.pk)
    _check(engagement, sessions)
    asked = {"reason": reason, "sessions_asked": sessions, "ends_on_asked": ends_on}
    try:
        with transaction.atomic():
            row = Extension.objects.create(engagement=engagement, asked_at=now, asked_by=by, **asked)
    except IntegrityError as error:
        raise AskedBefore("You have asked for more already. Take that back first.") from error
    for membership in engagement.program.managers.filter(removed_at__isnull=True).select_related("user"):
        owe_letter(
            kind="extension_asked",
            key=f"extension:{row.pk}:{membership.user_id}",
            to_user=membership.user,
            engagement=engagement,
            path=reverse("extension_decide", args=[row.pk]),
            now=now,
        )
    record(by=by, verb="extension.asked", subject=row, engagement=engagement, now=now)
    return row


@transaction.atomic
def withdraw_request(*, extension, by, now):
    """The coach takes it back. Raises Decided."""
    row = _open(extension)
    return _close(row, ExtensionStatus.WITHDRAWN, by, now, "extension.withdrawn")


@transaction.atomic
def decline_request(*, extension, by, now):
    """No more for now; the coach gets a mail. Raises Decided."""
    row = _close(_open(extension), ExtensionStatus.DECLINED, by, now, "extension.declined")
    _tell_coach(row, now)
    return row


@transaction.atomic
def approve_request(*, extension, sessions, ends_on, by, now):
    """Gives what was asked for, or something else. Raises Decided, NotExtendable, BeyondPool."""
    engagement = _give(extension.engagement, sessions, ends_on, by, now)
    row = _open(extension)
    as_asked = (sessions, ends_on) == (row.sessions_asked, row.ends_on_asked)
    row.sessions_given, row.ends_on_given, row.engagement = sessions, ends_on, engagement
    row = _close(row, ExtensionStatus.APPROVED if as_asked else ExtensionStatus.CHANGED, by, now, "extension.approved")
    _tell_coach(row, now)
    return row


@transaction.atomic
def give_more(*, engagement, sessions, ends_on, by, now, seen_at=None):
    """A manager gives more unasked; a request that waits is left to be decided. Raises NotExtendable, BeyondPool.

    With `seen_at` it is given only where nothing has changed since; else raises ChangedSince.
    """
    engagement = _give(engagement, sessions, ends_on, by, now, seen_at)
    row = Extension.objects.create(
        engagement=engagement,
        sessions_asked=0,
        asked_at=now,
        asked_by=by,
        status=ExtensionStatus.APPROVED,
        sessions_given=sessions,
        ends_on_given=ends_on,
        decided_at=now,
        decided_by=by,
    )
    record(by=by, verb="extension.given", subject=row, engagement=engagement, now=now)
    _tell_coach(row, now)
    return row


def _give(engagement, sessions, ends_on, by, now, seen_at=None):
    """Through the action that edits terms, which asks the pool."""
    now_agreed = Engagement.objects.select_related("program").get(pk=engagement.pk)
    lock_pool(now_agreed.program_id)
    now_agreed.refresh_from_db()  # what somebody else gave a moment before is counted
    if seen_at is not None and now_agreed.changed_at > seen_at:
        raise ChangedSince("it has changed since you looked")
    _check(now_agreed, sessions)
    changes = {"session_budget": now_agreed.session_budget + sessions} if sessions else {}
    if ends_on is not None and ends_on > now_agreed.ends_on:
        changes["ends_on"] = ends_on
    return edit_engagement(engagement=now_agreed, by=by, now=now, **changes)


def _check(engagement, sessions):
    if not engagement.is_open:
        raise NotExtendable("This engagement has ended. A further one is a new engagement.")
    if engagement.session_budget + sessions > MOST_SESSIONS:
        raise NotExtendable(f"An engagement has {MOST_SESSIONS} sessions at most.")


def _open(extension):
    rows = Extension.objects.select_for_update(of=("self",)).select_related("engagement__coach")
    row = rows.get(pk=extension.pk)
    if row.status != ExtensionStatus.OPEN:
        raise Decided("This request was decided or taken back in the meantime.")
    return row


def _close(row, status, by, now, verb):
    row.status, row.decided_at, row.decided_by = status, now, by
    row.save(update_fields=["status", "decided_at", "decided_by", "sessions_given", "ends_on_given"])
    record(by=by, verb=verb, subject=row, engagement=row.engagement, now=now)
    return row


def _tell_coach(row, now):
    engagement = row.engagement
    if row.decided_by_id == engagement.coach_id:
        return
    owe_letter(
        kind="extension_decided",
        key=f"extension-decided:{row.pk}",
        to_user=engagement.coach,
        engagement=engagement,
        path=reverse("engagement_detail", args=[engagement.pk]),
        now=now,
    )
