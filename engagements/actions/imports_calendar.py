"""Judges a coach's calendar against the sessions that are booked, and carries out what is new or changed."""

import hashlib
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from engagements.actions import sessions
from engagements.actions.calendar_book import CalendarBook
from engagements.imports.calendars import MOST_OCCURRENCES, Event, Meeting, expand, read_events
from engagements.imports.outcomes import Outcome, Verdict
from engagements.models import Party, Session
from engagements.models.session import LONGEST_MINUTES, SHORTEST_MINUTES

BACK, AHEAD = timedelta(days=365), timedelta(days=730)  # what lies further away is no plan and no memory
LEAVE_OUT = "leave-out"


@dataclass(frozen=True, slots=True)
class Question:
    """What the coach has to decide: which engagement the events of one UID belong to."""

    key: str  # a fingerprint: the UID itself may say whom the event is with
    engagements: tuple


@dataclass(frozen=True, slots=True)
class CalendarIntent:
    """What an occurrence would do: `verb` is add, move, cancel or tie."""

    verb: str
    session: Session | None
    engagement: object = None
    meeting: Meeting | None = None


def question_key(uid: str) -> str:
    return hashlib.sha256(uid.encode()).hexdigest()[:20]


def plan_calendar(*, content, coach, now, answers=None) -> tuple[list[Verdict], tuple[str, ...]]:
    """One verdict per occurrence, or per event that is left aside; and remarks. Raises UnreadableFile.

    `answers` maps question keys to an engagement's key or LEAVE_OUT.
    """
    calendar, events = read_events(content)
    book = CalendarBook(coach)
    aside, kept = _sort_out(events, book)
    first, last = now - BACK, now + AHEAD
    meetings, failed, is_cut = expand(calendar, kept, zone=coach.time_zone, first=first, last=last)
    planner = _Planner(book, coach, answers or {}, now)
    planner.expect(meetings)
    # Meetings that are tied to a session keep their time; others take what is left.
    tied_first = sorted(meetings, key=lambda meeting: book.by_key(meeting.key) is None)
    verdicts = [*aside, *(planner.verdict(meeting) for meeting in tied_first)]
    verdicts += [_failed(event, failed[event.uid]) for event in kept if event.uid in failed and not event.is_exception]
    if not is_cut:
        verdicts += planner.gone([event for event in kept if event.uid not in failed], meetings, first, last)
    remarks = [f"Only the first {MOST_OCCURRENCES} occurrences are taken."] if is_cut else []
    if any(meeting.is_floating for meeting in meetings):
        remarks.append(f"Some events name no time zone; their times are read in the coach’s zone, {coach.time_zone}.")
    return sorted(verdicts, key=lambda verdict: verdict.number), tuple(remarks)


def _sort_out(events: list[Event], book):
    """(verdicts on events that are no coaching, events that may be). A UID counts as a whole."""
    known = {event.uid for event in events if book.knows(event.addresses)}
    tied = {event.uid for event in events if book.tied_to(event.uid)}
    aside, kept = [], []
    for event in events:
        if event.begins is None:
            aside.append(_aside(event, "It has no date."))
        elif event.is_all_day:
            aside.append(_aside(event, "All-day event."))
        elif event.uid not in known | tied:
            aside.append(_aside(event, "No executive of yours takes part."))
        elif event.is_cancelled and event.uid not in tied and not event.is_exception:
            aside.append(_aside(event, "Cancelled in the calendar."))
        else:
            kept.append(event)
    return aside, kept


def _aside(event, reason):
    return Verdict(event.number, Outcome.IGNORED, _day_of(event.begins), (reason,))


def _failed(event, reason):
    return Verdict(event.number, Outcome.REFUSED, _day_of(event.begins), (reason,))


def _day_of(begins):
    return f"{begins:%-d %b %Y}" if begins else "No date"


