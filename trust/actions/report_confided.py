"""Figures of a sponsor report that rest on ratings, check-ins and follow-ups: quarters that are frozen, nothing else.

Nothing is worked out here. Whoever could choose the days of a report could count somebody out, and two drafts with an
answer between them would tell that answer; a quarter is written once (trust/actions/cohort.py), for at least five
people of two coaches. What is not written yet when a report is drafted comes into it while it is not frozen.
"""

from django.db import transaction

from engagements.actions.reports import locked
from engagements.models import Program, SponsorReport
from engagements.permissions import programs_managed_from_outside_by
from engagements.report_periods import quarters_within
from trust.actions.cohort import cell_of, lasting_of
from trust.aggregates import together
from trust.models import CohortLasting, CohortPeriod

STRANDS = ("cognitive", "relational")
SHARES = ("answering", "lasting", "partly", "faded")


def confided_figures(report):
    """The part of a report over groups, a quarter each; None where nobody who manages the program may see it."""
    if not _may_be_seen(report):
        return None
    quarters = quarters_within(report.period_from, report.period_until)
    periods = CohortPeriod.objects.filter(program=report.program, starts_on__in=quarters).prefetch_related("cells")
    written = {period.starts_on: period for period in periods}
    lasting = {row.period_id: row for row in CohortLasting.objects.filter(period__in=written.values())}
    return {"quarters": [_quarter(day, written.get(day), lasting) for day in quarters]}


def _may_be_seen(report):
    """Whoever coaches or is coached in the program could subtract what they know: such a report holds none of it."""
    if report.created_by is not None:
        readers = [report.created_by]
    else:
        readers = [row.user for row in report.program.managers.filter(removed_at=None).select_related("user")]
    return any(_is_outside(reader, report.program_id) for reader in readers)


def _is_outside(user, program_id):
    return Program.objects.filter(programs_managed_from_outside_by(user), pk=program_id).exists()


def _quarter(starts_on, period, lasting):
    """A quarter as it was frozen; of what is withheld there is nothing."""
    told = {"starts_on": starts_on.isoformat(), "is_written": period is not None}
    if period is None:
        return told
    cell = together({row.group: cell_of(row) for row in period.cells.all()})
    follow_ups = lasting.get(period.pk)
    return told | (_cell(cell) if cell else {}) | ({"follow_ups": _lasting(follow_ups)} if follow_ups else {})


def _cell(cell):
    strands = {name: _figure(getattr(cell, name)) for name in STRANDS}
    told = {"people": cell.people, "past": str(cell.past or ""), **strands}
    return told | ({"asked": cell.asked, "answering": _figure(cell.answering)} if cell.answering else {})


def _lasting(row):
    figures = lasting_of(row)
    return {"asked": figures.asked, **{name: _figure(getattr(figures, name)) for name in SHARES}}


def _figure(figure):
    return {"tenths": figure.tenths, "bound": str(figure.bound)}


# --- quarters that are written later ------------------------------------------------------------


def bring_quarters_into_drafts():
    """Puts quarters that were written since into reports that are not frozen; returns into how many."""
    reports = SponsorReport.objects.drafts().order_by("pk")
    waiting = [report.pk for report in reports if _lacks_a_quarter(report)]
    return sum(_bring_into(pk) for pk in waiting)


def _lacks_a_quarter(report):
    confided = report.figures.get("confided") or {"quarters": []}
    return not all(quarter["is_written"] for quarter in confided["quarters"])


@transaction.atomic
def _bring_into(report_id):
    report = locked(report_id)
    confided = confided_figures(report)
    if not report.is_open or confided is None or confided == report.figures.get("confided"):
        return False
    report.figures = report.figures | {"confided": confided}
    report.save(update_fields=["figures"])
    return True
