"""What a sponsor report may say about an executive, behind a personal link: read it as it will stand, and decide."""

import zoneinfo

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from engagements import report_periods
from engagements.access import LINK, open_to
from engagements.actions.personal_links import LinkNotValid
from engagements.actions.report_lines import ReportClosed, decide_lines, lines_behind, words_of
from engagements.forms.report_lines import LinesForm
from engagements.models import Purpose
from engagements.views.links import link_closed, link_of
from engagements.views.report_lines import shown_line


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(LINK)
def report_by_link(request, pk):
    """Each line is released or kept out, until the report is frozen. Reading changes nothing."""
    now = timezone.now()
    try:
        link = link_of(request, pk, Purpose.REPORT, now)
        report, lines = lines_behind(link)
        form = LinesForm(request.POST if request.method == "POST" else None, lines=lines)
        if request.method == "POST" and form.is_valid():
            decide_lines(link=link, decisions=form.decisions, now=now)
            return redirect(f"{reverse('report_by_link', args=[pk])}?saved=1")
    except (LinkNotValid, ReportClosed):
        return link_closed(request)
    with timezone.override(zoneinfo.ZoneInfo(link.engagement.executive.time_zone)):
        return render(request, "engagements/report_by_link.html", _page(request, link, report, lines, form))


def _page(request, link, report, lines, form):
    words = words_of(lines)
    return {
        "executive": link.engagement.executive,
        "coach": link.engagement.coach,
        "program": report.program,
        "report": report,
        "period": report_periods.words_of(report.period_from, report.period_until),
        "rows": [(shown_line(line, words), form.field_of(line)) for line in lines],
        "form": form,
        "is_saved": "saved" in request.GET,
        "undecided": sum(line.is_waiting for line in lines),
    }
