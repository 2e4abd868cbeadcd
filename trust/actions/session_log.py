"""The session log: one action for everything a coach records after a session."""

from django.db import transaction

from engagements.actions import sessions
from engagements.actions.agreements import has_agreement, require_agreement
from engagements.actions.drafts import end_drafts
from engagements.actions.texts import write_text
from engagements.models import Party, Session, SessionKind, SessionStatus, TextKind
from trust.actions.check_ins import ask_for_check_in, store_reading, withdraw_check_in
from trust.actions.log_version import brought_up_to_date
from trust.actions.method import take_steps
from trust.instrument import Voice


class AlreadyLogged(Exception):
    """The session is not waiting for a log: it has one, was missed or was cancelled."""


@transaction.atomic
def log_session_once(*, session, **log):
    """log_session for a program that does not see what is on record: it replaces nothing. Raises AlreadyLogged, too."""
    locked = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if not locked.is_scheduled:
        words = locked.get_status_display().lower()
        raise AlreadyLogged(f"This session is {words} already. What is on record is changed on its page.")
    return log_session(session=session, **log)


@transaction.atomic
def log_session(*, session, by, now, next_at=None, began=None, typing=None, steps=(), **content):
    """Held, for so many minutes, with ratings, what was seen, and sealed texts. Callable again to edit.

    `content`: minutes, ratings, and as there is any, seen, note, summary, starts_at, kind. `began` is the LogVersion
    the form began with: raises ChangedMeanwhile where both changed the same since. `typing` ends the form's drafts.
    `steps` of experiments, [(experiment, to, after)], are noted with it; what no longer fits is left out.
    `next_at` books the next session as long as this one was planned to be; booked already is no error.
    Raises sessions.NotNow for a session still to come, sessions.AlreadyThere when its time is taken, and NotAgreed
    before both sides have accepted the agreement: until then a chemistry meeting can be noted as held, no more.
    """
    planned = session
    if began is not None:
        locked = Session.objects.select_for_update(of=("self",)).select_related("engagement").get(pk=session.pk)
        content = brought_up_to_date(locked, began, content)
    session = _record(session, by=by, now=now, **content)
    take_steps(session=session, steps=steps, by=by, now=now)
    if next_at is not None:
        _book_next(planned, next_at, by, now)
    if typing is not None:
        end_drafts(engagement=session.engagement, typing=typing, by=by, now=now)
    return session


def _record(session, *, by, now, minutes, ratings, seen=(), note="", summary="", starts_at=None, kind=None):
    session = sessions.mark_held(session=session, minutes=minutes, starts_at=starts_at, kind=kind, by=by, now=now)
    if _is_covered(session, [*ratings.values(), *seen, note, summary]):
        store_reading(session=session, voice=Voice.COACH, ratings=ratings, seen=seen, by=by, now=now)
        _write(session, TextKind.SESSION_NOTE, note, by, now)
        _write(session, TextKind.SESSION_SUMMARY, summary, by, now)
        ask_for_check_in(session=session, now=now)
    return session


def _is_covered(session, said):
    """Whether the agreement lets anything be kept of this session; where anything was `said`, it has to."""
    if session.kind != SessionKind.CHEMISTRY:
        return True  # without an agreement it would not be noted as held
    if any(said):
        require_agreement(session.engagement_id)
        return True
    return has_agreement(session.engagement_id)


@transaction.atomic
def log_unscheduled_session(*, engagement, pk, starts_at, minutes, kind, by, now, **log):
    """Logs a session that was never scheduled. Sent twice under the same `pk`, it is one log.

    A session that was scheduled for that very time is the one that is logged. Raises as log_session does.
    """
    session = engagement.sessions.filter(pk=pk).first() or _scheduled_or_new(
        engagement=engagement, pk=pk, starts_at=starts_at, minutes=minutes, kind=kind, by=by, now=now
    )
    return log_session(session=session, by=by, now=now, minutes=minutes, kind=kind, starts_at=starts_at, **log)


def _scheduled_or_new(*, engagement, pk, starts_at, **details):
    try:
        return sessions.schedule_session(engagement=engagement, pk=pk, starts_at=starts_at, **details)
    except sessions.AlreadyThere:
        at_that_time = engagement.sessions.filter(starts_at=starts_at)
        session = (at_that_time.scheduled() | at_that_time.filter(pk=pk)).first()
        if session is None:
            raise
        return session


def _book_next(session, starts_at, by, now):
    try:
        sessions.schedule_session(
            engagement=session.engagement,
            starts_at=starts_at,
            minutes=session.minutes,
            place=session.place,
            call_link=session.call_link,
            by=by,
            now=now,
        )
    except sessions.AlreadyThere:
        return


@transaction.atomic
def log_not_held(*, session, how, by, now, cancelled_by=None):
    """It did not take place after all: "missed" or "cancelled", in one tap, also after it was logged as held.

    Sent twice it is once. Raises sessions.NotNow for a miss still to come, and for a cancellation that is on
    record under another name.
    """
    session = Session.objects.select_for_update(of=("self",)).select_related("engagement").get(pk=session.pk)
    if how == "cancelled" and session.status == SessionStatus.CANCELLED and session.cancelled_by == cancelled_by:
        return session
    if session.is_held:
        session = sessions.reopen_session(session=session, by=by, now=now)
    withdraw_check_in(session=session)
    if how == "missed":
        return sessions.mark_missed(session=session, by=by, now=now)
    return sessions.cancel_session(session=session, cancelled_by=Party(cancelled_by), by=by, now=now)


def _write(session, kind, text, by, now):
    write_text(engagement_id=session.engagement_id, kind=kind, subject_id=session.pk, text=text, by=by, now=now)
