"""Requests for more sessions that nobody can decide any more, as their engagement ended or went to another coach."""

from engagements.actions.audit import record
from engagements.models import ExtensionStatus


def withdraw_open_request(*, engagement, by, now):
    """Takes back what waits, within the transaction of what made it pointless; whoever holds the engagement's row."""
    for row in engagement.extensions.open().select_for_update(of=("self",)).oldest_first():
        row.status, row.decided_at, row.decided_by_id = ExtensionStatus.WITHDRAWN, now, by.pk if by else row.asked_by_id
        row.save(update_fields=["status", "decided_at", "decided_by"])
        record(by=by, verb="extension.withdrawn", subject=row, engagement=engagement, now=now)
