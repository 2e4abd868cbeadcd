"""Schedule, move, cancel, miss and hold sessions."""

import uuid
import zoneinfo
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction

from engagements.actions.agreements import require_agreement
from engagements.actions.audit import record
from engagements.actions.changes import touch
from engagements.actions.webhooks import owe_deliveries
from engagements.models import Session, SessionKind, SessionMove, SessionStatus, WebhookEvent
from engagements.models.engagement import OPEN
from engagements.models.session import LATE_CANCELLATION_HOURS

LONGEST_SERIES = 60


class AlreadyThere(Exception):
    """The engagement has another session at that very time."""


class NotNow(Exception):
    """The session or engagement is in no state for this; the message says why."""


@transaction.atomic
def schedule_session(
    *,
    engagement,
    starts_at,
    minutes,
    by,
    now,
    kind=SessionKind.COACHING,
    place="",
    call_link="",
    series_id=None,
    calendar_uid="",
    pk=None,
):
    """A session to come, or one that took place and is about to be logged.

    With a `pk` of the caller's, asking twice makes one. Raises AlreadyThere for a second session at the same
    time, NotNow when the engagement had ended by then.
    """
    if engagement.status not in OPEN and not _was_before_end(engagement, starts_at, now):
        raise NotNow("This engagement has ended.")
    session = _insert(
        id=pk or uuid.uuid4(),
        engagement=engagement,
        starts_at=starts_at,
        minutes=minutes,
        kind=kind,
        place=place,
        call_link=call_link,
        series_id=series_id,
        calendar_uid=calendar_uid,
        created_at=now,
        changed_at=now,
    )
    touch(engagement.pk, now)
    record(by=by, verb="session.scheduled", subject=session, engagement=engagement, now=now)
    return session


def _was_before_end(engagement, starts_at, now):
    """Sessions that took place while an engagement ran can be put on record after its end."""
    return starts_at <= now and not engagement.had_ended_by(starts_at)


def _insert(**fields):
    try:
        with transaction.atomic():
            return Session.objects.create(**fields)
    except IntegrityError as error:
        taken = Session.objects.filter(engagement=fields["engagement"], starts_at=fields["starts_at"])
        if taken.exclude(status=SessionStatus.CANCELLED).exists():
            raise AlreadyThere("There is a session at that time already.") from error
        raise


@transaction.atomic
def schedule_series(*, engagement, first_at, count, every_weeks, time_zone, minutes, by, now, **details):
    """`count` sessions, `every_weeks` apart, at the same wall-clock time in `time_zone` across DST changes.

    Times that are taken already are left out; returns the sessions made.
    """
    assert 1 <= count <= LONGEST_SERIES, "A series has 1 to 60 sessions."
    series_id = uuid.uuid4()
    made = []
    for starts_at in series_times(first_at, count, every_weeks, time_zone):
        try:
            made.append(
                schedule_session(
                    engagement=engagement,
                    starts_at=starts_at,
                    minutes=minutes,
                    by=by,
                    now=now,
                    series_id=series_id,
                    **details,
                )
            )
        except AlreadyThere:
            continue
    return made


def series_times(first_at, count, every_weeks, time_zone):
    """The moments of a series: same weekday and wall-clock time, whatever summer time does."""
    zone = zoneinfo.ZoneInfo(time_zone)
    local = first_at.astimezone(zone).replace(tzinfo=None, fold=0)
    walls = (local + timedelta(weeks=every_weeks * step) for step in range(1, count))
    # fold=0: an hour that comes twice means the first; an hour that is skipped moves on by the gap.
    later = [datetime.fromtimestamp(wall.replace(tzinfo=zone).timestamp(), UTC) for wall in walls]
    return [first_at.astimezone(UTC), *later]  # the first is the moment that was asked for, whichever hour it is


def clashes(*, coach, starts_at, minutes, besides=None):
    """Sessions of this coach that share time with the one proposed: a warning, never an error."""
    return series_clashes(coach=coach, times=[starts_at], minutes=minutes, besides=besides)


def series_clashes(*, coach, times, minutes, besides=None):
    """Sessions of this coach that share time with any of `times`, each `minutes` long; one query."""
    length = timedelta(minutes=minutes)
    rows = Session.objects.filter(engagement__coach=coach).overlapping(min(times), max(times) + length)
    rows = rows.exclude(pk=besides).select_related("engagement__executive").oldest_first()
    return [row for row in rows if any(row.overlaps(starts_at, starts_at + length) for starts_at in times)]


@transaction.atomic
def move_session(*, session, starts_at, by, now, asked_by, minutes=None, place=None, call_link=None):
    """A new time, length or place. A change of time is kept, with how late it came; no change leaves no trace.

    Raises AlreadyThere when the engagement has another session then, NotNow when this one is not scheduled.
    """
    session = _locked(session)
    if not session.is_scheduled:
        raise NotNow(f"This session is {session.get_status_display().lower()}; it cannot be moved.")
    before = session.starts_at
    new = {"starts_at": starts_at, "minutes": minutes, "place": place, "call_link": call_link}
    changed = sorted(name for name, value in new.items() if value is not None and getattr(session, name) != value)
    if not changed:
        return session
    for name in changed:
        setattr(session, name, new[name])
    _save(session, now)
    if before == starts_at:
        _done(session, "session.edited", by, now, {"fields": changed})
        return session
    SessionMove.objects.create(session=session, from_at=before, to_at=starts_at, moved_at=now, asked_by=asked_by)
    late = before - now < timedelta(hours=LATE_CANCELLATION_HOURS)
    _done(session, "session.moved", by, now, {"asked_by": str(asked_by), "late": late, "fields": changed})
    return session


