"""Writes the audit trail; every action calls it inside its own transaction."""

from engagements.models import AuditEvent


def record(*, by, verb, subject, engagement=None, program_id=None, now, detail=None):
    """Adds one audit row. `detail` names what changed and never says what it says.

    `by` is a user, or None for a job and for an executive by link.
    """
    event = _event(by, verb, subject, engagement, program_id, now, detail)
    event.save()
    return event


def record_all(*, by, verb, subjects, now):
    """Adds one audit row for each of many rows of engagements, at once."""
    events = [_event(by, verb, subject, subject.engagement, None, now, None) for subject in subjects]
    AuditEvent.objects.bulk_create(events)


def _event(by, verb, subject, engagement, program_id, now, detail):
    return AuditEvent(
        at=now,
        actor_id=by.pk if by else None,
        verb=verb,
        subject_type=subject._meta.model_name,
        subject_id=subject.pk,
        engagement_id=engagement.pk if engagement else None,
        program_id=program_id or (engagement.program_id if engagement else None),
        detail=detail or {},
    )
