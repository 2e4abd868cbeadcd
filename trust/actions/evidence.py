"""Reads from the database what the engine judges: many engagements, few queries."""

import zoneinfo
from collections import defaultdict

from django.db.models import Q

from engagements.models import Engagement, Session, SessionStatus
from engagements.models.session import COUNTED_KINDS
from trust.instrument import Voice
from trust.models import CheckIn, CheckInStatus, Reading
from trust.process_rules import Course
from trust.trajectory import Evidence

JUDGED = (SessionStatus.HELD, SessionStatus.MISSED)


def history_rows(now, **which):
    """The query sets that a history is read from; what Histories takes as `rows`. `which`: pk=…, or pk__in=[…]."""

    def of(path, rows):
        return rows.filter(**{f"{path}__{lookup}": value for lookup, value in which.items()})

    # A link that is still open may yet be answered: silence on it means nothing so far.
    closed = Q(status=CheckInStatus.ANSWERED) | Q(status=CheckInStatus.SENT, closes_at__lte=now)
    return {
        "sessions": of("engagement", Session.objects.oldest_first()),
        "readings": of("session__engagement", Reading.objects.all()),
        "check_ins": of("session__engagement", CheckIn.objects.filter(closed).only("session_id")),
    }


class Histories:
    """Sessions, readings and check-ins of some engagements, loaded at once.

    `engagements` are those rows, where the caller has them already, with program and executive; `rows` what
    `history_rows` found, where that was gathered with more.
    """

    def __init__(self, engagement_ids, *, now, engagements=None, rows=None):
        self.now = now
        ids = list(engagement_ids)
        if engagements is None:
            wanted = Engagement.objects.filter(pk__in=ids).select_related("program", "executive")
            engagements = list(wanted.order_by("pk"))
        self.engagements = engagements
        rows = rows or history_rows(now, pk__in=ids)
        self._sessions = defaultdict(list)
        for session in rows["sessions"]:
            self._sessions[session.engagement_id].append(session)
        self._readings = {(reading.session_id, reading.voice): reading for reading in rows["readings"]}
        self._asked = {check_in.session_id for check_in in rows["check_ins"]}

    def sessions(self, engagement) -> list[Session]:
        """All sessions, oldest first."""
        return self._sessions[engagement.pk]

    def evidence(self, engagement, *, readings=None) -> list[Evidence]:
        """Held and missed sessions, oldest first, with what both voices said.

        `readings` narrows what is heard: {(session key, voice): reading}; what is left out counts as unanswered.
        """
        zone = zoneinfo.ZoneInfo(engagement.program.time_zone)
        heard = self._readings if readings is None else readings
        return [
            self._evidence_of(session, zone, heard) for session in self.sessions(engagement) if session.status in JUDGED
        ]

    def _evidence_of(self, session, zone, heard):
        # Ratings of a session that turned out not to have been held are kept, and say nothing.
        readings = heard if session.is_held else {}
        coach = readings.get((session.pk, Voice.COACH.value))
        executive = readings.get((session.pk, Voice.EXECUTIVE.value))
        return Evidence(
            on=session.starts_at.astimezone(zone).date(),
            held=session.is_held,
            coach_cognitive=coach and coach.cognitive,
            coach_relational=coach and coach.relational,
            executive_cognitive=executive and executive.cognitive,
            executive_relational=executive and executive.relational,
            check_in_invited=session.is_held and session.pk in self._asked,
            key=str(session.pk),
        )

    def hears_executive(self, engagement) -> bool:
        """Whether the coach may know the executive's answers: every one of them was shared."""
        sessions = self._sessions[engagement.pk]
        answers = [self._readings.get((session.pk, Voice.EXECUTIVE.value)) for session in sessions]
        return all(answer.is_shared for answer in answers if answer is not None)

    def course(self, engagement) -> Course:
        """Dates and attendance, for the process rules."""
        zone = zoneinfo.ZoneInfo(engagement.program.time_zone)

        def day(session):
            return session.starts_at.astimezone(zone).date()

        sessions = self.sessions(engagement)
        held = [s for s in sessions if s.is_held]
        missed = [s for s in sessions if s.status == SessionStatus.MISSED]
        booked = [s for s in sessions if s.is_scheduled and s.starts_at >= self.now]
        unlogged = [s for s in sessions if s.is_scheduled and s.starts_at < self.now]
        return Course(
            starts_on=engagement.starts_on,
            ends_on=engagement.ends_on,
            cadence_weeks=engagement.cadence_weeks,
            session_budget=engagement.session_budget,
            sessions_held=sum(s.kind in COUNTED_KINDS for s in held),
            last_held_on=day(held[-1]) if held else None,
            last_missed_on=day(missed[-1]) if missed else None,
            attended=tuple(s.is_held for s in sessions if s.status in JUDGED),
            sessions_booked=len(booked),
            sessions_booked_in_time=sum(s.kind in COUNTED_KINDS and day(s) <= engagement.ends_on for s in booked),
            last_unlogged_on=day(unlogged[-1]) if unlogged else None,
            today=self.now.astimezone(zone).date(),
        )
