"""The end of an engagement, and the follow-ups that ask whether it lasted."""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse

from engagements.actions.audit import record
from engagements.actions.erasure import refuse_erased
from engagements.actions.letters import owe_letter
from engagements.actions.personal_links import make_link
from engagements.actions.texts import write_text
from engagements.models import Ending, Engagement, FollowUp, Party, Purpose, Status, TextKind
from engagements.models.ending import FOLLOW_UP_DAYS
from engagements.retention import months_after

FOLLOWED_UP = (Status.COMPLETED, Status.ENDED_EARLY)


class NotEnded(Exception):
    """The engagement still runs."""


class FollowUpClosed(Exception):
    """It is not asked any more."""


@transaction.atomic
def write_ending(*, engagement, reached, depth, is_referred, words, by, now):
    """The coach's short close; written again it is put right. Raises NotEnded, TextErased."""
    refuse_erased(engagement.pk)
    engagement = Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
    if engagement.status not in FOLLOWED_UP:
        raise NotEnded("End the engagement first.")
    ending, _ = Ending.objects.update_or_create(
        engagement=engagement,
        defaults={
            "reached": reached, "depth": depth, "is_referred": is_referred, "written_at": now, "written_by": by,
        },
    )  # fmt: skip
    write_text(engagement_id=engagement.pk, kind=TextKind.ENDING, subject_id=ending.pk, text=words, by=by, now=now)
    record(by=by, verb="ending.written", subject=ending, engagement=engagement, now=now)
    return ending


def days_followed_up(engagement):
    """Those of 30, 90 and 180 days that come before words and ratings are erased; `engagement` with its program."""
    if engagement.content_erased_at is not None:
        return []
    last = engagement.ended_on or engagement.ends_on
    until = months_after(last, engagement.program.retention_months)
    return [days for days in FOLLOW_UP_DAYS if last + timedelta(days=days) < until]


def plan_follow_ups(*, engagement):
    """Both sides are asked 30, 90 and 180 days after the end; planned once, and not where content was erased.

    Those beyond retention are planned, too: it may yet be made longer. Nobody is promised them (days_followed_up).
    """
    if engagement.content_erased_at is not None:
        return
    rows = [
        FollowUp(engagement=engagement, days=days, party=party, due_on=engagement.ended_on + timedelta(days=days))
        for days in FOLLOW_UP_DAYS
        for party in (Party.COACH, Party.EXECUTIVE)
    ]
    FollowUp.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def ask_follow_up(*, follow_up_id, now):
    """Sends what is due: a link to the executive, a letter to the coach. False when another worker was first."""
    row = FollowUp.objects.select_for_update(of=("self",)).filter(pk=follow_up_id).first()
    if row is None or not FollowUp.objects.due(now).filter(pk=follow_up_id).exists():
        return False
    row.asked_at = now
    row.save(update_fields=["asked_at"])
    engagement = row.engagement
    if row.party == Party.EXECUTIVE:
        make_link(engagement=engagement, purpose=Purpose.FOLLOW_UP, subject_id=row.pk, by=None, now=now)
    else:
        owe_letter(
            kind="follow_up_coach",
            key=f"follow-up:{row.pk}",
            to_user=engagement.coach,
            engagement=engagement,
            path=reverse("follow_up", args=[row.pk]),
            now=now,
        )
    return True


def follow_up_behind(link):
    """The follow-up a link asks about; raises FollowUpClosed."""
    row = FollowUp.objects.filter(pk=link.subject_id, engagement_id=link.engagement_id, party=Party.EXECUTIVE).first()
    if row is None or row.asked_at is None:
        raise FollowUpClosed
    return row


def opens_groups(engagement):
    """Whether an executive's answer counts in figures over groups: the agreement in force opens these, and nobody
    has objected to what was said being used for more than the coaching itself.
    """
    opened = engagement.agreements.in_force().filter(discloses_cohort=True)
    return engagement.judging_declined_at is None and opened.exists()


@transaction.atomic
def answer_follow_up(*, follow_up, lasting, words, by, now):
    """Is it still so? Changeable for three weeks after it was asked. Raises FollowUpClosed, TextErased."""
    row = FollowUp.objects.select_for_update(of=("self",)).select_related("engagement").get(pk=follow_up.pk)
    if not row.is_open_at(now):
        raise FollowUpClosed("This is not asked any more.")
    row.lasting, row.answered_at = lasting, now
    row.is_for_groups = row.party == Party.EXECUTIVE and opens_groups(row.engagement)
    row.save(update_fields=["lasting", "answered_at", "is_for_groups"])
    write_text(engagement_id=row.engagement_id, kind=TextKind.FOLLOW_UP, subject_id=row.pk, text=words, by=by, now=now)
    record(by=by, verb="follow_up.answered", subject=row, engagement=row.engagement, now=now)
    return row
