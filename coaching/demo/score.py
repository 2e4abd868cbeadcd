"""Writes one life down as events with their moments. Pure: the same seed and now give the same score."""

import random
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from coaching.demo import cast, words
from coaching.demo.events import Accepted, Booked, Cancelled, Met, ObjectiveSet, Proposed, Reworded, Score, StatusSet
from coaching.demo.meetings import Meetings
from coaching.demo.rhythm import Rhythm, office_hours, ordinary_day
from coaching.demo.stories import GROUP, STORIES, Story
from engagements.models import ObjectiveStatus, Party, Reason, SessionKind, Status, TrustOrientation

REASONS_TO_END = (Reason.SCHEDULING, Reason.ROLE_CHANGE, Reason.BUDGET, Reason.FIT, Reason.DONE_EARLY)
REASONS_TO_DECLINE = (Reason.FIT, Reason.SCHEDULING, Reason.BUDGET)
NOT_YET_BEGUN = (Status.PROPOSED, Status.CHEMISTRY, Status.CONTRACTED, Status.DECLINED)


def compose(number: int, *, seed: int, now: datetime) -> Score:
    """The life of engagement `number` up to `now`."""
    life = Life(number, seed, now)
    if life.story.status in NOT_YET_BEGUN:
        life.before_the_start()
    else:
        life.sessions_and_end()
    return life.score()


@lru_cache(maxsize=8)
def _order(seed: int, group: int) -> list[Story]:
    """The stories of a group of forty, mixed."""
    stories = list(STORIES)
    random.Random(f"{seed}/group/{group}").shuffle(stories)  # noqa: S311 - made-up data, not a secret
    return stories


