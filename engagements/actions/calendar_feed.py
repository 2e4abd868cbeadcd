"""A coach's private calendar feed: an address that a calendar application asks, with times and initials only."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from icalendar import Calendar, Event

from engagements import tokens
from engagements.actions.audit import record
from engagements.models import CalendarFeed, Session, SessionStatus, User
from engagements.permissions import is_coach

SHOWN_BACK, SHOWN_AHEAD = timedelta(days=60), timedelta(days=400)


class FeedClosed(Exception):
    """The address is unknown or revoked, or its person does not coach any more; which of these is not said."""


def token_of(feed) -> str:
    """The feed's 256-bit token: derived, so that the page can show the address again and nothing is stored."""
    return tokens.derive_token(
        settings.SECRET_KEY, purpose="CALENDAR", bound_to=(str(feed.pk), str(feed.user_id)), nonce=feed.nonce
    )


@transaction.atomic
def renew_feed(*, user, now):
    """A fresh address; the one before opens nothing any more."""
    revoke_feed(user=user, now=now)
    feed = CalendarFeed(user=user, nonce=tokens.new_nonce(), created_at=now)
    feed.token_hash = tokens.hash_of(token_of(feed))
    feed.save()
    record(by=user, verb="calendar_feed.made", subject=feed, now=now)
    return feed


@transaction.atomic
def revoke_feed(*, user, now):
    """Ends the address; twice is once."""
    User.objects.select_for_update().get(pk=user.pk)
    for feed in CalendarFeed.objects.filter(user=user, revoked_at__isnull=True):
        feed.revoked_at = now
        feed.save(update_fields=["revoked_at"])
        record(by=user, verb="calendar_feed.revoked", subject=feed, now=now)


def feed_behind(*, token):
    """The feed an address opens; raises FeedClosed. Rights are asked for each time."""
    rows = CalendarFeed.objects.filter(token_hash=tokens.hash_of(token), revoked_at__isnull=True)
    feed = rows.select_related("user").first()
    if feed is None or not tokens.same(token_of(feed), token) or not is_coach(feed.user):
        raise FeedClosed
    return feed


def calendar_of(user, *, now) -> bytes:
    """Own sessions as iCalendar (RFC 5545), in UTC; moved ones keep their UID, cancelled ones say so."""
    calendar = Calendar()
    calendar.add("prodid", "-//Point of Trust//Sessions//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", settings.SITE_NAME)
    rows = Session.objects.confided_to(user).filter(starts_at__gte=now - SHOWN_BACK, starts_at__lte=now + SHOWN_AHEAD)
    for session in rows.exclude(status=SessionStatus.MISSED).select_related("engagement__executive").oldest_first():
        calendar.add_component(_event(session))
    return calendar.to_ical()


def _event(session):
    event = Event()
    event.add("uid", f"{session.pk}@point-of-trust")
    event.add("dtstamp", session.changed_at)
    event.add("last-modified", session.changed_at)
    event.add("sequence", int(session.changed_at.timestamp() - session.created_at.timestamp()))
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.ends_at)
    event.add("summary", initials_of(session.engagement.executive.name))
    event.add("status", "CANCELLED" if session.status == SessionStatus.CANCELLED else "CONFIRMED")
    event.add("class", "PRIVATE")
    return event


def initials_of(name: str) -> str:
    """ "E. M." of a name; enough for its coach, little for whoever looks over a shoulder."""
    return " ".join(f"{part[0].upper()}." for part in name.split()[:3]) or "–"