class _Planner:
    """Verdicts on meetings of one coach."""

    def __init__(self, book, coach, answers, now):
        self.book, self.coach, self.answers, self.now = book, coach, answers, now
        self.taken = {}  # (engagement, start) → number of the event that takes it
        self.spoken_for = set()  # keys of sessions some event has decided about
        self.leaving = set()  # keys of sessions whose event has another time or is cancelled

    def expect(self, meetings):
        """Learns which sessions are about to leave their time, before any verdict needs it."""
        for meeting in meetings:
            session = self.book.by_key(meeting.key)
            if session and session.is_scheduled and (meeting.is_cancelled or session.starts_at != meeting.starts_at):
                self.leaving.add(session.pk)

    def verdict(self, meeting):
        session = self.book.by_key(meeting.key)
        if session is not None:
            self.spoken_for.add(session.pk)
        if meeting.is_cancelled:
            return self._cancelled(meeting, session)
        if not SHORTEST_MINUTES <= meeting.minutes <= LONGEST_MINUTES:
            reason = (
                f"A session lasts {SHORTEST_MINUTES} to {LONGEST_MINUTES} minutes; this event lasts {meeting.minutes}."
            )
            return self._say(meeting, Outcome.REFUSED, reason)
        return self._against(meeting, session) if session else self._unknown(meeting)

    def _cancelled(self, meeting, session):
        if session is None:
            return self._say(meeting, Outcome.IGNORED, "Cancelled in the calendar.")
        if not session.is_scheduled:
            return self._say(meeting, Outcome.UNCHANGED, "Cancelled in the calendar.", session.engagement_id)
        intent = CalendarIntent("cancel", session)
        reason = "Cancelled in the calendar: the session is cancelled."
        return self._say(meeting, Outcome.CHANGED, reason, session.engagement_id, intent)

    def _against(self, meeting, session):
        """A meeting that is tied to a session."""
        self.taken[session.engagement_id, meeting.starts_at] = meeting.number
        is_same = (session.starts_at, session.minutes) == (meeting.starts_at, meeting.minutes)
        if not session.is_scheduled:
            words = "" if is_same else f"The session is {session.get_status_display().lower()}; it stays as it is."
            return self._say(meeting, Outcome.UNCHANGED, words, session.engagement_id)
        if is_same:
            return self._say(meeting, Outcome.UNCHANGED, "", session.engagement_id)
        other = self.book.by_start(session.engagement_id, meeting.starts_at)
        if other is not None and other.pk != session.pk and other.pk not in self.leaving:
            reason = f"Another session is at that time; this one stays on {self._when(session.starts_at)}."
            return self._say(meeting, Outcome.REFUSED, reason, session.engagement_id)
        change = f"Moved from {self._when(session.starts_at)}."
        if session.starts_at == meeting.starts_at:
            change = f"Length: {session.minutes} → {meeting.minutes} minutes."
        intent = CalendarIntent("move", session, meeting=meeting)
        return self._say(meeting, Outcome.CHANGED, change, session.engagement_id, intent)

    def _unknown(self, meeting):
        """A meeting that is tied to no session yet."""
        candidates = self.book.candidates(meeting.addresses, meeting.starts_at.date())
        if not candidates:
            return self._say(meeting, Outcome.REFUSED, "The engagement with this executive has ended.")
        if len(candidates) > 1:
            return self._asked(meeting, candidates)
        return self._place(meeting, candidates[0])

    def _asked(self, meeting, candidates):
        question = Question(question_key(meeting.uid), tuple(candidates))
        answer = self.answers.get(question.key, "")
        if answer == LEAVE_OUT:
            return self._say(meeting, Outcome.IGNORED, "Left out, as you chose.", question=question)
        for engagement in candidates:
            if answer == str(engagement.pk):
                return replace(self._place(meeting, engagement), question=question)
        who = " or ".join(f"{one.executive} in {one.program}" for one in candidates)
        return self._say(meeting, Outcome.ASKED, f"Which engagement: {who}?", question=question)

    def _place(self, meeting, engagement):
        slot = engagement.pk, meeting.starts_at
        if slot in self.taken:
            reason = f"Event {self.taken[slot]} is at the same time with the same executive."
            return self._say(meeting, Outcome.REFUSED, reason, engagement.pk)
        self.taken[slot] = meeting.number
        session = self.book.by_start(engagement.pk, meeting.starts_at)
        if session is not None and session.pk not in self.leaving:
            self.spoken_for.add(session.pk)
            intent = CalendarIntent("tie", session, engagement, meeting)
            reason = "The session is known; it is tied to the calendar event."
            return self._say(meeting, Outcome.CHANGED, reason, engagement.pk, intent)
        intent = CalendarIntent("add", None, engagement, meeting)
        return self._say(meeting, Outcome.NEW, "", engagement.pk, intent)

    def gone(self, kept, meetings, first, last):
        """Sessions whose occurrence the calendar no longer has, though it has the event."""
        still = {meeting.key for meeting in meetings}
        for uid in dict.fromkeys(event.uid for event in kept):
            number = min(event.number for event in kept if event.uid == uid)
            for session in self.book.tied_to(uid):
                is_missing = session.calendar_uid not in still and session.pk not in self.spoken_for
                if session.is_scheduled and is_missing and first <= session.starts_at < last:
                    yield self._gone(number, session)

    def _gone(self, number, session):
        who = self.book.engagements[session.engagement_id].executive
        title = f"{who}, {self._when(session.starts_at)}"
        reason = "No longer in the calendar: the session is cancelled."
        intent = CalendarIntent("cancel", session)
        return Verdict(number, Outcome.CHANGED, title, (reason,), intent=intent, about=session.engagement_id)

    def _say(self, meeting, outcome, reason="", engagement_id=None, intent=None, question=None):
        reasons = [reason] if reason else []
        if meeting.is_floating and outcome in (Outcome.NEW, Outcome.CHANGED, Outcome.ASKED):
            reasons.append(f"No time zone in the event: read in {self.coach.time_zone}.")
        if meeting.is_moved and outcome == Outcome.NEW:
            reasons.append("Differs from the rest of its series.")
        who = self.book.engagements[engagement_id].executive if engagement_id else ""
        title = ", ".join(filter(None, (str(who), self._when(meeting.starts_at), f"{meeting.minutes} minutes")))
        told = {"intent": intent, "question": question, "about": engagement_id}
        return Verdict(meeting.number, outcome, title, tuple(reasons), **told)

    def _when(self, moment: datetime):
        local = timezone.localtime(moment, timezone=zoneinfo.ZoneInfo(self.coach.time_zone))
        return f"{local:%a %-d %b %Y, %H:%M}"