class Life:
    """One engagement while it is being written down."""

    def __init__(self, number, seed, now):
        self.number, self.seed, self.now = number, seed, now
        self.dice = random.Random(f"{seed}/{number}")  # noqa: S311 - made-up data, not a secret
        self.story = _order(seed, number // GROUP)[number % GROUP]
        first = cast.first_program_of(number)
        # The first coach of each group works in programs with check-ins: theirs is the page visitors see first.
        self.program = first + self.dice.randrange(2 if self.story.coach == 0 else cast.PROGRAMS_PER_CIRCLE)
        self.rules = cast.rules_of(self.program)
        self.coach = cast.coach_of(number, self.story.coach)
        self.zone = ZoneInfo(cast.coach_zone(self.coach))
        self.events = []

    def score(self):
        dice = self.dice
        return Score(
            number=self.number,
            program=self.program,
            coach=self.coach,
            role=dice.choice(words.ROLES),
            orientation=str(dice.choices(TrustOrientation.values, (6, 2, 2))[0]),
            language=dice.choices(("en", "de", "fr"), (7, 2, 1))[0],
            time_zone=self.rules.time_zone,
            story=self.story.name,
            # A stable sort: what stands at the same moment stays in the order it was written down.
            events=sorted((event for event in self.events if event.at <= self.now), key=lambda event: event.at),
        )

    # --- before the first session -----------------------------------------------------------------

    def before_the_start(self):
        """Proposed, in chemistry, contracted or declined."""
        status, dice = self.story.status, self.dice
        if status == Status.PROPOSED:
            self._propose(self._ago(dice.uniform(3, 9)), self._day(21))
            return
        if status == Status.CHEMISTRY:
            begun = self._ago(dice.uniform(7, 12))
            meeting = ordinary_day(self.now, self.story.next_in or timedelta(days=dice.randint(4, 9)), self.zone, 14)
            self._chemistry(begun, meeting)
            return
        weeks = dice.uniform(*self.story.ended_weeks_ago) if status == Status.DECLINED else 0
        signed = self._ago(7 * weeks + dice.uniform(4, 7))
        self._chemistry(signed - timedelta(days=14), self._meeting_before(signed, 5))
        if status == Status.DECLINED:
            reason = str(dice.choice(REASONS_TO_DECLINE))
            self.events.append(StatusSet(signed, Status.DECLINED.value, by_coach=dice.random() < 0.3, reason=reason))
            return
        self.events.append(StatusSet(signed, Status.CONTRACTED.value))
        accepted = signed + timedelta(days=2)
        self.events.append(Accepted(accepted, Party.EXECUTIVE.value, accepted.date()))
        first = ordinary_day(self.now, timedelta(days=dice.randint(5, 9)), self.zone, 11)
        self.events.append(Booked(accepted + timedelta(hours=1), 1, first, 60, SessionKind.COACHING.value))

    def _propose(self, at, starts_on):
        at = office_hours(at, self.zone)
        self.events.append(Proposed(at, starts_on, self.dice.choice(words.OBJECTIVES)))

    def _chemistry(self, begun, meeting):
        self._propose(begun - timedelta(days=self.dice.uniform(1, 5)), (meeting + timedelta(days=14)).date())
        self.events.append(StatusSet(begun, Status.CHEMISTRY.value, by_coach=True))
        link = f"https://meet.{cast.DOMAIN}/{self.number + 1:04d}"
        kind = SessionKind.CHEMISTRY.value
        self.events.append(Booked(begun + timedelta(hours=2), 0, meeting, 30, kind, call_link=link))
        self.events.append(Met(meeting + timedelta(minutes=50), 0, 30))

    def _meeting_before(self, moment, days):
        return ordinary_day(moment, timedelta(days=-days), self.zone, 9 + self.dice.randrange(8))

    def _ago(self, days):
        return office_hours(self.now - timedelta(days=days), self.zone)

    def _day(self, days):
        return (self.now.astimezone(self.zone) + timedelta(days=days)).date()

    # --- from the first session on ----------------------------------------------------------------

    def sessions_and_end(self):
        """Signed, begun, session after session, and perhaps paused or ended."""
        rhythm = Rhythm.of(self)
        active_at = rhythm.active_at
        self._until_active(active_at, rhythm.starts_on)
        self.events += Meetings(self, rhythm).events()
        self._objective_later(active_at, rhythm.ended_at or self.now)
        if rhythm.ended_at:
            self._end(rhythm)

    def _until_active(self, active_at, starts_on):
        dice = self.dice
        signed = office_hours(active_at - timedelta(days=dice.uniform(5, 9)), self.zone)
        if dice.random() < 0.6:
            self._chemistry(signed - timedelta(days=13), self._meeting_before(signed, 4))
        else:
            self._propose(signed - timedelta(days=dice.uniform(2, 12)), starts_on)
        self.events.append(StatusSet(signed, Status.CONTRACTED.value))
        for party, before in ((Party.EXECUTIVE, 3), (Party.SPONSOR, 2)):
            at = active_at - timedelta(days=before)
            self.events.append(Accepted(at, party.value, at.date()))
        self.events.append(StatusSet(active_at, Status.ACTIVE.value, by_coach=True))

    def _objective_later(self, begin, end):
        if self.dice.random() < 0.35:
            at = office_hours(begin + (end - begin) * self.dice.uniform(0.2, 0.7), self.zone)
            self.events.append(Reworded(at, self.dice.choice(words.REWORDED)))

    def _end(self, rhythm):
        status, at, dice = self.story.status, rhythm.ended_at, self.dice
        if status == Status.COMPLETED:
            outcome = dice.choices([ObjectiveStatus.REACHED, None, ObjectiveStatus.DROPPED], (6, 3, 1))[0]
            if outcome:
                self.events.append(ObjectiveSet(at, outcome.value))
            self.events.append(StatusSet(at, status.value, by_coach=True))
            return
        left_over = 1 + len(rhythm.due)
        starts_at = rhythm.after_the_end
        self.events.append(Booked(rhythm.due[-1] + timedelta(minutes=65), left_over, starts_at, 60, "COACHING"))
        party = Party.COACH if status == Status.PAUSED else Party.EXECUTIVE
        self.events.append(Cancelled(at - timedelta(hours=1), left_over, party.value))
        reason = str(dice.choice(REASONS_TO_END)) if status == Status.ENDED_EARLY else ""
        self.events.append(StatusSet(at, status.value, by_coach=dice.random() < 0.5, reason=reason))
