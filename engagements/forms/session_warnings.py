"""What speaks against a time, in sentences; each can be overruled."""

from dataclasses import dataclass

from django.utils import timezone

from engagements.actions.sessions import series_clashes
from engagements.models.session import COUNTED_KINDS, SessionStatus


@dataclass(frozen=True, slots=True)
class SessionWarning:
    """`key` says which warning it is, so that a confirmation holds for those that were read."""

    key: str
    text: str


def warnings_about(*, engagement, times, minutes, kind, session, now, zone):
    """Warnings for sessions at `times`; for a session that moves, `session`. Times taken already count as made."""
    if session and times == [session.starts_at] and minutes <= session.minutes:
        return []
    times = times if session else _without_existing(engagement, times)
    if not times:
        return []
    found = _clashes(engagement, times, minutes, session, zone) + _in_the_past(times, now)
    return found + ([] if session else _beyond_terms(engagement, times, kind, zone))


def _without_existing(engagement, times):
    taken = engagement.sessions.filter(starts_at__in=times).exclude(status=SessionStatus.CANCELLED)
    taken = set(taken.values_list("starts_at", flat=True))
    return [moment for moment in times if moment not in taken]


def _clashes(engagement, times, minutes, session, zone):
    rows = series_clashes(coach=engagement.coach, times=times, minutes=minutes, besides=session and session.pk)
    return [SessionWarning(f"{row.pk}", f"You meet {row.engagement.executive} {_span(row, zone)}.") for row in rows]


def _span(row, zone):
    begin, end = row.starts_at.astimezone(zone), row.ends_at.astimezone(zone)
    return f"on {begin:%a %-d %b %Y}, {begin:%H:%M} to {end:%H:%M}"


def _in_the_past(times, now):
    past = sum(moment < now for moment in times)
    if not past:
        return []
    if len(times) == 1:
        return [SessionWarning("past", "This time has passed. Right if the session took place and you will log it.")]
    return [SessionWarning("past", f"{past} of these {len(times)} sessions would be in the past.")]


def _beyond_terms(engagement, times, kind, zone):
    found = []
    free = engagement.sessions_left - engagement.sessions_booked
    if kind in COUNTED_KINDS and len(times) > max(free, 0):
        text = f"Only {max(free, 0)} of {engagement.session_budget} sessions are left to book."
        found.append(SessionWarning("budget", text))
    if timezone.localdate(max(times), zone) > engagement.ends_on:
        text = f"The engagement is planned to end before that, on {engagement.ends_on:%-d %B %Y}."
        found.append(SessionWarning("end", text))
    return found
