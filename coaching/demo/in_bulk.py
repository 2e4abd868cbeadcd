"""Performs scores as rows: what the actions would leave behind, without the audit trail; for large numbers.

Each method does to rows in memory what its namesake in `by_actions` does to the database. A test compares both.
"""

import secrets
import zoneinfo
from datetime import timedelta

from django.db import transaction

from coaching.demo import cast, events
from coaching.demo.writing import write_rows
from engagements import vault
from engagements.actions.keys import sealing_ring
from engagements.actions.standings import keep_standings
from engagements.models import (
    Agreement,
    Engagement,
    EngagementKey,
    Executive,
    Objective,
    SealedText,
    Session,
    SessionMove,
    TextKind,
)  # fmt: skip
from engagements.models.engagement import ENDED
from engagements.tokens import hash_of
from trust.actions.check_ins import token_of
from trust.instrument import Voice
from trust.models import CheckIn, CheckInStatus, Reading
from trust.models.check_in import OPEN_DAYS

# Parents before children.
TABLES = (
    Executive, Engagement, EngagementKey, Agreement, Objective, Session, SessionMove, SealedText, Reading, CheckIn,
)  # fmt: skip


class InBulk:
    """Collects the rows of some lives and writes them at once."""

    def __init__(self, people):
        self.people, self.ring = people, sealing_ring()
        self.rows = {model: [] for model in TABLES}

    def perform(self, scores):
        """Writes these lives in one transaction; returns the keys of their engagements."""
        with transaction.atomic():
            made = [self._perform(score) for score in scores]
            for model, rows in self.rows.items():
                write_rows(model, rows)
                rows.clear()
            made = [pk for pk in made if pk]
            keep_standings(made, self.people.now)
        return made

    def _perform(self, score):
        life = _Life(self, score)
        for event in score.events:
            life.at = event.at
            life.DOING[type(event)](life, event)
        return life.engagement and life.engagement.pk


