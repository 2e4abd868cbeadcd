"""What a page says about the point of trust, to the coach alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from engagements.models.session import COUNTED_KINDS
from trust.actions.point_proposals import looks_lost
from trust.charts import Event
from trust.models import PointOfTrust

WEEKS_FROM_DAYS = 14  # below two weeks, days say more


@dataclass(frozen=True, slots=True)
class TimeToTrust:
    """From the start of an engagement until its point of trust."""

    days: int
    sessions: int

    @property
    def words(self) -> str:
        """ "after 5 sessions (10 weeks)"; sessions are those that were logged."""
        if not self.sessions:
            return self.span
        return f"after {_count(self.sessions, 'session')} ({self.span})"

    @property
    def span(self):
        if self.days < 1:
            return "on the first day"
        return _count(self.days, "day") if self.days < WEEKS_FROM_DAYS else _count(self.days // 7, "week")


@dataclass(frozen=True, slots=True)
class PointRow:
    """One time it was reached, with how long it took."""

    point: PointOfTrust
    took: TimeToTrust


def _count(number, noun):
    return f"{number} {noun}{'' if number == 1 else 's'}"


def time_to_trust(engagement, sessions, reached_on: date) -> TimeToTrust:
    """`sessions` are all of the engagement; those held until that day on the viewer's calendar count."""
    held = [session for session in sessions if session.is_held and session.kind in COUNTED_KINDS]
    until = [session for session in held if timezone.localdate(session.starts_at) <= reached_on]
    return TimeToTrust((reached_on - engagement.starts_on).days, len(until))


def points_shown(engagement, sessions, points: Sequence[PointOfTrust], judgement):
    """Context for the page of an engagement: an open question, and the times it was reached, the latest first.

    A question is not put while the latest judgement makes it doubtful itself.
    """
    asked = next((point for point in points if point.is_open), None)
    return {
        "proposed_point": None if asked and judgement and looks_lost(judgement) else asked,
        "reached_points": reached_rows(engagement, sessions, points)[::-1],
    }


def reached_rows(engagement, sessions, points: Sequence[PointOfTrust]) -> list[PointRow]:
    """Those of `points` that were reached, lost again or not, in their order."""
    return [
        PointRow(point, time_to_trust(engagement, sessions, point.reached_on))
        for point in points
        if point.reached_on is not None
    ]


def point_events(points: Sequence[PointOfTrust]):
    """(day, Event) for the chart: reached, and lost again."""
    reached = [point for point in points if point.reached_on is not None]
    found = [(point.reached_on, Event("POINT_OF_TRUST", "Point of trust")) for point in reached]
    lost = [(point.lost_on, Event("TRUST_LOST", "Point of trust lost again")) for point in reached if point.lost_on]
    return [*found, *lost]
