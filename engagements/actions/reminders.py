"""Reminders by mail: of tomorrow's session to both sides, of sessions not logged to the coach.

Each is owed once, under a key of its own, so that a job may run twice; nobody gets more than their cap in a day, and
nothing in their quiet hours: what falls into these is sent when they end, if that is still in time.
"""

import zoneinfo
from datetime import datetime, time, timedelta

from django.db.models import Q
from django.urls import reverse

from engagements.actions.letters import owe_letter
from engagements.actions.still_so import REMINDED_AHEAD as AHEAD
from engagements.actions.still_so import UNLOGGED_AFTER, UNLOGGED_UNTIL, day_key, log_path
from engagements.models import Letter, Session
from engagements.models.engagement import Status

NOT_WORTH_IT = timedelta(hours=1)  # so shortly before, a mail is no help any more
MOST_A_DAY = 2  # to one person, of one kind
EXECUTIVES_QUIET = (20, 7)  # from eight in the evening until seven, where they are


def remind_of_session(*, session, now):
    """Owes the reminders of one session to come: the executive's, and one for the coach's whole day."""
    engagement, owed = session.engagement, 0
    executive, coach = engagement.executive, engagement.coach
    if executive.reminders_on:
        at = after_quiet_hours(now, zone=executive.time_zone, quiet=EXECUTIVES_QUIET)
        if session.starts_at - at > NOT_WORTH_IT and _is_below_cap(at, executive.time_zone, executive=executive):
            key = f"remind:{session.pk}:{session.starts_at:%Y%m%d%H%M}"
            owe_letter(kind="session_reminder", key=key, engagement=engagement, session=session, now=now, send_after=at)
            owed += 1
    if coach.is_active and coach.reminders_on:
        at = after_quiet_hours(now, zone=coach.time_zone, quiet=(coach.quiet_from, coach.quiet_until))
        day = session.starts_at.astimezone(zoneinfo.ZoneInfo(coach.time_zone)).date()
        if session.starts_at - at > NOT_WORTH_IT:
            owe_letter(
                kind="day_reminder",
                key=day_key(coach, day),
                to_user=coach,
                path=reverse("home"),
                now=now,
                send_after=at,
            )
            owed += 1
    return owed


def remind_to_log(*, session, now):
    """Owes one mail a day to a coach who has sessions to log that ended two days ago or earlier."""
    coach = session.engagement.coach
    if not (coach.is_active and coach.reminders_on):
        return 0
    at = after_quiet_hours(now, zone=coach.time_zone, quiet=(coach.quiet_from, coach.quiet_until))
    day = at.astimezone(zoneinfo.ZoneInfo(coach.time_zone)).date()
    told = Letter.objects.filter(kind="log_reminder", to_user=coach, path=log_path(session)).exists()
    if told:
        return 0
    owe_letter(
        kind="log_reminder", key=f"log:{coach.pk}:{day}", to_user=coach, path=log_path(session), now=now, send_after=at
    )
    return 1


def sessions_to_remind_of(now):
    """Sessions of running engagements that begin within a day."""
    return (
        Session.objects.upcoming(now)
        .filter(starts_at__lte=now + AHEAD, starts_at__gt=now + NOT_WORTH_IT)
        .filter(Q(engagement__status__in=(Status.ACTIVE, Status.CHEMISTRY, Status.CONTRACTED)))
        .select_related("engagement__executive", "engagement__coach")
        .oldest_first()
    )


def sessions_nobody_logged(now):
    """Sessions that ended two to four days ago and wait for a log: reminded of once, not for ever."""
    begun = Session.objects.to_log(now).filter(starts_at__lte=now - UNLOGGED_AFTER, starts_at__gt=now - UNLOGGED_UNTIL)
    return begun.select_related("engagement__coach").oldest_first()


def after_quiet_hours(now, *, zone, quiet):
    """`now`, or the end of the quiet hours that it falls into. `quiet` is (from, until), hours where they are."""
    start, end = quiet
    local = now.astimezone(zoneinfo.ZoneInfo(zone))
    is_quiet = start <= local.hour < end if start < end else local.hour >= start or local.hour < end
    if start == end or not is_quiet:
        return now
    day = local.date() + timedelta(days=1 if local.hour >= end else 0)
    return datetime.combine(day, time(end), tzinfo=local.tzinfo)


def _is_below_cap(at, zone, *, executive):
    """Whether this executive gets fewer than the cap on that day."""
    midnight = at.astimezone(zoneinfo.ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    that_day = Letter.objects.filter(
        kind="session_reminder", engagement__executive=executive, send_after__range=(midnight, midnight + AHEAD)
    )
    return that_day.count() < MOST_A_DAY
