"""Follow-ups as the page of an engagement shows them to its coach: lasting, partly, faded."""

from engagements.actions.texts import readable_texts
from engagements.models import FollowUp, Party, TextKind
from engagements.models.ending import FOLLOW_UP_DAYS


def follow_ups_shown(engagement, user, now):
    """One row per 30, 90 and 180 days; none while the engagement runs."""
    if engagement.is_open:
        return []
    rows = list(FollowUp.objects.confided_to(user).filter(engagement=engagement).oldest_first())
    if not rows:
        return []
    words = readable_texts(user=user, subject_ids=[row.pk for row in rows])
    found = {(row.days, row.party): row for row in rows}
    return [_row(days, found, words, now) for days in FOLLOW_UP_DAYS]


def _row(days, found, words, now):
    executive, coach = found.get((days, Party.EXECUTIVE)), found.get((days, Party.COACH))
    return {
        "days": days,
        "executive": _said(executive),
        "coach": _said(coach),
        "own": coach if coach and coach.is_open_at(now) else None,
        "words": words.get((TextKind.FOLLOW_UP, executive.pk), "") if executive else "",
    }


def _said(row):
    if row is None or row.asked_at is None:
        return f"asked on {row.due_on:%-d %b %Y}" if row else "–"
    return row.get_lasting_display() or "no answer yet"