@transaction.atomic
def cancel_session(*, session, cancelled_by, by, now):
    """Cancelled by coach, executive or sponsor; how late follows from the moment.

    A missed session may turn out to have been cancelled. Raises NotNow when it was held or is cancelled already.
    """
    session = _locked(session)
    if session.status not in (SessionStatus.SCHEDULED, SessionStatus.MISSED):
        raise NotNow(f"This session is {session.get_status_display().lower()}; it cannot be cancelled.")
    session.status = SessionStatus.CANCELLED
    session.cancelled_by = cancelled_by
    session.cancelled_at = now
    session.logged_at = session.logged_by = None
    _save(session, now)
    _done(session, "session.cancelled", by, now, {"cancelled_by": str(cancelled_by)})
    return session


@transaction.atomic
def mark_missed(*, session, by, now, logged_by=None):
    """The executive did not come. Only a session whose time has begun can be missed; twice is once.

    `logged_by` is the coach whose record it is, where somebody else carries it in.
    """
    session = _locked(session)
    if session.status == SessionStatus.MISSED:
        return session
    if session.status not in (SessionStatus.SCHEDULED, SessionStatus.CANCELLED):
        raise NotNow(f"This session is {session.get_status_display().lower()}.")
    if session.starts_at > now:
        raise NotNow("This session is still to come. Cancel or move it instead.")
    session.status = SessionStatus.MISSED
    session.cancelled_by, session.cancelled_at = "", None
    session.logged_at, session.logged_by = now, logged_by or by
    _save(session, now)
    _done(session, "session.missed", by, now, {})
    return session


@transaction.atomic
def mark_held(*, session, minutes, by, now, starts_at=None, kind=None, logged_by=None):
    """It took place, for so many minutes. Callable again: an edit keeps the first time of logging.

    `logged_by` is the coach whose record it is, where somebody else carries it in. Raises NotNow for a session to
    come, and NotAgreed before the agreement is accepted, but for the chemistry meeting that comes before it.
    """
    session = _locked(session)
    session.status = SessionStatus.HELD
    session.cancelled_by, session.cancelled_at = "", None
    session.minutes = minutes
    session.starts_at = starts_at or session.starts_at
    session.kind = kind or session.kind
    if session.starts_at > now:
        raise NotNow("This session is still to come; it cannot be logged yet.")
    if session.kind != SessionKind.CHEMISTRY:
        require_agreement(session.engagement_id)
    is_first = session.logged_at is None
    if is_first:
        session.logged_at, session.logged_by = now, logged_by or by
    _save(session, now)
    _done(session, "session.held", by, now, {})
    if is_first:
        what = {"event": WebhookEvent.SESSION_LOGGED, "subject_id": session.pk, "moment": now}
        owe_deliveries(engagement=session.engagement, now=now, **what)
    return session


@transaction.atomic
def link_to_calendar(*, session, calendar_uid, by, now):
    """Ties a session to the calendar event it is, so that a later move of the event is recognised."""
    session = _locked(session)
    if session.calendar_uid != calendar_uid:
        session.calendar_uid = calendar_uid
        _save(session, now)
        record(by=by, verb="session.linked", subject=session, engagement=session.engagement, now=now)
    return session


@transaction.atomic
def reopen_session(*, session, by, now):
    """Back to scheduled: it was logged by mistake. What was written stays."""
    session = _locked(session)
    session.status = SessionStatus.SCHEDULED
    session.cancelled_by, session.cancelled_at = "", None
    session.logged_at = session.logged_by = None
    _save(session, now)
    _done(session, "session.reopened", by, now, {})
    return session


@transaction.atomic
def restore_session(*, session, by, now):
    """Back to scheduled: it was noted as missed or cancelled by mistake. Twice is once.

    Raises NotNow when it was held or the engagement has ended, AlreadyThere when its time is taken since.
    """
    session = _locked(session)
    if session.is_scheduled:
        return session
    if session.is_held:
        raise NotNow("This session is logged.")
    if session.engagement.status not in OPEN:
        raise NotNow("This engagement has ended.")
    return reopen_session(session=session, by=by, now=now)


def _locked(session):
    return Session.objects.select_for_update(of=("self",)).select_related("engagement").get(pk=session.pk)


def _save(session, now):
    session.changed_at = now
    try:
        with transaction.atomic():
            session.save()
    except IntegrityError as error:
        others = Session.objects.filter(engagement_id=session.engagement_id, starts_at=session.starts_at)
        if others.exclude(pk=session.pk).exclude(status=SessionStatus.CANCELLED).exists():
            raise AlreadyThere("There is a session at that time already.") from error
        raise


def _done(session, verb, by, now, detail):
    touch(session.engagement_id, now)
    record(by=by, verb=verb, subject=session, engagement=session.engagement, now=now, detail=detail)
