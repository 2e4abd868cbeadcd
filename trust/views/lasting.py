"""Follow-ups as the page of an engagement shows them to its coach: lasting, partly, faded."""

from engagements.actions.endings import days_followed_up
from engagements.models import Party, TextKind
from engagements.models.ending import FOLLOW_UP_DAYS


def follow_ups_shown(engagement, rows, words, now):
    """One row per 30, 90 and 180 days that is asked, or was; none while the engagement runs.

    `words` as readable_texts gives them.
    """
    if engagement.is_open or not rows:
        return []
    found = {(row.days, row.party): row for row in rows}
    asked = {*days_followed_up(engagement), *(row.days for row in rows if row.asked_at is not None)}
    return [_row(days, found, words, now) for days in FOLLOW_UP_DAYS if days in asked]


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
