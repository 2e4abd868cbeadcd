"""Sponsor reports of a program, for its managers: order, watch, ask, freeze, discard."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from engagements.access import MANAGER, open_to
from engagements.actions.report_asking import AskedJustNow, ask_executives
from engagements.actions.report_freezing import freeze_report, verify_report
from engagements.actions.reports import NotPossible, PeriodTaken, discard_report, order_report, retry_draft
from engagements.models import Program, SponsorReport
from engagements.permissions import manages_from_outside
from engagements.report_periods import words_of as period_words
from engagements.views.showing import show_programs
from trust.actions.reports import digest_open_to, holds_confided
from trust.forms.reports import ReportForm
from trust.nudges import nudge_report
from trust.report_words import sections_of
from trust.views.report_rows import engagement_rows, numbers_of

PER_PAGE = 50  # engagements with their lines


@require_safe
@open_to(MANAGER)
def report_list(request, pk):
    """Reports of a program, newest period first."""
    program = _program(request.user, pk)
    reports = SponsorReport.objects.managed_by(request.user).kept().filter(program=program).newest_first()
    page = Paginator(reports, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": "Sponsor reports",
        "program": program,
        "page": page,
        "rows": [{"report": one, "period": _period(one)} for one in page],
    }
    return render(request, "trust/report_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(MANAGER)
def report_order(request, pk):
    """A report about a month, a quarter or other days that are over; a job drafts it."""
    program, now = _program(request.user, pk), timezone.now()
    form = ReportForm(request.POST if request.method == "POST" else None, program=program, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            report = order_report(program=program, by=request.user, now=now, **form.order)
        except PeriodTaken as taken:
            messages.info(request, "There is a report about these days already. Discard it first to draft it anew.")
            return redirect("report_detail", taken.report.pk)
        nudge_report(report.pk)
        return redirect("report_detail", report.pk)
    return render(request, "trust/report_order.html", {"title": "New report", "program": program, "form": form})


@require_safe
@open_to(MANAGER)
def report_detail(request, pk):
    """How far it is, what it says, who decided what; frozen, its digest. With htmx the page asks for its middle."""
    report = _report(request.user, pk)
    if request.htmx and not report.is_drafting:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"title": f"Report {_period(report)}", "report": report, "program": report.program}
    if report.is_drafting:
        context["progress"] = _progress(report)
        template = "trust/_report_progress.html" if request.htmx else "trust/report_detail.html"
        return render(request, template, context)
    is_outside = manages_from_outside(request.user, report.program)
    context |= {
        "sections": sections_of(report.figures, with_confided=is_outside) if report.figures else [],
        "hides_groups": holds_confided(report) and not is_outside,
        "digest": digest_open_to(report, is_outside=is_outside),
        "may_decide": is_outside or not holds_confided(report),
        "verified": verify_report(report) if report.is_frozen and "verify" in request.GET else None,
        **_lines(request, report),
    }
    return show_programs(request, "trust/report_detail.html", context, program_ids={report.program_id})


def _lines(request, report):
    """The engagements of this page, each with its lines, and how many decided what."""
    lines = report.lines.managed_by(request.user)
    shown = lines.in_report() if report.is_frozen else lines
    positions = shown.order_by("position").values_list("position", flat=True).distinct()
    page = Paginator(positions, PER_PAGE).get_page(request.GET.get("page"))
    rows = list(shown.filter(position__in=list(page)).in_order())
    numbers = {} if report.is_frozen else numbers_of(lines)
    return {"page": page, "rows": engagement_rows(rows, with_words=report.is_frozen), "numbers": numbers}


def _progress(report):
    waiting = "It begins in a moment." if report.claimed_at is None else "Counting."
    text = f"{report.done:,} of {report.total:,} engagements" if report.total else waiting
    return {"value": report.done, "max": report.total or 1, "text": text}


@require_POST
@open_to(MANAGER)
def report_retry(request, pk):
    """Has a failed draft tried again."""
    report = _report(request.user, pk)
    try:
        retry_draft(report=report, by=request.user, now=timezone.now())
    except NotPossible:
        messages.info(request, "It is under way already.")
    else:
        nudge_report(report.pk)
    return redirect("report_detail", report.pk)


@require_POST
@open_to(MANAGER)
def report_ask(request, pk):
    """Has executives asked, by mail, what may be said about them."""
    report = _report(request.user, pk)
    try:
        ask_executives(report=report, by=request.user, now=timezone.now())
    except NotPossible:
        messages.info(request, "Nobody can be asked about this report.")
    except AskedJustNow:
        messages.info(request, "They were asked within the last day. Give them some time.")
    else:
        messages.success(request, "Executives who have not decided yet are asked by mail.")
    return redirect("report_detail", report.pk)


@require_POST
@open_to(MANAGER)
def report_freeze(request, pk):
    """Writes it down for good, with what was released until now."""
    report = readable_report(request.user, pk)
    try:
        freeze_report(report=report, by=request.user, now=timezone.now())
    except NotPossible:
        messages.info(request, "This report cannot be frozen now.")
    else:
        messages.success(request, "Frozen. Nothing of it changes any more.")
    return redirect("report_detail", report.pk)


@require_POST
@open_to(MANAGER)
def report_discard(request, pk):
    """Takes a draft away; pressed twice it is gone once."""
    report = get_object_or_404(SponsorReport.objects.managed_by(request.user), pk=pk)
    try:
        discard_report(report=report, by=request.user, now=timezone.now())
    except NotPossible:
        messages.info(request, "A frozen report stays.")
        return redirect("report_detail", report.pk)
    messages.success(request, "Discarded, with everything executives had released for it.")
    return redirect("report_list", report.program_id)


def readable_report(user, pk):
    """A report whose figures this manager may all see; 403 to somebody who coaches or is coached in the program."""
    report = _report(user, pk)
    if holds_confided(report) and not manages_from_outside(user, report.program):
        raise PermissionDenied
    return report


def _report(user, pk):
    rows = SponsorReport.objects.managed_by(user).kept().select_related("program__organization", "frozen_by")
    return get_object_or_404(rows, pk=pk)


def _program(user, pk):
    return get_object_or_404(Program.objects.managed_by(user).select_related("organization"), pk=pk)


def _period(report):
    return period_words(report.period_from, report.period_until)
