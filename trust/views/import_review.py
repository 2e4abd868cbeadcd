"""The dry run: what was recognised, which column is what, and what would become of every row."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from engagements.access import ADMINISTRATOR, COACH, MANAGER, open_to
from engagements.actions.import_runs import NotReviewable, choose_options, content_of, name_of, report_of
from engagements.imports.outcomes import OUTCOME_WORDS, Outcome, refused_rows_csv
from engagements.imports.tables import UnreadableFile
from engagements.models import ImportKind, ImportRun, LookedAt
from engagements.permissions import can_import
from engagements.views.showing import note_import_look
from trust.actions.imports import plan_import
from trust.forms.imports import ImportAnswersForm, ImportColumnsForm

PER_PAGE = 50
OUTCOME_LOOKS = {
    Outcome.NEW: ("good", "plus"),
    Outcome.CHANGED: ("neutral", "pen"),
    Outcome.UNCHANGED: ("neutral", "check"),
    Outcome.REFUSED: ("attention", "close"),
    Outcome.ASKED: ("watch", "info"),
    Outcome.IGNORED: ("neutral", "none"),
}
KIND_WORDS = {
    ImportKind.ROSTER: {
        "icon": "people",
        "what": "Who is coached by whom: programs, coaches, executives and their engagements.",
        "columns": "Program, organization, coach’s e-mail, executive, executive’s e-mail, start date; if you have "
        "them also role, sessions agreed, cadence and stated objective.",
        "format": "CSV or XLSX",
    },
    ImportKind.HISTORY: {
        "icon": "clock",
        "what": "Your sessions so far: when they were, whether they were held, ratings and private notes.",
        "columns": "Client’s e-mail, date and start; if you have them also minutes, attended, your and your client’s "
        "mean ratings from 1 to 7, and a private note.",
        "format": "CSV or XLSX",
    },
    ImportKind.CALENDAR: {
        "icon": "calendar",
        "what": "Sessions you have booked. Events are matched by who takes part; everything else is left aside.",
        "columns": "Executives are recognised by the address they were invited with. Series are taken from a year "
        "back to two years ahead.",
        "format": "iCalendar (.ics)",
    },
}


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(COACH, MANAGER, ADMINISTRATOR)
def import_review(request, pk):
    """What the file would do. A POST says how to read it, or answers what was asked."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user).kept(timezone.now()), pk=pk)
    if not can_import(request.user, run.kind):
        raise Http404
    if not run.is_reviewable:
        return redirect("import_done", run.pk)
    try:
        plan = _plan(run, request.user)
    except UnreadableFile as problem:  # a chosen format may not fit the file
        return _start_again(request, run, problem)
    form = _form(plan, run.options, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _choose(request, run, form)
    context = _context(request, run, plan, form)
    response = render(request, "trust/import_review.html", context)
    note_import_look(request, run.kind, [row["verdict"].about for row in context["rows"]])
    return response


def _plan(run, user):
    return plan_import(kind=run.kind, content=content_of(run), options=run.options, by=user, now=timezone.now())


@require_safe
@open_to(COACH, MANAGER, ADMINISTRATOR)
def import_refused(request, pk):
    """Refused rows with their reasons, as CSV: of the dry run, or of what was carried out."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user).kept(timezone.now()), pk=pk)
    if not can_import(request.user, run.kind) or not (run.is_reviewable or run.is_done):
        raise Http404
    try:
        report = report_of(run) if run.is_done else _plan(run, request.user).report
    except UnreadableFile:
        raise Http404 from None
    response = HttpResponse(refused_rows_csv(report["header"], report["rows"]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="refused-{run.kind.lower()}-rows.csv"'
    about = [UUID(row["about"]) for row in report["rows"] if row.get("about")]
    note_import_look(request, run.kind, about, what=LookedAt.EXPORT)
    return response


def _start_again(request, run, problem):
    messages.error(request, f"{problem} We read the file as recognised.")
    kept = {name: run.options[name] for name in ("accepted", "time_zone") if name in run.options}
    choose_options(run=run, options=kept, by=request.user, now=timezone.now())
    return redirect("import_review", run.pk)


def _form(plan, options, data):
    if plan.source is not None:
        return ImportColumnsForm(data, source=plan.source, options=options)
    return ImportAnswersForm(data, questions=_questions(plan, options), answers=options.get("answers", {}))


def _questions(plan, options):
    """Each question once, with the first event it is about."""
    return list({v.question.key: (v.question, v.title) for v in reversed(plan.verdicts) if v.question}.values())


def _choose(request, run, form):
    if isinstance(form, ImportAnswersForm):
        options = run.options | {"answers": run.options.get("answers", {}) | form.answers}
    else:
        kept = {name: run.options[name] for name in ("accepted", "time_zone") if name in run.options}
        options = kept | form.options
    try:
        choose_options(run=run, options=options, by=request.user, now=timezone.now())
    except NotReviewable:
        return redirect("import_done", run.pk)
    return redirect("import_review", run.pk)


def _context(request, run, plan, form):
    shown = request.GET.get("show", "")
    shown = shown if shown in set(Outcome) else ""
    verdicts = [verdict for verdict in plan.verdicts if not shown or verdict.outcome == shown]
    page = Paginator(verdicts, PER_PAGE).get_page(request.GET.get("page"))
    to_do = plan.counts["new"] + plan.counts["changed"]
    return {
        "title": "Look before you import",
        "run": run,
        "name": name_of(run),
        "label": run.get_kind_display(),
        "is_calendar": plan.source is None,
        "recognised": plan.recognised,
        "remarks": plan.remarks,
        "blockers": plan.blockers,
        "form": form,
        "has_questions": plan.source is None and bool(form.fields),
        "is_open": bool(plan.blockers) or form.is_bound,
        "tabs": _tabs(plan, shown),
        "rows": [_row(verdict) for verdict in page],
        "row_word": "Event" if plan.source is None else "Row",
        "pages": _pages(page, shown),
        "may_carry_out": to_do > 0 and not plan.blockers,
        "summary": _summary(plan.counts),
        "has_refused": bool(plan.refused),
    }


def _tabs(plan, shown):
    tabs = [{"key": "", "label": "All", "count": len(plan.verdicts), "is_current": not shown}]
    for outcome in Outcome:
        number = plan.counts.get(outcome.lower(), 0)
        if number or outcome == shown:
            label = OUTCOME_WORDS[outcome]
            tabs.append({"key": outcome.value, "label": label, "count": number, "is_current": outcome == shown})
    return tabs


def _row(verdict):
    tone, icon = OUTCOME_LOOKS[verdict.outcome]
    return {"verdict": verdict, "tone": tone, "icon": icon, "title": verdict.title, "reason": verdict.reason}


def _pages(page, shown):
    def address(number):
        return f"?{urlencode({'show': shown, 'page': number})}#rows"

    total = page.paginator.count
    return {
        "summary": f"{page.start_index():,} to {page.end_index():,} of {total:,}" if total else "",
        "previous_url": address(page.previous_page_number()) if page.has_previous() else "",
        "next_url": address(page.next_page_number()) if page.has_next() else "",
    }


def _summary(counts):
    """What carrying it out would do, in one sentence."""
    new, changed = counts["new"], counts["changed"]
    if not new and not changed:
        return "Nothing in this file is new or changed."
    parts = [f"{new:,} new"] * bool(new) + [f"{changed:,} changed"] * bool(changed)
    left = counts["refused"] + counts.get("asked", 0)
    behind = f"; {left:,} stay behind, with the reason below" if left else ""
    return f"{' and '.join(parts)} will be taken over{behind}."
