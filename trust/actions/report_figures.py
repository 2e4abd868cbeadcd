"""Figures of a sponsor report over the whole program: counts of dates, budget and attendance. Whole numbers only.

What rests on check-ins, follow-ups and ratings stands in report_confided.
"""

from datetime import timedelta
from statistics import median

from django.db.models import Count, Min, Q, Sum

from engagements.actions.report_lines import NAMED, bounds_of
from engagements.actions.reports import engagements_in
from engagements.models import Session, SessionStatus, Status
from engagements.models.session import COUNTED_KINDS
from trust.actions.report_confided import confided_figures


def figures_of(report, now):
    """Everything that the report says about the program as a whole, as plain data."""
    program = report.program
    engagements = engagements_in(program, report.period_from, report.period_until)
    return {
        "program": program.name,
        "organization": program.organization.name,
        "time_zone": program.time_zone,
        "drafted_at": now.isoformat(),
        "engagements": _by_status(engagements),
        "sessions": _sessions(engagements, report, now),
        "budget": _budget(engagements, report),
        "first_session": _first_session(engagements, report),
        "confided": confided_figures(report),
    }


def _by_status(engagements):
    """How they stand when the report is drafted."""
    rows = engagements.order_by().values("status").annotate(number=Count("pk"))
    counts = dict(rows.values_list("status", "number"))
    return {"total": sum(counts.values()), "by_status": {str(one): counts[one] for one in Status if one in counts}}


def _sessions(engagements, report, now):
    """Of the period. `unlogged`: begun, and nobody has said yet whether they took place."""
    begin, end = bounds_of(report)
    rows = Session.objects.filter(
        engagement__in=engagements.values("pk"), kind__in=COUNTED_KINDS, starts_at__gte=begin, starts_at__lt=end
    )
    return rows.aggregate(
        held=Count("pk", filter=Q(status=SessionStatus.HELD)),
        missed=Count("pk", filter=Q(status=SessionStatus.MISSED)),
        cancelled=Count("pk", filter=Q(status=SessionStatus.CANCELLED)),
        unlogged=Count("pk", filter=Q(status=SessionStatus.SCHEDULED, starts_at__lt=now)),
        planned=Count("pk", filter=~Q(status=SessionStatus.CANCELLED)),
    )


def _budget(engagements, report):
    """Sessions bought for the engagements that were contracted, and those used of them by the end of the period."""
    _, end = bounds_of(report)
    contracted = engagements.filter(status__in=NAMED)
    held = Session.objects.held().filter(
        engagement__in=contracted.values("pk"), kind__in=COUNTED_KINDS, starts_at__lt=end
    )
    return {
        "engagements": contracted.count(),
        "sessions": contracted.aggregate(sum=Sum("session_budget"))["sum"] or 0,
        "used": held.count(),
    }


def _first_session(engagements, report):
    """Days from the start to the first session held, and how many contracted engagements have had none."""
    _, end = bounds_of(report)
    zone = end.tzinfo
    contracted = engagements.filter(status__in=NAMED)
    held = Q(sessions__status=SessionStatus.HELD, sessions__kind__in=COUNTED_KINDS, sessions__starts_at__lt=end)
    rows = contracted.order_by().annotate(first_at=Min("sessions__starts_at", filter=held))
    rows = list(rows.values_list("starts_on", "first_at"))
    days = [max(timedelta(), first.astimezone(zone).date() - start).days for start, first in rows if first]
    return {"engagements": len(days), "without": len(rows) - len(days), "median_days": _median(days)}


def _median(days):
    """A whole number of days; None of nobody."""
    return int(median(days)) if days else None
