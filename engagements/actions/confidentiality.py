"""Records that confidentiality had to end: dated, sealed, for coach and executive; added to, never changed."""

from django.db import transaction

from engagements.actions.audit import record
from engagements.actions.texts import current_texts, write_text
from engagements.models import ConfidentialityUse, Engagement, TextKind


@transaction.atomic
def record_confidentiality_use(*, engagement, pk, condition, told_to, used_on, executive_told_on, words, by, now):
    """One use of one condition. Sent twice under the same `pk`, it is one record. Raises TextErased."""
    Engagement.objects.select_for_update().get(pk=engagement.pk)  # the second of two at once sees the first
    known = ConfidentialityUse.objects.filter(pk=pk, engagement=engagement).first()
    if known is not None:
        return known
    use = ConfidentialityUse.objects.create(
        id=pk,
        engagement=engagement,
        condition=condition,
        told_to=told_to,
        used_on=used_on,
        executive_told_on=executive_told_on,
        noted_at=now,
        noted_by=by,
    )
    kind = TextKind.CONFIDENTIALITY_USE
    write_text(engagement_id=engagement.pk, kind=kind, subject_id=use.pk, text=words, by=by, now=now)
    record(by=by, verb="confidentiality.noted", subject=use, engagement=engagement, now=now)
    return use


def words_of_uses(uses, *, user):
    """What was told, by record, as far as this person may read it: {key: words}. Raises TextErased."""
    kind = TextKind.CONFIDENTIALITY_USE
    return current_texts(user=user, kind=kind, subject_ids=[use.pk for use in uses])
