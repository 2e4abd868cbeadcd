"""The session log: one action for everything a coach records after a session."""

from django.db import transaction

from engagements.actions import sessions
from engagements.actions.texts import write_text
from engagements.models import TextKind
from trust.actions.check_ins import ask_for_check_in, store_reading, withdraw_check_in
from trust.instrument import Voice


@transaction.atomic
def log_session(*, session, by, now, minutes, ratings, seen=(), note="", summary="", starts_at=None, kind=None):
    """Held, for so many minutes, with ratings, what was seen, and sealed texts. Callable again to edit.

    Raises sessions.NotNow for a session still to come, sessions.AlreadyThere when its time is taken.
    """
    session = sessions.mark_held(session=session, minutes=minutes, starts_at=starts_at, kind=kind, by=by, now=now)
    store_reading(session=session, voice=Voice.COACH, ratings=ratings, seen=seen, by=by, now=now)
    _write(session, TextKind.SESSION_NOTE, note, by, now)
    _write(session, TextKind.SESSION_SUMMARY, summary, by, now)
    ask_for_check_in(session=session, now=now)
    return session


@transaction.atomic
def log_not_held(*, session, how, by, now, cancelled_by=None):
    """It did not take place after all: "missed" or "cancelled", in one tap, also after it was logged as held."""
    if session.is_held:
        session = sessions.reopen_session(session=session, by=by, now=now)
    withdraw_check_in(session=session)
    if how == "missed":
        return sessions.mark_missed(session=session, by=by, now=now)
    return sessions.cancel_session(session=session, cancelled_by=cancelled_by, by=by, now=now)


def _write(session, kind, text, by, now):
    write_text(engagement_id=session.engagement_id, kind=kind, subject_id=session.pk, text=text, by=by, now=now)
