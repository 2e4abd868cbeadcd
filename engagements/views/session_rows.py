"""Sessions ready for a list: what there is to say of each, and what may be done with it."""

from dataclasses import dataclass

from engagements.models import Session, SessionStatus
from engagements.permissions import can_log


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One row of templates/engagements/_sessions.html."""

    session: Session
    note: str = ""
    is_to_log: bool = False
    may_log: bool = False
    may_open_log: bool = False
    may_move: bool = False
    may_cancel: bool = False
    may_miss: bool = False
    may_restore: bool = False
    may_prepare: bool = False


def session_rows(sessions, *, user, engagement, now):
    """Rows for sessions of one engagement; `sessions` should prefetch `moves`."""
    may = can_log(user, engagement)
    may_write = may and engagement.content_erased_at is None
    sessions = list(sessions)
    to_come = [session for session in sessions if session.is_scheduled and session.starts_at > now]
    upcoming = min(to_come, key=lambda session: session.starts_at, default=None) if may else None
    return [_row(session, may, may_write, engagement.is_open, now, upcoming) for session in sessions]


def _row(session, may, may_write, engagement_is_open, now, upcoming):
    has_begun = session.starts_at <= now
    is_to_log = session.is_scheduled and has_begun and (may_write or not may)
    is_missed, is_cancelled = session.is_missed, session.status == SessionStatus.CANCELLED
    return SessionRow(
        session=session,
        note=_note(session),
        is_to_log=is_to_log,
        may_log=may_write and (is_to_log or is_missed),
        may_open_log=may_write and session.is_held,
        may_move=may and session.is_scheduled,
        may_cancel=may and (session.is_scheduled or is_missed),
        may_miss=may and session.is_scheduled and has_begun,
        may_restore=may and engagement_is_open and (is_missed or (is_cancelled and not has_begun)),
        may_prepare=session is upcoming,
    )


def _note(session):
    if session.status == SessionStatus.CANCELLED:
        return f"by the {session.cancelled_by.lower()}, {notice_words(session.notice_hours)}"
    moves = len(session.moves.all())
    if not moves:
        return ""
    return "moved once" if moves == 1 else f"moved {moves} times"


def notice_words(hours):
    """How long before the start something happened; `hours` is negative after it."""
    if hours < 0:
        return "after it was to begin"
    if hours < 1:
        return "less than an hour before"
    if hours < 48:
        return f"{int(hours)} hours before" if hours >= 2 else "an hour before"
    return f"{int(hours // 24)} days before"
