"""Chemistry: each side votes for itself, privately; "not a fit" becomes a quiet word to the program manager.

Neither vote stands in an audit row, a letter or a page of anybody else. That another match is wanted tells neither
who said so nor why.
"""

import uuid
from datetime import timedelta

from django.db import transaction
from django.urls import reverse

from engagements.actions.audit import record
from engagements.actions.erasure import refuse_erased
from engagements.actions.letters import owe_letter
from engagements.actions.personal_links import make_link, revoke_links
from engagements.models import (
    ChemistryVote,
    Engagement,
    Fit,
    Letter,
    LetterStatus,
    Party,
    PersonalLink,
    Purpose,
    RematchRequest,
)
from engagements.models.chemistry import VOTED_IN, VOTERS

ASK_AGAIN_AFTER = timedelta(days=5)  # long enough to sleep on it, short enough to remember the meeting
LETTERS = {Party.COACH: "chemistry_coach", Party.EXECUTIVE: "chemistry"}


class VoteOver(Exception):
    """The engagement is past the stage in which this is asked."""


@transaction.atomic
def vote(*, engagement, party, fit, by, now):
    """One side's vote, changeable until the engagement is contracted. Raises VoteOver.

    Still deciding: asked again after some days. Not a fit: the program manager hears that another match is wanted.
    """
    refuse_erased(engagement.pk)
    engagement = _still_voted_on(engagement)
    row, _ = ChemistryVote.objects.update_or_create(
        engagement=engagement, party=party, defaults={"fit": fit, "voted_at": now}
    )
    record(by=by, verb="chemistry.voted", subject=row, engagement=engagement, now=now)
    _stop_asking(engagement, (party,), now)
    if fit == Fit.DECIDING:
        _ask_again(engagement, party, now)
    if fit == Fit.NOT_FIT:
        ask_for_rematch(engagement=engagement, now=now)
    else:
        _take_back_rematch(engagement)
    return row


def _still_voted_on(engagement):
    """The engagement, locked; raises VoteOver."""
    engagement = Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
    if engagement.status not in VOTED_IN:
        raise VoteOver("This has been settled in the meantime.")
    return engagement


def is_fit_for_both(engagement):
    """Whether both sides said so: the one thing that each may learn of the other's vote."""
    return ChemistryVote.objects.filter(engagement=engagement, fit=Fit.FIT).count() == len(VOTERS)


def executives_vote(link):
    """What the executive said before, for the page behind their link."""
    return ChemistryVote.objects.filter(engagement_id=link.engagement_id, party=Party.EXECUTIVE).first()


def _stop_asking(engagement, parties, now):
    """What was to ask them later is not sent, and the links in it open nothing: nobody has these."""
    kinds = [LETTERS[party] for party in parties]
    waiting = Letter.objects.filter(kind__in=kinds, engagement=engagement, status=LetterStatus.DUE)
    PersonalLink.objects.filter(letters__in=waiting, revoked_at=None).update(revoked_at=now)
    waiting.update(status=LetterStatus.DROPPED)


def _ask_again(engagement, party, now):
    later = now + ASK_AGAIN_AFTER
    if party == Party.EXECUTIVE:
        make_link(engagement=engagement, purpose=Purpose.CHEMISTRY, by=None, now=now, send_after=later)
        return
    owe_letter(
        kind="chemistry_coach",
        key=f"chemistry:{uuid.uuid4()}",  # the lock on the engagement and _stop_asking keep it to one that waits
        to_user=engagement.coach,
        engagement=engagement,
        path=reverse("chemistry", args=[engagement.pk]),
        now=now,
        send_after=later,
    )


@transaction.atomic
def ask_executive(*, engagement, by, now):
    """Mails the executive the link to their vote; pressed twice within the hour it is one letter. Raises VoteOver."""
    engagement = _still_voted_on(engagement)
    recent = PersonalLink.objects.filter(engagement=engagement, purpose=Purpose.CHEMISTRY).open_at(now)
    if not recent.filter(created_at__gt=now - timedelta(hours=1)).exists():
        make_link(engagement=engagement, purpose=Purpose.CHEMISTRY, by=by, now=now)


def forget_chemistry(engagement, now):
    """With another coach it begins anew: votes and notes about this pair go, and so do links that ask for them."""
    ChemistryVote.objects.filter(engagement=engagement).delete()
    end_vote(engagement, now)
    engagement.readiness = ""


def end_vote(engagement, now):
    """It is settled, or begins anew: nobody is asked any more, and links that ask open nothing."""
    _stop_asking(engagement, VOTERS, now)
    revoke_links(engagement=engagement, purpose=Purpose.CHEMISTRY, now=now)


def ask_for_rematch(*, engagement, now):
    """Tells managers of the program who are no part of it that another match is wanted; one request per engagement."""
    request, made = RematchRequest.objects.get_or_create(
        engagement=engagement, handled_at=None, defaults={"asked_at": now}
    )
    if made:
        record(by=None, verb="rematch.asked", subject=request, engagement=engagement, now=now)
        for membership in engagement.program.managers.filter(removed_at__isnull=True).select_related("user"):
            if not RematchRequest.objects.managed_by(membership.user).filter(pk=request.pk).exists():
                continue
            owe_letter(
                kind="rematch",
                key=f"rematch:{request.pk}:{membership.user_id}",
                to_user=membership.user,
                engagement=engagement,
                path=reverse("engagement_detail", args=[engagement.pk]),
                now=now,
            )
    return request


def _take_back_rematch(engagement):
    """Somebody changed their mind, and the other side did not say no: the manager need not look for anybody."""
    if not engagement.chemistry_votes.filter(fit=Fit.NOT_FIT).exists():
        RematchRequest.objects.filter(engagement=engagement, handled_at__isnull=True).delete()


@transaction.atomic
def settle_rematch(*, engagement, by, now):
    """The manager has dealt with it: closed without fault, or talked to both. Twice is once."""
    rows = RematchRequest.objects.select_for_update().filter(engagement=engagement, handled_at__isnull=True)
    for request in rows:
        request.handled_at, request.handled_by = now, by
        request.save(update_fields=["handled_at", "handled_by"])
        record(by=by, verb="rematch.handled", subject=request, engagement=engagement, now=now)


@transaction.atomic
def note_beginning(*, engagement, readiness, by, now):
    """How ready the executive seems to the coach at the start."""
    refuse_erased(engagement.pk)
    engagement = Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
    if engagement.readiness != readiness:
        engagement.readiness = readiness
        engagement.save(update_fields=["readiness"])
        record(by=by, verb="engagement.beginning_noted", subject=engagement, engagement=engagement, now=now)
    return engagement
