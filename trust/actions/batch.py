"""Reads many engagements' histories as arrays: a few lean queries and no model instance per session.

`Histories` (trust/actions/evidence.py) reads the same for a page that shows sessions; a test holds the two equal.
"""

import zoneinfo
from functools import cache
from itertools import groupby
from operator import itemgetter

import numpy as np
from django.db.models import FilteredRelation, Q

from engagements.models import Engagement, Session, SessionStatus
from engagements.models.session import COUNTED_KINDS
from trust.models import CheckInStatus
from trust.process_rules import Course
from trust.trajectory.panel import Panel

COLUMNS = (
    "engagement_id", "status", "kind", "starts_at",
    "by_coach__cognitive", "by_coach__relational", "by_executive__cognitive", "by_executive__relational",
    "by_executive__is_shared", "check_in__status", "check_in__closes_at",
)  # fmt: skip
ENGAGEMENT, STATUS, KIND, STARTS_AT = range(4)
RATINGS, SHARED, CHECK_IN, CLOSES_AT = slice(4, 8), 8, 9, 10
HELD, MISSED, SCHEDULED = SessionStatus.HELD.value, SessionStatus.MISSED.value, SessionStatus.SCHEDULED.value
COUNTED = {kind.value for kind in COUNTED_KINDS}


def lock_engagements(ids):
    """Engagements of a chunk with program and executive, in the order of their keys, locked until the commit.

    Without those whose content was erased: nothing is judged there any more.

    Every action that may matter to a judgement changes its engagement's row, so what is read next stays true until
    the result is written. The weaker lock lets others go on inserting rows that refer to the engagement.
    """
    rows = Engagement.objects.filter(pk__in=ids).with_content().select_related("program", "executive")
    return list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))


def session_rows(ids):
    """Sessions of some engagements as tuples of COLUMNS, by engagement, oldest first."""
    heard = {
        name: FilteredRelation("readings", condition=Q(readings__voice=voice))
        for name, voice in (("by_coach", "COACH"), ("by_executive", "EXECUTIVE"))
    }
    rows = Session.objects.filter(engagement_id__in=ids).exclude(status=SessionStatus.CANCELLED)
    rows = rows.annotate(**heard).order_by("engagement_id", "starts_at", "pk")
    return rows.values_list(*COLUMNS).iterator(chunk_size=20_000)


class Batch:
    """The histories of some engagements: a panel for the engine, a course each for the process rules."""

    def __init__(self, engagements, rows, *, now):
        self.engagements = engagements
        self.now = now
        self._today = {}
        by_engagement = {key: list(group) for key, group in groupby(rows, key=itemgetter(ENGAGEMENT))}
        self._rows = [by_engagement.get(engagement.pk, ()) for engagement in engagements]
        self._judged = [[row for row in rows if row[STATUS] in (HELD, MISSED)] for rows in self._rows]
        self.counts = np.array([len(rows) for rows in self._judged], int)
        self.panel = self._as_panel()

    def _as_panel(self):
        panel = Panel.empty(len(self.engagements), int(self.counts.max(initial=0)))
        if not self.counts.any():
            return panel
        flat = [row for rows in self._judged for row in rows]
        # Row and column of every session in the panel; whole columns are several times as fast as cells.
        at = np.nonzero(np.arange(panel.size[1]) < self.counts[:, None])
        held = np.array([row[STATUS] == HELD for row in flat])
        panel.present[at] = True
        panel.day[at] = [day for i, rows in enumerate(self._judged) for day in self._days(i, rows)]
        panel.held[at] = held
        panel.invited[at] = held & np.array([self._was_asked(row) for row in flat])
        ratings = np.array([row[RATINGS] for row in flat], float)  # None becomes NaN
        panel.ratings[at] = np.where(held[:, None], ratings, np.nan)
        return panel

    def _days(self, i, rows):
        zone = zone_of(self.engagements[i].program.time_zone)
        return [row[STARTS_AT].astimezone(zone).toordinal() for row in rows]

    def _was_asked(self, row):
        """A link that is still open may yet be answered: silence on it means nothing so far."""
        answered = row[CHECK_IN] == CheckInStatus.ANSWERED
        return answered or (row[CHECK_IN] == CheckInStatus.SENT and row[CLOSES_AT] <= self.now)

    def hears_executive(self, i):
        """Whether the coach of engagement `i` may know the executive's answers: every one was shared."""
        return all(row[SHARED] is not False for row in self._rows[i])

    def today(self, i):
        """The date where the program of engagement `i` runs."""
        name = self.engagements[i].program.time_zone
        if name not in self._today:
            self._today[name] = self.now.astimezone(zone_of(name)).date()
        return self._today[name]

    def course(self, i):
        """Dates and attendance of engagement `i`, for the process rules."""
        engagement, rows, zone = self.engagements[i], self._rows[i], zone_of(self.engagements[i].program.time_zone)

        def latest(rows):
            return rows[-1][STARTS_AT].astimezone(zone).date() if rows else None

        held = [row for row in rows if row[STATUS] == HELD]
        booked = [row for row in rows if row[STATUS] == SCHEDULED and row[STARTS_AT] >= self.now]
        in_time = [row for row in booked if row[STARTS_AT].astimezone(zone).date() <= engagement.ends_on]
        return Course(
            starts_on=engagement.starts_on,
            ends_on=engagement.ends_on,
            cadence_weeks=engagement.cadence_weeks,
            session_budget=engagement.session_budget,
            sessions_held=sum(row[KIND] in COUNTED for row in held),
            last_held_on=latest(held),
            last_missed_on=latest([row for row in rows if row[STATUS] == MISSED]),
            attended=tuple(row[STATUS] == HELD for row in self._judged[i]),
            sessions_booked=len(booked),
            sessions_booked_in_time=sum(row[KIND] in COUNTED for row in in_time),
            last_unlogged_on=latest([row for row in rows if row[STATUS] == SCHEDULED and row[STARTS_AT] < self.now]),
            today=self.today(i),
        )


@cache
def zone_of(name):
    return zoneinfo.ZoneInfo(name)
