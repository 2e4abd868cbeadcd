"""Performs scores through the product's own actions, each at its moment: audit rows and stamps look as in real life."""

from dataclasses import dataclass, field

from coaching.demo import cast, events
from coaching.demo.method import Method
from engagements.actions import agreements, engagements, letters, objectives, sessions
from engagements.actions.people import add_executive
from engagements.models import Party, PersonalLink
from trust.actions import check_ins
from trust.actions.session_log import log_session
from trust.models import CheckIn


@dataclass
class Playing:
    """A score and how far it has been played."""

    score: events.Score
    engagement: object = None
    objective: object = None
    sessions: dict = field(default_factory=dict)
    position: int = 0
    method: Method | None = None

    def __post_init__(self):
        logged = [event.session for event in self.score.events if isinstance(event, events.Logged)]
        self.method = Method(self.score.number, logged, self.score.story)

    @property
    def coach(self):
        return self.engagement.coach


class ByActions:
    """Plays lives side by side up to a moment, so that they can be judged in between.

    `has_method`: with experiments and what lies beneath, which the bulk path leaves out.
    """

    def __init__(self, people, scores, *, has_method=True):
        self.people, self.has_method = people, has_method
        self.lives = [Playing(score) for score in scores]

    def play_until(self, moment):
        for life in self.lives:
            todo = life.score.events
            while life.position < len(todo) and todo[life.position].at <= moment:
                event = todo[life.position]
                self.DOING[type(event)](self, life, event)
                life.position += 1

    def engagement_ids(self):
        return [life.engagement.pk for life in self.lives if life.engagement]

    def _manager(self, life):
        return self.people.manager(cast.manager_of(life.score.program))

    # --- the engagement -----------------------------------------------------------------------------

    def _proposed(self, life, event):
        score, manager = life.score, self._manager(life)
        program = self.people.program(score.program)
        executive = add_executive(
            organization=program.organization,
            name=cast.executive_name(score.number),
            email=cast.executive_email(score.number),
            by=manager,
            now=event.at,
            role=score.role,
            language=score.language,
            time_zone=score.time_zone,
            orientation=score.orientation,
        )
        life.engagement = engagements.create_engagement(
            program=program,
            coach=self.people.coach(score.coach),
            executive=executive,
            starts_on=event.starts_on,
            by=manager,
            now=event.at,
            objective=event.objective,
        )
        life.objective = life.engagement.objectives.get()

    def _status_set(self, life, event):
        by = life.coach if event.by_coach else self._manager(life)
        life.engagement = engagements.change_status(
            engagement=life.engagement, to=event.to, by=by, now=event.at, reason=event.reason
        )

    def _accepted(self, life, event):
        """The executive by the link that contracting sent, the sponsor through the manager."""
        by = None if event.party == Party.EXECUTIVE else self._manager(life)
        agreement = life.engagement.agreements.current().get()
        if by is None:
            _use_link(agreement, event.at)
        agreements.record_acceptance(agreement=agreement, party=event.party, accepted_on=event.on, by=by, now=event.at)

    def _reworded(self, life, event):
        objectives.reword_objective(objective=life.objective, text=event.objective, by=life.coach, now=event.at)

    def _objective_set(self, life, event):
        objectives.set_objective_status(objective=life.objective, status=event.status, by=life.coach, now=event.at)

    # --- its sessions -------------------------------------------------------------------------------

    def _booked(self, life, event):
        life.sessions[event.session] = sessions.schedule_session(
            engagement=life.engagement,
            starts_at=event.starts_at,
            minutes=event.minutes,
            kind=event.kind,
            place=event.place,
            call_link=event.call_link,
            series_id=event.series_id,
            by=life.coach,
            now=event.at,
        )

    def _moved(self, life, event):
        session, by = life.sessions[event.session], life.coach
        sessions.move_session(session=session, starts_at=event.starts_at, by=by, now=event.at, asked_by=event.asked_by)

    def _cancelled(self, life, event):
        session = life.sessions[event.session]
        sessions.cancel_session(session=session, cancelled_by=event.by, by=life.coach, now=event.at)

    def _missed(self, life, event):
        sessions.mark_missed(session=life.sessions[event.session], by=life.coach, now=event.at)

    def _met(self, life, event):
        session = life.sessions[event.session]
        sessions.mark_held(session=session, minutes=event.minutes, by=life.coach, now=event.at)

    def _logged(self, life, event):
        log_session(
            session=life.sessions[event.session],
            by=life.coach,
            now=event.at,
            minutes=event.minutes,
            ratings=event.ratings,
            seen=event.seen,
            note=event.note,
            summary=event.summary,
        )
        session = life.sessions[event.session]
        if self.has_method:
            life.method.after_session(life.engagement, life.objective, session, event.session, event.at)

    def _check_in_sent(self, life, event):
        check_in = CheckIn.objects.get(session=life.sessions[event.session])
        check_in = check_ins.claim_check_in(check_in_id=check_in.pk, now=event.at)
        check_ins.note_check_in_sent(check_in=check_in, now=event.at)

    def _check_in_answered(self, life, event):
        asked = CheckIn.objects.get(session=life.sessions[event.session])
        check_ins.answer_check_in(check_in=asked, ratings=event.ratings, is_shared=event.is_shared, now=event.at)

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


def _use_link(agreement, now):
    """The letter with the agreement went out in its time, and its link did what it was for."""
    for link in PersonalLink.objects.filter(subject_id=agreement.pk).prefetch_related("letters"):
        for letter in link.letters.all():
            if letters.claim_letter(letter_id=letter.pk, now=now) is not None:
                letters.note_letter_sent(letter=letter, now=now)
        PersonalLink.objects.filter(pk=link.pk).update(used_at=now)
