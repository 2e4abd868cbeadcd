"""Judges the rows of a session history against what is logged, and carries out what is new or changed."""

import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.db import transaction

from engagements.actions import sessions
from engagements.actions.agreements import require_agreement
from engagements.actions.texts import write_text
from engagements.imports.cells import BadCell
from engagements.imports.columns import Row
from engagements.imports.moments import read_time, time_in
from engagements.imports.outcomes import Outcome, Verdict, refused
from engagements.models import SessionStatus, TextKind
from trust.actions.check_ins import store_strand_means
from trust.actions.history_book import HistoryBook
from trust.imports.history import RATINGS, USUAL_MINUTES
from trust.instrument import Voice

VOICES = {Voice.COACH: ("cognitive", "relational"), Voice.EXECUTIVE: ("client_cognitive", "client_relational")}
MISSED = SessionStatus.MISSED
VOICE_WORDS = {Voice.COACH: "Coach’s read", Voice.EXECUTIVE: "Client’s rating"}


@dataclass(frozen=True, slots=True)
class HistoryIntent:
    """What a row would do to one session; `session` is None for a new one."""

    engagement: object
    session: object
    starts_at: datetime
    minutes: int
    is_held: bool
    means: dict  # {Voice: (cognitive, relational)} to be written
    note: str  # to be written; empty: nothing to write


def plan_history(*, rows, by, now, mapping, time_zone="") -> list[Verdict]:
    """One verdict per row. `by` is None for the operator, who may bring the history of any coach.

    Times are read in `time_zone`, or in the zone of each engagement's coach.
    """
    book = HistoryBook(by, [row.values.get("client_email") for row in rows if not row.problems])
    seen: dict[tuple, Row] = {}
    return [_verdict(row, book, seen, now, mapping, time_zone) for row in rows]


def _verdict(row, book, seen, now, mapping, time_zone):
    title = _title(row)
    if row.problems:
        return refused(row, title=title)
    try:
        wall = _wall_clock(row, mapping)
        engagement = book.engagement(row.values["client_email"], wall.date())
    except (BadCell, LookupError) as problem:
        return refused(row, str(problem.args[0]), title=title)
    starts_at = _moment(wall, time_zone or engagement.coach.time_zone)
    return replace(_of_engagement(row, book, engagement, starts_at, seen, now), about=engagement.pk)


def _of_engagement(row, book, engagement, starts_at, seen, now):
    title = _title(row)
    if reasons := list(_reasons(row, engagement, starts_at, now)):
        return refused(row, *reasons, title=title)
    first = seen.setdefault((engagement.pk, starts_at), row)
    if first is not row:
        if dict(first.values) == dict(row.values):
            return Verdict(row.number, Outcome.UNCHANGED, title, (f"Same as row {first.number}.",), row.cells)
        return refused(row, f"Row {first.number} is about the same session and says otherwise.", title=title)
    return _against_log(row, book, engagement, starts_at, title)


def _title(row):
    values = row.values
    on = values.get("date")
    return f"{values.get('client_email') or '–'}, {on:%-d %b %Y}" if on else values.get("client_email") or ""


def _wall_clock(row, mapping):
    """Date and time as written. A date cell may carry the time; without any time the row says too little."""
    values = row.values
    start = values.get("start")
    if start is None:
        written = time_in(row.cells[mapping["date"]])
        if not written:
            raise BadCell("Start: is missing.")
        start = read_time(written)
    return datetime.combine(values["date"], start)


def _moment(wall, time_zone):
    """UTC. An hour that comes twice means the first; one that a change of clocks skips moves on by the gap."""
    return datetime.fromtimestamp(wall.replace(tzinfo=zoneinfo.ZoneInfo(time_zone)).timestamp(), UTC)


def _reasons(row, engagement, starts_at, now):
    values = row.values
    if starts_at > now:
        yield "The session is still to come: only what took place or was missed can be brought over."
    elif engagement.had_ended_by(starts_at):
        yield "The engagement had ended by then."
    if values["attended"] is False and any(values[name] is not None for name in RATINGS):
        yield "A missed session has no ratings."


def _against_log(row, book, engagement, starts_at, title):
    session = book.session(engagement, starts_at)
    values = row.values
    is_held = values["attended"] if values["attended"] is not None else not (session and session.status == MISSED)
    if session is not None and session.is_held and not is_held:
        return refused(row, "The session is logged as held. Change it on its page.", title=title)
    given = {voice: mean for voice in VOICES if (mean := _means(row, voice))}
    means = {voice: mean for voice, mean in given.items() if book.has_other_means(session, voice, mean)}
    note = values["note"] if book.has_other_note(session, values["note"]) else ""
    if (note or means) and engagement.content_erased_at:
        return refused(row, "What was said and rated in this engagement was erased; nothing can be added.", title=title)
    if note and book.is_erased(engagement):
        return refused(row, "The words of this engagement were erased; no note can be added.", title=title)
    minutes = values["minutes"] or (session.minutes if session else USUAL_MINUTES)
    intent = HistoryIntent(engagement, session, starts_at, minutes, is_held, means, note)
    if (is_held or note) and not book.is_agreed(engagement):
        return refused(row, "Executive and sponsor have not both accepted the agreement yet.", title=title)
    if session is None:
        return Verdict(row.number, Outcome.NEW, title, (), row.cells, intent)
    changes = list(_changes(session, intent))
    if not changes:
        return Verdict(row.number, Outcome.UNCHANGED, title, (), row.cells)
    return Verdict(row.number, Outcome.CHANGED, title, tuple(changes), row.cells, intent)


def _means(row, voice):
    pair = tuple(row.values[name] for name in VOICES[voice])
    return pair if any(mean is not None for mean in pair) else None


def _changes(session, intent):
    status = SessionStatus.HELD if intent.is_held else MISSED
    if session.status != status:
        yield f"{session.get_status_display()} → {status.label}."
    if intent.is_held and session.minutes != intent.minutes:
        yield f"Length: {session.minutes} → {intent.minutes} minutes."
    for voice in intent.means:
        yield f"{VOICE_WORDS[voice]} differs."
    if intent.note:
        yield "Private note differs."


@transaction.atomic
def carry_out_history(*, verdicts, by, now, progress: Callable[[int], None]):
    """Does what the plan says, in one transaction."""
    for done, verdict in enumerate(verdicts, start=1):
        if verdict.intent is not None:
            _write(verdict.intent, by, now)
        progress(done)


def _write(intent, by, now):
    engagement = intent.engagement
    session = intent.session or sessions.schedule_session(
        engagement=engagement, starts_at=intent.starts_at, minutes=intent.minutes, by=by, now=now
    )
    session = _log(session, intent, by, now)
    if intent.means or intent.note:
        require_agreement(engagement.pk)
    for voice, (cognitive, relational) in intent.means.items():
        store_strand_means(session=session, voice=voice, cognitive=cognitive, relational=relational, by=by, now=now)
    if intent.note:
        write_text(
            engagement_id=engagement.pk,
            kind=TextKind.SESSION_NOTE,
            subject_id=session.pk,
            text=intent.note,
            by=by or engagement.coach,
            now=now,
        )


def _log(session, intent, by, now):
    coach = intent.engagement.coach
    if intent.is_held:
        return sessions.mark_held(session=session, minutes=intent.minutes, by=by, now=now, logged_by=coach)
    return sessions.mark_missed(session=session, by=by, now=now, logged_by=coach)
