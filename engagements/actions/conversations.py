"""That a program manager talked with a coach about an engagement: when, and nothing of what was said."""

from django.db import transaction

from engagements.actions.audit import record
from engagements.models import Conversation, Engagement


@transaction.atomic
def note_conversation(*, engagement, held_on, by, now):
    """One per engagement and day; noted twice it is one."""
    engagement = Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
    known = Conversation.objects.filter(engagement=engagement, held_on=held_on).first()
    if known is not None:
        return known
    row = Conversation.objects.create(engagement=engagement, held_on=held_on, noted_at=now, noted_by=by)
    record(by=by, verb="conversation.noted", subject=row, engagement=engagement, now=now)
    return row


@transaction.atomic
def remove_conversation(*, conversation, by, now):
    """It was noted by mistake; that it was taken away stays in the audit trail."""
    found = Conversation.objects.select_for_update().filter(pk=conversation.pk).first()
    if found is not None:
        record(by=by, verb="conversation.removed", subject=found, engagement=found.engagement, now=now)
        found.delete()
