"""What the log page says about sessions before and after saving, and which next session it proposes."""

from datetime import timedelta

from django.utils import timezone

from engagements.actions.sessions import clashes, series_times
from engagements.models.engagement import OPEN
from engagements.views.sessions import when_words

NOTHING_BOOKED = "Logged. No next session is booked."


def proposed_next(engagement, starts_at, now, zone):
    """The next session at the same weekday and wall-clock time, one cadence on; None when nothing is to be booked."""
    if engagement.status not in OPEN or engagement.sessions.upcoming(now).exists():
        return None
    step = timedelta(weeks=engagement.cadence_weeks)
    passed = max(timedelta(), now - starts_at) // step
    times = series_times(starts_at, passed + 3, engagement.cadence_weeks, zone.key)
    return next(moment for moment in times[1:] if moment > now)


def clash_words(session):
    """Other sessions of its coach that share time with this one, each in a sentence."""
    rows = clashes(
        coach=session.engagement.coach, starts_at=session.starts_at, minutes=session.minutes, besides=session.pk
    )
    return [f"It overlaps with your session with {row.engagement.executive}, {_moment(row)}." for row in rows]


def logged_words(booked, executive, left_open):
    """What was done, in a line or two."""
    words = f"Logged. Next session: {when_words(booked.starts_at, executive)}." if booked else NOTHING_BOOKED
    if left_open == 1:
        return f"{words} One rating was left open; it counts as not observed."
    return f"{words} {left_open} ratings were left open; they count as not observed." if left_open else words


def not_held_words(session):
    """What was recorded, in a line."""
    if session.cancelled_by:
        return f"The session of {_moment(session)} is cancelled, by the {session.get_cancelled_by_display().lower()}."
    return f"The session of {_moment(session)} is noted as missed."


def _moment(session):
    return f"{timezone.localtime(session.starts_at):%a %-d %b %Y, %H:%M}"