class _Life:
    """One engagement and its rows, as they stand."""

    def __init__(self, bulk, score):
        self.bulk, self.people, self.rows, self.score = bulk, bulk.people, bulk.rows, score
        self.engagement, self.at = None, None
        self.sessions, self.check_ins, self.texts = {}, {}, {}

    def _add(self, model, **fields):
        row = model(**fields)
        self.rows[model].append(row)
        return row

    def _manager(self):
        return self.people.manager(cast.manager_of(self.score.program))

    def _touch(self):
        self.engagement.changed_at = self.at

    def _write(self, kind, subject, text, by):
        """A sealed revision; the same words again make none."""
        last = self.texts.get((kind, subject.pk))
        if not text or (last and last[1] == text):
            return
        if last:
            last[0].is_current = False
        revision, engagement = (last[0].revision + 1 if last else 1), self.engagement
        place = vault.Place(str(engagement.pk), str(kind), str(subject.pk), revision)
        row = self._add(
            SealedText,
            engagement=engagement,
            kind=kind,
            subject_id=subject.pk,
            revision=revision,
            sealed=vault.seal_text(self.data_key, text, place),
            written_at=self.at,
            written_by=by,
        )
        self.texts[kind, subject.pk] = row, text

    # --- the engagement -----------------------------------------------------------------------------

    def _proposed(self, event):
        score, program = self.score, self.people.program(self.score.program)
        self.coach = self.people.coach(score.coach)
        executive = self._add(
            Executive,
            organization=program.organization,
            name=cast.executive_name(score.number),
            email=cast.executive_email(score.number),
            role=score.role,
            language=score.language,
            time_zone=score.time_zone,
            orientation=score.orientation,
        )
        self.engagement = self._add(
            Engagement,
            program=program,
            coach=self.coach,
            executive=executive,
            starts_on=event.starts_on,
            ends_on=event.starts_on + timedelta(weeks=program.planned_weeks),
            session_budget=program.session_budget,
            cadence_weeks=program.cadence_weeks,
            check_ins_on=program.check_ins_on,
            created_at=event.at,
            changed_at=event.at,
        )
        self._with_key()
        self.agreement = self._add(Agreement, engagement=self.engagement, created_at=event.at, **program.disclosure)
        manager = self._manager()
        self.objective = self._add(Objective, engagement=self.engagement, created_at=event.at, created_by=manager)
        self._write(TextKind.OBJECTIVE, self.objective, event.objective, manager)

    def _with_key(self):
        ring, engagement = self.bulk.ring, self.engagement
        self.data_key = vault.new_key()
        wrapped = ring.wrap(self.data_key, str(engagement.pk))
        self._add(EngagementKey, engagement=engagement, wrapped=wrapped, wrapped_by=ring.current_id)

    def _status_set(self, event):
        engagement = self.engagement
        engagement.status, engagement.reason = event.to, event.reason
        if event.to in ENDED:
            zone = zoneinfo.ZoneInfo(engagement.program.time_zone)
            engagement.ended_on = event.at.astimezone(zone).date()
        self._touch()

    def _accepted(self, event):
        side, by = ("executive", None) if event.party == "EXECUTIVE" else ("sponsor", self._manager())
        setattr(self.agreement, f"{side}_accepted_on", event.on)
        setattr(self.agreement, f"{side}_recorded_by", by)

    def _reworded(self, event):
        self._write(TextKind.OBJECTIVE, self.objective, event.objective, self.coach)

    def _objective_set(self, event):
        self.objective.status, self.objective.closed_at = event.status, event.at

    # --- its sessions -------------------------------------------------------------------------------

    def _booked(self, event):
        self.sessions[event.session] = self._add(
            Session,
            engagement=self.engagement,
            starts_at=event.starts_at,
            minutes=event.minutes,
            kind=event.kind,
            place=event.place,
            call_link=event.call_link,
            series_id=event.series_id,
            created_at=event.at,
        )
        self._changed(event)

    def _changed(self, event):
        session = self.sessions[event.session]
        session.changed_at = event.at
        self._touch()
        return session

    def _moved(self, event):
        session = self._changed(event)
        times = {"from_at": session.starts_at, "to_at": event.starts_at, "moved_at": event.at}
        self._add(SessionMove, session=session, asked_by=event.asked_by, **times)
        session.starts_at = event.starts_at

    def _cancelled(self, event):
        session = self._changed(event)
        session.status, session.cancelled_by, session.cancelled_at = "CANCELLED", event.by, event.at

    def _missed(self, event):
        session = self._changed(event)
        session.status, session.logged_at, session.logged_by = "MISSED", event.at, self.coach

    def _met(self, event):
        session = self._changed(event)
        session.status, session.logged_at, session.logged_by = "HELD", event.at, self.coach
        session.minutes = event.minutes
        return session

    def _logged(self, event):
        session = self._met(event)
        self._read(session, Voice.COACH, event.ratings, seen=list(event.seen))
        self._write(TextKind.SESSION_NOTE, session, event.note, self.coach)
        self._write(TextKind.SESSION_SUMMARY, session, event.summary, self.coach)
        if self.engagement.check_ins_on:
            check_in = self._add(CheckIn, session=session, nonce=secrets.token_hex(32), send_after=event.at)
            check_in.token_hash = hash_of(token_of(check_in))
            self.check_ins[event.session] = check_in

    def _read(self, session, voice, ratings, **fields):
        reading = self._add(Reading, session=session, voice=voice.value, recorded_at=self.at, **fields)
        reading.set_ratings(ratings)

    def _check_in_sent(self, event):
        check_in = self.check_ins[event.session]
        check_in.status, check_in.claimed_at, check_in.sent_at = CheckInStatus.SENT, event.at, event.at
        check_in.closes_at = event.at + timedelta(days=OPEN_DAYS)

    def _check_in_answered(self, event):
        check_in = self.check_ins[event.session]
        check_in.status, check_in.answered_at = CheckInStatus.ANSWERED, event.at
        self._read(check_in.session, Voice.EXECUTIVE, event.ratings, is_shared=event.is_shared)
        self._touch()

    DOING = {
        events.Proposed: _proposed,
        events.StatusSet: _status_set,
        events.Accepted: _accepted,
        events.Reworded: _reworded,
        events.ObjectiveSet: _objective_set,
        events.Booked: _booked,
        events.Moved: _moved,
        events.Cancelled: _cancelled,
        events.Missed: _missed,
        events.Met: _met,
        events.Logged: _logged,
        events.CheckInSent: _check_in_sent,
        events.CheckInAnswered: _check_in_answered,
    }
