"""Reads what was heard in a quarter, for many programs at once: a handful of queries, one row per engagement."""

from collections import defaultdict
from datetime import timedelta
from statistics import fmean

from django.db.models import Avg, Count, Q

from engagements.models import Engagement, FollowUp, Lasting, Party, Session
from engagements.models.session import COUNTED_KINDS
from trust.aggregates import Engaged, Followed
from trust.models import CheckInStatus, PointOfTrust
from trust.models.cohort import bounds_of, next_quarter
from trust.permissions import engagements_in_cohorts


def engaged_in(*, program_ids, starts_on, time_zone):
    """{program key: [Engaged]} of one quarter, for the engagements that may stand behind figures."""
    begin, end = bounds_of(starts_on, time_zone)
    counted = Engagement.objects.filter(engagements_in_cohorts(), program__in=program_ids)
    held = Session.objects.held().filter(kind__in=COUNTED_KINDS, engagement__program__in=program_ids)
    of_quarter = {"starts_at__gte": begin, "starts_at__lt": end}
    heard = _heard(held.filter(**of_quarter))
    counts = _counts(held.filter(starts_at__lt=end))
    check_ins = _check_ins(held.filter(**of_quarter))
    past = _past(program_ids, next_quarter(starts_on) - timedelta(days=1))
    engaged = defaultdict(list)
    for pk, program_id, person, coach in _people(counted):
        if pk not in heard:
            continue
        asked, answered = check_ins.get(pk, (0, 0))
        cognitive, relational = heard[pk]
        engaged[program_id].append(
            Engaged(person, coach, counts[pk], cognitive, relational, asked, answered, pk in past)
        )
    return engaged


def _people(engagements):
    return engagements.order_by("pk").values_list("pk", "program_id", "executive_id", "coach_id")


def _heard(sessions):
    """{engagement key: (cognitive, relational)}: the mean of each voice's means, then of the two voices.

    Answers that the executive keeps from the coach are left out: nobody else shall get closer to them.
    """
    shared = Q(readings__voice="COACH") | Q(readings__is_shared=True)
    by_voice = sessions.filter(shared).order_by().values("engagement_id", "readings__voice")
    by_voice = by_voice.annotate(one=Avg("readings__cognitive"), two=Avg("readings__relational"))
    voices = defaultdict(list)
    for engagement_id, cognitive, relational in by_voice.values_list("engagement_id", "one", "two"):
        voices[engagement_id].append((cognitive, relational))
    return {pk: tuple(map(_mean, zip(*means, strict=True))) for pk, means in voices.items()}


def _mean(values):
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _counts(sessions):
    """{engagement key: sessions held}."""
    rows = sessions.order_by().values("engagement_id").annotate(held=Count("pk"))
    return dict(rows.values_list("engagement_id", "held"))


def _check_ins(sessions):
    """{engagement key: (asked, answered)} of check-ins that were mailed."""
    mailed = sessions.filter(check_in__status__in=(CheckInStatus.SENT, CheckInStatus.ANSWERED))
    is_answered = Q(check_in__status=CheckInStatus.ANSWERED)
    rows = (
        mailed.order_by().values("engagement_id").annotate(asked=Count("pk"), answered=Count("pk", filter=is_answered))
    )
    return {pk: (asked, answered) for pk, asked, answered in rows.values_list("engagement_id", "asked", "answered")}


def _past(program_ids, last_day):
    """Keys of the engagements that were past the point of trust on a day."""
    standing = Q(lost_on__isnull=True) | Q(lost_on__gt=last_day)
    points = PointOfTrust.objects.confirmed().filter(
        standing, engagement__program__in=program_ids, reached_on__lte=last_day
    )
    return set(points.values_list("engagement_id", flat=True))


def followed_in(*, program_ids, starts_on, time_zone):
    """{program key: [Followed]}: follow-ups that executives were asked in a quarter, of engagements that may count.

    Answers given while the page did not say that they count are left out, the question with them.
    """
    begin, end = bounds_of(starts_on, time_zone)
    rows = FollowUp.objects.filter(
        engagements_in_cohorts("engagement__"),
        Q(answered_at__isnull=True) | Q(is_for_groups=True),
        engagement__program__in=program_ids,
        party=Party.EXECUTIVE,
        asked_at__gte=begin,
        asked_at__lt=end,
    ).order_by()
    names = ("engagement__program_id", "engagement__executive_id", "engagement__coach_id")
    kinds = (Lasting.LASTING, Lasting.PARTLY, Lasting.FADED)
    counts = {f"said_{kind.lower()}": Count("pk", filter=Q(lasting=kind)) for kind in kinds}
    rows = rows.values(*names).annotate(asked=Count("pk"), **counts)
    followed = defaultdict(list)
    for program_id, *who_and_counts in rows.values_list(*names, "asked", *counts):
        followed[program_id].append(Followed(*who_and_counts))
    return followed
