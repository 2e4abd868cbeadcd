"""The point of trust as the coach decides it: confirmed, put right, not yet, lost again.

What judgement proposes stands in point_proposals. The audit rows name no outcome: that it was reached is for the
coach alone.
"""

import zoneinfo
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from engagements.actions.agreements import has_agreement
from engagements.actions.audit import record
from engagements.actions.erasure import refuse_erased
from engagements.actions.texts import write_text
from engagements.models import Engagement
from trust.instrument import SEEN
from trust.models import Decision, PointOfTrust
from trust.models.point import TEXT_KIND

# What speaks for it. A sign of closing seen on the same day does not, and stays in the log.
SIGNS = tuple(sign for sign in SEEN if sign.opens)
NOTED = "point_of_trust.noted"


class NothingToDecide(Exception):
    """Neither a proposal nor a point of trust stands here."""


class OutsidePeriod(Exception):
    """The day lies before it was possible, or is still to come."""


class NothingToRestOn(Exception):
    """No session of the engagement was logged as held, it has not begun, or nothing is agreed yet."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days, both included, on which the point of trust can have been reached (or lost)."""

    first: date
    last: date

    def __contains__(self, day):
        return self.first <= day <= self.last

    def nearest(self, day):
        return min(max(day, self.first), self.last)


def period_to_reach(engagement, *, today) -> Period:
    """From the engagement's start, or from the latest loss, until today. Raises NothingToRestOn."""
    if engagement.starts_on > today:
        raise NothingToRestOn("This engagement has not begun yet.")
    if not has_agreement(engagement.pk):
        raise NothingToRestOn("The agreement comes first: both sides have to accept it before anything is recorded.")
    if not engagement.sessions.held().exists():
        raise NothingToRestOn("Log a session first: without one there is nothing that trust could rest on.")
    lost = engagement.points_of_trust.filter(lost_on__isnull=False).order_by("-lost_on").first()
    return Period(max(engagement.starts_on, lost.lost_on) if lost else engagement.starts_on, today)


@transaction.atomic
def confirm_point_of_trust(*, engagement, reached_on, seen, words, by, now):
    """It was reached, on that day: answers a proposal, puts right what stands, or comes from the coach alone.

    `seen` are keys of SIGNS, `words` the coach's own, sealed. Raises NothingToRestOn, OutsidePeriod, TextErased.
    """
    engagement = _locked(engagement)
    if reached_on not in period_to_reach(engagement, today=_today(by, now)):
        raise OutsidePeriod("This day lies outside the time in which it can have been reached.")
    point = _to_decide(engagement) or PointOfTrust(engagement=engagement)
    was_decided = point.is_standing
    before = (point.reached_on, point.seen)
    point.decision, point.reached_on = Decision.CONFIRMED, reached_on
    point.seen = [sign.key for sign in SIGNS if sign.key in seen]
    if not was_decided:
        point.decided_at, point.decided_by = now, by
    point.save()
    has_new_words = _write(point, words, by, now)
    if has_new_words or not was_decided or before != (point.reached_on, point.seen):
        record(by=by, verb=NOTED, subject=point, engagement=engagement, now=now)
    return point


@transaction.atomic
def decline_point_of_trust(*, engagement, by, now):
    """Not yet: of a proposal, or of what was confirmed too soon. Raises NothingToDecide."""
    engagement = _locked(engagement)
    point = _to_decide(engagement)
    if point is None:
        raise NothingToDecide("There is nothing to decide here any more.")
    point.decision, point.reached_on = Decision.DECLINED, None
    point.decided_at, point.decided_by = now, by
    point.save()
    record(by=by, verb=NOTED, subject=point, engagement=engagement, now=now)
    return point


@transaction.atomic
def record_lost(*, engagement, lost_on, by, now):
    """It was lost again on that day. Raises NothingToDecide, OutsidePeriod."""
    engagement = _locked(engagement)
    point = engagement.points_of_trust.standing().first()
    if point is None:
        raise NothingToDecide("There is no point of trust that could be lost.")
    if lost_on not in period_to_lose(point, today=_today(by, now)):
        raise OutsidePeriod("This day lies before it was reached, or is still to come.")
    point.lost_on, point.lost_at = lost_on, now
    point.save()
    record(by=by, verb=NOTED, subject=point, engagement=engagement, now=now)
    return point


def period_to_lose(point, *, today) -> Period:
    return Period(point.reached_on, today)


def _to_decide(engagement):
    """What is proposed, or what stands; there is never both."""
    points = engagement.points_of_trust
    return points.open().first() or points.standing().first()


def _locked(engagement):
    refuse_erased(engagement.pk)
    return Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)


def _today(by, now):
    return now.astimezone(zoneinfo.ZoneInfo(by.time_zone)).date()


def _write(point, words, by, now):
    return write_text(
        engagement_id=point.engagement_id, kind=TEXT_KIND, subject_id=point.pk, text=words, by=by, now=now
    )
