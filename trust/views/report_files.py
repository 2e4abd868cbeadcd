"""A frozen sponsor report as a file, and the access ledger of whom it names."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from engagements.access import MANAGER, open_to
from engagements.actions.looks import note_engagements_look
from engagements.actions.report_freezing import frozen_content
from engagements.limits import count_use
from engagements.models import LookedAt, LookRole
from trust.exports import sponsor_report
from trust.report_words import sections_of
from trust.views.report_rows import engagement_rows
from trust.views.reports import readable_report

DOWNLOADS, WINDOW_SECONDS = 30, 10 * 60  # making a PDF costs work
TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@require_safe
@open_to(MANAGER)
def report_pdf(request, pk):
    """For reading: tagged, with the digest at the foot of each page."""
    return _file(request, pk, "pdf")


@require_safe
@open_to(MANAGER)
def report_xlsx(request, pk):
    """For working on with figures and lines."""
    return _file(request, pk, "xlsx")


@require_safe
@open_to(MANAGER)
def report_json(request, pk):
    """For verifying: the bytes that the digest is of."""
    return _file(request, pk, "json")


def _file(request, pk, format):
    """Rendered from what was frozen, each time the same bytes. No name of a person in the name of the file."""
    report = readable_report(request.user, pk)
    if not report.is_frozen:
        messages.info(request, "There are files once the report is frozen.")
        return redirect("report_detail", report.pk)
    if count_use("report", request.user.pk, seconds=WINDOW_SECONDS, now=timezone.now())[0] > DOWNLOADS:
        messages.error(request, "Many files were made just now. Wait ten minutes, then try again.")
        return redirect("report_detail", report.pk)
    lines = list(report.lines.managed_by(request.user).in_report().in_order())
    response = HttpResponse(_made(report, lines, format), content_type=TYPES[format])
    response["Content-Disposition"] = f'attachment; filename="sponsor-report-{report.period_until}.{format}"'
    _note(request, lines)
    return response


def _made(report, lines, format):
    if format == "json":
        return sponsor_report.as_json(frozen_content(report))
    make = sponsor_report.as_pdf if format == "pdf" else sponsor_report.as_xlsx
    return make(report, sections_of(report.figures), engagement_rows(lines, with_words=True))


def _note(request, lines):
    """Each engagement that is named."""
    if request.method == "HEAD" or not lines:
        return
    keys = {line.engagement_id for line in lines}
    terms = {"role": LookRole.MANAGER, "what": LookedAt.EXPORT, "engagement_ids": keys}
    note_engagements_look(by=request.user, now=timezone.now(), **terms)
