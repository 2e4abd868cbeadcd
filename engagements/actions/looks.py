"""Writes the access ledger: who looked at what, once a day each."""

import hashlib
import uuid
from datetime import UTC

from engagements.models import Look, LookedAt, LookRole, LookSubject
from engagements.permissions import can_read_content


def note_look(*, by, role, what, subject_type, subject_ids, now):
    """Notes that somebody saw these; a second look on the same day adds nothing. One statement, however many.

    `by` is None for the executive themselves.
    """
    day = now.astimezone(UTC).date()
    rows = [_look(by, role, what, subject_type, subject_id, day, now) for subject_id in subject_ids]
    Look.objects.bulk_create(rows, ignore_conflicts=True)


def _look(by, role, what, subject_type, subject_id, day, now):
    """The one row of this person, role, kind, subject and day, whoever writes it."""
    parts = (str(by.pk) if by else "", str(role), str(what), str(subject_id), day.isoformat())
    key = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return Look(
        id=uuid.UUID(key[:32]),
        who_id=by.pk if by else None,
        role=role,
        what=what,
        subject_type=subject_type,
        subject_id=subject_id,
        on=day,
        first_at=now,
        key=key,
    )


def note_engagement_look(*, by, engagement, now, what=LookedAt.ENGAGEMENT):
    """Notes that its coach or a manager opened a page about one engagement."""
    role = LookRole.COACH if can_read_content(by, engagement) else LookRole.MANAGER
    note_look(by=by, role=role, what=what, subject_type=LookSubject.ENGAGEMENT, subject_ids=[engagement.pk], now=now)


def note_list_look(*, by, program_ids, now):
    """Notes that a manager saw lists with engagements of these programs."""
    note_look(
        by=by,
        role=LookRole.MANAGER,
        what=LookedAt.LIST,
        subject_type=LookSubject.PROGRAM,
        subject_ids=sorted(program_ids, key=str),
        now=now,
    )


def note_engagements_look(*, by, role, what, engagement_ids, now):
    """Notes that somebody saw a list, or took away a file, with these engagements in it."""
    note_look(
        by=by,
        role=role,
        what=what,
        subject_type=LookSubject.ENGAGEMENT,
        subject_ids=sorted(engagement_ids, key=str),
        now=now,
    )


def note_person_look(*, by, executive_ids, now):
    """Notes that an administrator saw who these executives are."""
    note_look(
        by=by,
        role=LookRole.ADMINISTRATOR,
        what=LookedAt.PERSON,
        subject_type=LookSubject.EXECUTIVE,
        subject_ids=sorted(executive_ids, key=str),
        now=now,
    )
