"""The sessions of one engagement: booked, moved, held or not, logged, and what both voices said. Pure."""

import uuid
from datetime import timedelta

import numpy as np

from coaching.demo import cast, relationship, stories, words
from coaching.demo.events import Booked, Cancelled, CheckInAnswered, CheckInSent, Logged, Met, Missed, Moved
from coaching.demo.rhythm import office_hours
from engagements.models import Party, SessionKind
from trust.instrument import COACH_ITEMS, EXECUTIVE_ITEMS

A_DAY = timedelta(days=1)
SERIES = 3  # sessions booked at one go
OPENING, CLOSING = ("OPENED_UP", "ASKED_FOR_HELP", "ADMITTED_DOUBT", "LET_GO", "TRIED_NEW"), ("GUARDED", "DEFLECTED")
MISSING_REPAIR = 0.6  # share of sessions in which nothing was off, so that nothing could be spoken about
HIGH, LOW = 5.1, 4.3
ROOMS = ("Room 3.12", "Their office", "Meeting room Harbour", "Coach's office")


class Meetings:
    """Writes down the sessions of one life. Session numbers: 0 chemistry, 1… in order of their dates."""

    def __init__(self, life, rhythm):
        self.life, self.rhythm, self.dice = life, rhythm, life.dice
        self.fates = [self._fate(k) for k in range(len(rhythm.due))]
        self.call_link = f"https://meet.{cast.DOMAIN}/{life.number + 1:04d}" if self.dice.random() < 0.65 else ""
        self.place = "" if self.call_link else self.dice.choice(ROOMS)
        self.minutes = self.dice.choice((60, 60, 60, 45))
        self.never_shares = self.dice.random() < 0.12
        held = self.fates.count("held")
        rng = np.random.default_rng([life.seed, life.number])
        self.course = relationship.simulate(life.story.course, held, rng)

    def events(self):
        held = 0
        for k, starts_at in enumerate(self.rhythm.due):
            yield from self._booking(k, starts_at, may_move=self.fates[k] != "cancelled")
            yield from self._outcome(k, starts_at, held)
            held += self.fates[k] == "held"
        for k, starts_at in enumerate(self.rhythm.coming, start=len(self.rhythm.due)):
            yield from self._booking(k, starts_at, may_move=False)

    def _fate(self, k):
        story, n = self.life.story, len(self.rhythm.due)
        if k >= n - story.misses_lately:
            return "missed"
        lately = k >= n - relationship.HELD_LOW_FOR or story.name == "too_early"
        chance = self.dice.random()
        if lately or chance > 0.09:
            return "held"
        return "cancelled" if chance < 0.055 else "missed"

    # --- booking ----------------------------------------------------------------------------------

    def _booking(self, k, starts_at, *, may_move):
        booked_at = self._booked_at(k)
        planned = starts_at
        if may_move and self.dice.random() < 0.09:
            early_in_week = starts_at.weekday() < 3  # so that the day it was moved from is no weekend either
            planned = starts_at + timedelta(days=self.dice.choice((1, 2) if early_in_week else (-1, -2)), hours=1)
            if planned < booked_at + A_DAY:
                planned = starts_at
        yield Booked(
            booked_at, k + 1, planned, self.minutes, self._kind(k), self.place, self.call_link, self._series(k)
        )
        if planned != starts_at:
            at = booked_at + (min(planned, starts_at) - booked_at) * self.dice.uniform(0.6, 0.99)
            yield Moved(at.replace(microsecond=0), k + 1, starts_at, self._party())

    def _booked_at(self, k):
        """With the session before the first of its series, or at the last one there was."""
        before = min(k // SERIES * SERIES, len(self.rhythm.due))
        if before == 0:
            return self.rhythm.active_at + timedelta(minutes=30)
        return self.rhythm.due[before - 1] + timedelta(minutes=self.minutes + 5)

    def _series(self, k):
        first = k // SERIES * SERIES
        return uuid.UUID(int=self.life.seed << 64 | self.life.number << 16 | first, version=4)

    def _kind(self, k):
        chance = self.dice.random()
        if k == 0 and chance < 0.25:
            return SessionKind.THREE_WAY.value
        if k == 5 and chance < 0.4:
            return SessionKind.REVIEW.value
        return SessionKind.COACHING.value

    def _party(self):
        return self.dice.choices((Party.EXECUTIVE.value, Party.COACH.value, Party.SPONSOR.value), (6, 3, 1))[0]

    # --- what became of it ------------------------------------------------------------------------

    def _outcome(self, k, starts_at, held):
        if self.fates[k] == "cancelled":
            earliest = self._booked_at(k) + timedelta(hours=1)
            yield Cancelled(max(earliest, starts_at - self._hours(2, 120)), k + 1, self._party())
            return
        over = starts_at + timedelta(minutes=self.minutes)
        if self.fates[k] == "missed":
            yield Missed(over + self._hours(0, 5), k + 1)
        elif self.life.story.course == stories.SILENT:
            yield Met(over + self._hours(0.1, 20), k + 1, self.minutes)
        else:
            yield from self._log(k, held, over)

    def _hours(self, low, high):
        return timedelta(seconds=round(3600 * self.dice.uniform(low, high)))

    def _log(self, k, held, over):
        """Mostly on the same day; now and then some days late."""
        at = over + self._hours(0.2, 2)
        if self.dice.random() < 0.25:
            at = office_hours(over + self._hours(14, 50), self.life.zone)
        minutes = self.minutes + self.dice.choice((0, 0, 0, 10, -5))
        yield Logged(at, k + 1, minutes, self._coach_ratings(held), self._seen(held), *self._texts(held))
        if not self.life.rules.check_ins_on:
            return
        sent_at = at + timedelta(minutes=1)
        yield CheckInSent(sent_at, k + 1)
        if self.course.answered[held]:
            is_shared = not self.never_shares and self.dice.random() < 0.94
            answered_at = sent_at + self._hours(0.5, 8) + timedelta(days=self.dice.choice((0, 0, 1, 2, 4)))
            yield CheckInAnswered(answered_at, k + 1, self._executive_ratings(held), is_shared)

    def _coach_ratings(self, held):
        ratings = _rated(COACH_ITEMS, self.course.coach[held])
        off = held > 0 and self.course.fell(held)
        if self.life.story.course != stories.FLAT and not off and self.dice.random() < MISSING_REPAIR:
            ratings["repair"] = None
        return ratings

    def _executive_ratings(self, held):
        ratings = _rated(EXECUTIVE_ITEMS, self.course.executive[held])
        if self.life.story.course != stories.FLAT and self.dice.random() < 0.08:
            ratings[self.dice.choice(EXECUTIVE_ITEMS).key] = None
        return ratings

    def _seen(self, held):
        if self.course.fell(held):
            return ("GUARDED", "PULLED_BACK")
        level = self.course.trust[held].mean()
        if level > HIGH:
            return tuple(self.dice.sample(OPENING, self.dice.choice((0, 1, 1, 2, 3))))
        return tuple(self.dice.sample(CLOSING, self.dice.choice((0, 0, 1, 2)))) if level < LOW else ()

    def _texts(self, held):
        note = self.dice.choice(self._notes(held)) if self.dice.random() < 0.75 else ""
        summary = self.dice.choice(words.SUMMARIES) if self.dice.random() < 0.4 else ""
        return note, summary

    def _notes(self, held):
        levels = self.course.trust.mean(axis=1)
        fallen = held > 0 and levels[held] < levels[:held].max() - 0.8
        if fallen:
            rises = levels[held] > levels[held - 1] + 0.3
            return words.REPAIR_NOTES if rises else words.GUARDED_NOTES
        if held < 2:
            return words.EARLY_NOTES
        return words.OPEN_NOTES if levels[held] > HIGH else words.STEADY_NOTES


def _rated(items, ratings):
    return {item.key: int(rating) for item, rating in zip(items, ratings, strict=True)}
