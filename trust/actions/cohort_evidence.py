"""Reads what was heard in a quarter, for many programs at once: a handful of queries, one row per engagement."""

from collections import defaultdict
from datetime import timedelta
from statistics import fmean

from django.db.models import Avg, Count, Q

from engagements.models import Engagement, Session
from engagements.models.session import COUNTED_KINDS
from trust.aggregates import Engaged
from trust.models import CheckIn, CheckInStatus, PointOfTrust, Reading
from trust.models.cohort import bounds_of, next_quarter
from trust.permissions import engagements_in_cohorts


def engaged_in(*, program_ids, starts_on, time_zone):
    """{program key: [Engaged]} of one quarter, for the engagements that may stand behind figures."""
    begin, end = bounds_of(starts_on, time_zone)
    of_programs = Engagement.objects.filter(engagements_in_cohorts(), program__in=program_ids)
    held = Session.objects.held().filter(kind__in=COUNTED_KINDS, engagement__in=of_programs)
    of_quarter = {"starts_at__gte": begin, "starts_at__lt": end}
    heard = _heard(held.filter(**of_quarter))
    counts = _counts(held.filter(starts_at__lt=end))
    check_ins = _check_ins(held.filter(**of_quarter))
    past = _past(of_programs, next_quarter(starts_on) - timedelta(days=1))
    engaged = defaultdict(list)
    for pk, program_id, person, coach in _people(of_programs):
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
    readings = Reading.objects.filter(Q(voice="COACH") | Q(is_shared=True), session__in=sessions).order_by()
    by_voice = readings.values("session__engagement_id", "voice").annotate(one=Avg("cognitive"), two=Avg("relational"))
    voices = defaultdict(list)
    for engagement_id, cognitive, relational in by_voice.values_list("session__engagement_id", "one", "two"):
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
    mailed = (CheckInStatus.SENT, CheckInStatus.ANSWERED)
    rows = CheckIn.objects.filter(session__in=sessions, status__in=mailed).order_by().values("session__engagement_id")
    rows = rows.annotate(asked=Count("pk"), answered=Count("pk", filter=Q(status=CheckInStatus.ANSWERED)))
    return {
        pk: (asked, answered) for pk, asked, answered in rows.values_list("session__engagement_id", "asked", "answered")
    }


def _past(engagements, last_day):
    """Keys of the engagements that were past the point of trust on a day."""
    standing = Q(lost_on__isnull=True) | Q(lost_on__gt=last_day)
    points = PointOfTrust.objects.confirmed().filter(standing, engagement__in=engagements, reached_on__lte=last_day)
    return set(points.values_list("engagement_id", flat=True))
