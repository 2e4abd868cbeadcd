"""The point of trust as judgement proposes it: when it looks reached, and no longer when it does not."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q

from engagements.actions.audit import record_all
from engagements.models import Engagement, Session
from trust.detection import Judgement, State
from trust.models import Decision, PointOfTrust

# Who said "not yet", or that it was lost again, has seen more than the ratings tell. Judgement asks again when three
# more sessions were rated: as many as it takes to tell a course at all.
SESSIONS_BEFORE_ASKING_AGAIN = 3
# States in which the page says something that a proposal would contradict, whatever the probability.
DOUBTFUL = {
    State.NO_DATA, State.TOO_EARLY, State.FLAT_AT_MAXIMUM, State.GUARDED, State.PULLED_BACK, State.REGRESSING,
}  # fmt: skip
REVIEWED = "point_of_trust.reviewed"


@dataclass(frozen=True, slots=True)
class Look:
    """How one engagement looks to judgement now.

    `judgement` is the latest, `latest_on` the date of the latest session, `since` that of the session from which
    the point of trust has looked reached; None where it does not, or only because time has passed since.
    """

    engagement: Engagement
    judgement: Judgement
    latest_on: date
    since: date | None

    @classmethod
    def of(cls, engagement, judgements):
        """From all judgements of an engagement, oldest first; they hold at least one session."""
        sessions = [judgement for judgement in judgements if not judgement.forecast]
        return cls(engagement, judgements[-1], sessions[-1].on, reached_since(sessions))

    @property
    def is_likely(self):
        from trust.detection.states import TRUST_REACHED  # NumPy, only when something is judged

        if self.since is None:
            return False
        return self.judgement.p_point_of_trust >= TRUST_REACHED and self.judgement.state not in DOUBTFUL

    @property
    def is_unlikely(self):
        return looks_lost(self.judgement)


def looks_lost(judgement) -> bool:
    """Whether a proposal that was made has become doubtful itself."""
    from trust.detection.states import TRUST_LOST

    return judgement.p_point_of_trust < TRUST_LOST


def reached_since(judgements: Iterable[Judgement]) -> date | None:
    """The day since which the point of trust has looked reached, with the engine's own steps for reached and lost."""
    from trust.detection.states import TRUST_REACHED

    since = None
    for judgement in judgements:
        if since is None and judgement.p_point_of_trust >= TRUST_REACHED:
            since = judgement.on
        elif looks_lost(judgement):
            since = None
    return since


def reconcile_points_of_trust(*, looks: Iterable[Look], now):
    """Proposes where it is due, and withdraws what no longer looks so. Safe to run twice.

    One query for a whole chunk when nothing is due, none when nothing is likely or unlikely.
    """
    looks = [look for look in looks if look.is_likely or look.is_unlikely]
    if not looks:
        return
    points = _points_of([look.engagement.pk for look in looks])
    outdated = [look.engagement for look in looks if look.is_unlikely and _open_among(points[look.engagement.pk])]
    due = proposals_due(looks, points)
    if outdated:
        _withdraw(outdated, now)
    if due:
        _propose(due, now)


def proposals_due(looks: Iterable[Look], points) -> dict[Engagement, date]:
    """Engagements to which the point of trust is to be proposed, with its day; `points` holds their rows by key."""
    likely = [look for look in looks if look.is_likely and not _undecided_or_standing(points[look.engagement.pk])]
    answered = {look.engagement.pk: moment for look in likely if (moment := _answered_at(points[look.engagement.pk]))}
    rated_since = _rated_since(answered)
    due: dict[Engagement, date] = {}
    for look in likely:
        assert look.since is not None  # what is likely has a day
        key = look.engagement.pk
        if key not in answered:
            due[look.engagement] = look.since
        elif rated_since[key] >= SESSIONS_BEFORE_ASKING_AGAIN:
            due[look.engagement] = _day_after(answered[key].date(), look)
    return due


def propose_point_of_trust(*, engagement, on, now):
    """Asks the coach whether it was reached around that session. Does nothing where it is asked or stands already."""
    _propose({engagement: on}, now)


def _day_after(answered_on, look):
    """The day to name after a no: a day before it was answered already."""
    return look.since if look.since > answered_on else look.latest_on


@transaction.atomic
def _propose(due, now):
    points = _points_of(_lock(due))
    asked = [
        PointOfTrust(engagement=engagement, proposed_at=now, proposed_on=on)
        for engagement, on in due.items()
        if not _undecided_or_standing(points[engagement.pk])
    ]
    PointOfTrust.objects.bulk_create(asked)
    record_all(by=None, verb=REVIEWED, subjects=asked, now=now)


@transaction.atomic
def _withdraw(engagements, now):
    rows = PointOfTrust.objects.open().filter(engagement_id__in=_lock(engagements)).select_related("engagement")
    outdated = list(rows.order_by("pk"))
    for point in outdated:
        point.decision, point.withdrawn_at = Decision.WITHDRAWN, now
    PointOfTrust.objects.bulk_update(outdated, ["decision", "withdrawn_at"])
    record_all(by=None, verb=REVIEWED, subjects=outdated, now=now)


def _lock(engagements):
    """Their keys; a coach who decides at this moment, and another worker, take turns with us."""
    keys = [engagement.pk for engagement in engagements]
    rows = Engagement.objects.filter(pk__in=keys).select_for_update(of=("self",), no_key=True)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _points_of(keys):
    found = defaultdict(list)
    for point in PointOfTrust.objects.filter(engagement_id__in=keys).order_by("pk"):
        found[point.engagement_id].append(point)
    return found


def _open_among(points):
    return any(point.is_open for point in points)


def _undecided_or_standing(points):
    return any(point.is_open or point.is_standing for point in points)


def _answered_at(points):
    """When the coach last said no: not yet, or lost again."""
    moments = [point.lost_at or point.decided_at for point in points if point.decided_at]
    return max(moments, default=None)


def _rated_since(answered):
    """Sessions that were held and rated after each answer: {engagement key: how many}."""
    number = dict.fromkeys(answered, 0)
    is_rated = Q(readings__cognitive__isnull=False) | Q(readings__relational__isnull=False)
    sessions = Session.objects.held().filter(is_rated, engagement_id__in=list(answered)).distinct()
    for key, starts_at in sessions.values_list("engagement_id", "starts_at") if answered else ():
        number[key] += starts_at > answered[key]
    return number
