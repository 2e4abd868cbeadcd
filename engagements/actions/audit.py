"""Writes the audit trail; every action calls it inside its own transaction."""

from engagements.models import AuditEvent


def record(*, by, verb, subject, engagement=None, program_id=None, now, detail=None):
    """Adds one audit row. `detail` names what changed and never says what it says.

    `by` is a user, or None for a job and for an executive by link.
    """
    return AuditEvent.objects.create(
        at=now,
        actor_id=by.pk if by else None,
        verb=verb,
        subject_type=subject._meta.model_name,
        subject_id=subject.pk,
        engagement_id=engagement.pk if engagement else None,
        program_id=program_id or (engagement.program_id if engagement else None),
        detail=detail or {},
    )
