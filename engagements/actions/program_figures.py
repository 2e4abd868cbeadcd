"""Reads what the figures of a program rest on: three queries, whatever the number of its engagements."""

import zoneinfo
from collections import Counter
from datetime import timedelta

from django.db.models import Count, F, Min, OuterRef, Q, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import TruncMonth

from engagements.models import AuditEvent, Engagement, Session, SessionStatus
from engagements.models.audit import STATUS_VERBS
from engagements.models.session import COUNTED_KINDS, LATE_CANCELLATION_HOURS
from engagements.progress import Attendance, Course
from engagements.stages import ENTERED, Step, by_dates, by_steps, is_complete, month_of, months_until

OLD_DAYS = 7  # a session nobody logged for so long is worth a word


def courses_of(program):
    """Every engagement of a program with its plan and what took place, from its standing."""
    held = Session.objects.held().filter(kind__in=COUNTED_KINDS, engagement=OuterRef("pk")).order_by()
    first = held.values("engagement").annotate(first=Min("starts_at")).values("first")
    rows = Engagement.objects.filter(program=program).order_by().annotate(first_at=Subquery(first))
    rows = rows.values_list(
        "status", "starts_on", "ends_on", "ended_on", "created_at", "session_budget",
        "standing__sessions_held", "standing__sessions_booked", "first_at",
    )  # fmt: skip
    return [Course(*row[:6], row[6] or 0, row[7] or 0, row[8]) for row in rows]


def attendance_of(program, now):
    """What became of the sessions of a program that have begun; one row from the database."""
    sessions = Session.objects.filter(engagement__program=program, kind__in=COUNTED_KINDS).order_by()
    cancelled = Q(status=SessionStatus.CANCELLED)
    is_late = Q(cancelled_at__gt=F("starts_at") - timedelta(hours=LATE_CANCELLATION_HOURS))
    unlogged = Q(status=SessionStatus.SCHEDULED, starts_at__lt=now, engagement__content_erased_at__isnull=True)
    found = sessions.aggregate(
        held=Count("pk", filter=Q(status=SessionStatus.HELD)),
        missed=Count("pk", filter=Q(status=SessionStatus.MISSED)),
        late=Count("pk", filter=cancelled & is_late),
        cancelled=Count("pk", filter=cancelled),
        unlogged=Count("pk", filter=unlogged),
        old=Count("pk", filter=unlogged & Q(starts_at__lt=now - timedelta(days=OLD_DAYS))),
        oldest_at=Min("starts_at", filter=unlogged),
    )
    cancelled, oldest_at = found.pop("cancelled"), found.pop("oldest_at")
    oldest_days = (now - oldest_at).days if oldest_at else 0
    return Attendance(**found, early=cancelled - found["late"], oldest_days=oldest_days)


def stages_of(program, courses, now):
    """The latest months with how many engagements stood in which stage, and whether every step is on record."""
    zone = zoneinfo.ZoneInfo(program.time_zone)
    today = now.astimezone(zone).date()
    months, steps = months_until(today), _steps(program, zone)
    if is_complete(steps, len(courses)):
        return by_steps(Counter(one.status for one in courses), steps, months), True
    return by_dates(courses, months, today), False


def _steps(program, zone):
    """Every step between two statuses, counted by month."""
    events = AuditEvent.objects.filter(program_id=program.pk, verb__in=STATUS_VERBS).order_by()
    events = events.annotate(month=TruncMonth("at", tzinfo=zone), before=KT("detail__from"), after=KT("detail__to"))
    rows = events.values_list("month", "before", "after").annotate(count=Count("pk"))
    return [
        Step(month_of(month.date()), before or ENTERED, after or "PROPOSED", count)
        for month, before, after, count in rows
    ]
