"""The stamp that tells jobs where to look, and the standing that lists show."""

from engagements.actions.standings import write_standings
from engagements.models import Engagement


def touch(engagement_id, now):
    """Says that something a judgement or a list rests on has changed; jobs find it by the stamp.

    The stamp holds the row, so that of two changes at once the second counts both.
    """
    Engagement.objects.filter(pk=engagement_id).update(changed_at=now)
    write_standings([engagement_id], now)