@transaction.atomic
def carry_out_calendar(*, verdicts, by, now, progress: Callable[[int], None]):
    """Does what the plan says, in one transaction: what frees a time before what takes one."""
    intents = [verdict.intent for verdict in verdicts if verdict.intent]
    by_verb = {verb: [intent for intent in intents if intent.verb == verb] for verb in ("cancel", "tie", "move", "add")}
    done = 0
    for verb, some in by_verb.items():
        for intent in _in_turn(some, by, now) if verb == "move" else some:
            _carry_out(intent, by, now)
            done += 1
            progress(done)


def _in_turn(moves, by, now):
    """Moves in an order in which each finds its time free; of a circle, one is set aside for a moment."""
    waiting = list(moves)
    held = {_place_of(intent): intent for intent in waiting}
    while waiting:
        free = next((one for one in waiting if held.get(_target(one), one) is one), None)
        if free is None:
            _set_aside(waiting[0], by, now)
            del held[_place_of(waiting[0])]
            continue
        held.pop(_place_of(free), None)
        waiting.remove(free)
        yield free


def _place_of(intent):
    return intent.session.engagement_id, intent.session.starts_at


def _target(intent):
    return intent.session.engagement_id, intent.meeting.starts_at


def _set_aside(intent, by, now):
    """A second nobody meets at; the move to the right time follows."""
    aside = intent.session.starts_at + timedelta(seconds=1)
    sessions.move_session(session=intent.session, starts_at=aside, asked_by=Party.COACH, by=by, now=now)


def _carry_out(intent, by, now):
    meeting, session = intent.meeting, intent.session
    match intent.verb:
        case "cancel":
            sessions.cancel_session(session=session, cancelled_by=Party.COACH, by=by, now=now)
        case "tie":
            sessions.link_to_calendar(session=session, calendar_uid=meeting.key, by=by, now=now)
        case "move":
            sessions.move_session(
                session=session,
                starts_at=meeting.starts_at,
                minutes=meeting.minutes,
                asked_by=Party.COACH,
                by=by,
                now=now,
            )
        case "add":
            sessions.schedule_session(
                engagement=intent.engagement,
                starts_at=meeting.starts_at,
                minutes=meeting.minutes,
                place=meeting.place,
                call_link=meeting.call_link,
                calendar_uid=meeting.key,
                by=by,
                now=now,
            )
