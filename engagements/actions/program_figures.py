"""Figures of a program from dates and counts: three queries, whatever the number of its engagements.

Those of small programs are counted when they are looked at. Those of large ones are kept, and counted by a job.
"""

import zoneinfo
from collections import Counter
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count, F, Min, OuterRef, Q, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import TruncMonth

from engagements.figures import Figures, from_json
from engagements.models import AuditEvent, Engagement, ProgramFigures, Session, SessionStatus
from engagements.models.audit import STATUS_VERBS
from engagements.models.session import COUNTED_KINDS, LATE_CANCELLATION_HOURS
from engagements.progress import Attendance, Course, first_session, progress, used
from engagements.stages import ENTERED, Step, by_dates, by_steps, is_complete, month_of, months_until

OLD_DAYS = 7  # a session nobody logged for so long is worth a word
LARGE = 200  # engagements from which on figures are kept: reading them takes longer than the rest of the page
# The job counts what is older than the first, and the page itself what is older than the last: no worker runs then.
COUNTED_AFTER, SHOWN_UNTIL = timedelta(minutes=10), timedelta(hours=1)


def figures_of(program, now):
    """Figures of now, or of a large program those that are kept; `counted_at` says of when."""
    kept = getattr(program, "figures", None)
    if kept is not None and now - kept.counted_at < SHOWN_UNTIL:
        return from_json(kept.figures, kept.counted_at)
    return _keep(program, count_figures(program, now))


def _keep(program, found):
    """Keeps the figures of a large program, and none of one that is not large any more."""
    if found.engagements >= LARGE:
        values = {"figures": found.as_json(), "counted_at": found.counted_at}
        ProgramFigures.objects.update_or_create(program=program, defaults=values)
    elif getattr(program, "figures", None) is not None:
        ProgramFigures.objects.filter(program=program).delete()
    return found


def count_programs(now):
    """Counts kept figures anew once they have some age; returns how many."""
    old = ProgramFigures.objects.filter(counted_at__lt=now - COUNTED_AFTER).select_related("program")
    for kept in old.order_by("counted_at", "pk"):
        _keep(kept.program, count_figures(kept.program, now))
    return len(old)


class Compared(NamedTuple):
    """Kept figures beside the truth as of when they were kept. `changed`: programs in which something has changed
    since, which the job counts anew; they are not among those `compared`.
    """

    compared: int
    differing: int
    changed: int


def compare_figures():
    """Counts kept figures once more, as of their own moment."""
    unchanged = ProgramFigures.objects.exclude(program__engagements__changed_at__gte=F("counted_at"))
    rows = list(unchanged.select_related("program").order_by("pk"))
    return Compared(len(rows), sum(map(_differs, rows)), ProgramFigures.objects.count() - len(rows))


def _differs(kept):
    found = count_figures(kept.program, kept.counted_at).as_json()
    return from_json(found, kept.counted_at) != from_json(kept.figures, kept.counted_at)


def count_figures(program, now):
    """All of them, from the truth."""
    courses = courses_of(program, now)
    months, is_on_record = stages_of(program, courses, now)
    today = now.astimezone(zoneinfo.ZoneInfo(program.time_zone)).date()
    return Figures(
        counted_at=now,
        engagements=len(courses),
        progress=progress(courses, today),
        used=used(courses),
        attendance=attendance_of(program, now),
        first_session=first_session(courses, now),
        months=tuple(months),
        is_on_record=is_on_record,
    )


# --- what they rest on ----------------------------------------------------------------------------


def courses_of(program, now):
    """Every engagement of a program with its plan and what took place, from its standing.

    What is booked is counted as of `now`: a standing follows some minutes after a session has begun.
    """
    counted = Session.objects.filter(kind__in=COUNTED_KINDS, engagement=OuterRef("pk")).order_by().values("engagement")
    first = counted.held().annotate(first=Min("starts_at")).values("first")
    booked = counted.upcoming(now).order_by().annotate(booked=Count("pk")).values("booked")
    rows = Engagement.objects.filter(program=program).order_by()
    rows = rows.annotate(first_at=Subquery(first), booked=Subquery(booked))
    rows = rows.values_list(
        "status", "starts_on", "ends_on", "ended_on", "created_at", "session_budget",
        "standing__sessions_held", "booked", "first_at",
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
