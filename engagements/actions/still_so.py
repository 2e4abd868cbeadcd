"""Whether what a letter is about is still so when it goes out: it may have waited for a night, or for days."""

import zoneinfo
from datetime import date, datetime, time, timedelta

from django.urls import reverse

from engagements.models import ChemistryVote, Fit, Party, Session
from engagements.models.chemistry import VOTED_IN

REMINDED_AHEAD = timedelta(hours=24)
UNLOGGED_AFTER, UNLOGGED_UNTIL = timedelta(hours=48), timedelta(hours=96)
LONGEST_NIGHT = timedelta(hours=24)  # quiet hours end within a day


def is_still_so(letter, now):
    """Asked again at the moment of sending, for the kinds of letters that wait."""
    asked = ASKED_AGAIN.get(letter.kind)
    return asked is None or asked(letter, now)


def _is_near(letter, now):
    """The session is still to come, and was not moved to another day: then it is reminded of anew."""
    session = letter.session
    is_near = session.is_scheduled and timedelta() < session.starts_at - now <= REMINDED_AHEAD
    return is_near and letter.engagement.executive.reminders_on


def day_key(coach, day):
    """Names a coach's one reminder of a day."""
    return f"remind:{coach.pk}:{day}"


def reminded_day(letter):
    """The day that a coach is reminded of, where they are; None for other letters."""
    named, day = letter.key.rpartition(":")[::2]
    return date.fromisoformat(day) if letter.kind == "day_reminder" and named.startswith("remind:") else None


def _has_sessions_that_day(letter, now):
    coach, day = letter.to_user, reminded_day(letter)
    midnight = datetime.combine(day, time(), tzinfo=zoneinfo.ZoneInfo(coach.time_zone))
    tomorrow = datetime.combine(day + timedelta(days=1), time(), tzinfo=midnight.tzinfo)
    to_come = Session.objects.upcoming(now).filter(engagement__coach=coach)
    return coach.reminders_on and to_come.filter(starts_at__gte=midnight, starts_at__lt=tomorrow).exists()


def log_path(session):
    return reverse("session_log", args=[session.pk])


def paths_to_log(coach, now):
    """Pages of the sessions that this coach is, or was the night before, reminded to log."""
    since = now - UNLOGGED_UNTIL - LONGEST_NIGHT
    rows = Session.objects.to_log(now).filter(engagement__coach=coach)
    rows = rows.filter(starts_at__gt=since, starts_at__lte=now - UNLOGGED_AFTER)
    return [log_path(session) for session in rows.oldest_first()]


def _waits_for_its_log(letter, now):
    return letter.to_user.reminders_on and letter.path in paths_to_log(letter.to_user, now)


def _may_still_be_voted(letter, now):
    """Nobody has settled it, and its person has not made up their mind since."""
    party = Party.COACH if letter.to_user_id else Party.EXECUTIVE
    votes = ChemistryVote.objects.filter(engagement=letter.engagement, party=party, voted_at__gt=letter.created_at)
    return letter.engagement.status in VOTED_IN and not votes.exclude(fit=Fit.DECIDING).exists()


ASKED_AGAIN = {
    "session_reminder": _is_near,
    "day_reminder": _has_sessions_that_day,
    "log_reminder": _waits_for_its_log,
    "chemistry": _may_still_be_voted,
    "chemistry_coach": _may_still_be_voted,
}
