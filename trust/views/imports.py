"""Imports: bring a file, look at what it would do, carry it out, take away what was refused."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from engagements.access import ADMINISTRATOR, COACH, MANAGER, open_to
from engagements.actions.import_runs import (
    NotReviewable,
    TooMany,
    discard_import,
    name_of,
    queue_import,
    report_of,
    start_import,
)
from engagements.imports.outcomes import OUTCOME_WORDS
from engagements.models import ImportKind, ImportRun, ImportStatus
from engagements.permissions import can_import
from trust.forms.imports import ImportStartForm
from trust.import_progress import progress_of
from trust.nudges import nudge_import
from trust.views.import_review import KIND_WORDS

MOST_SHOWN = 20  # refused rows on the page; all of them are in the download


@require_safe
@open_to(COACH, MANAGER, ADMINISTRATOR)
def import_list(request):
    """What may be brought, and what was brought in the last day."""
    kinds = [kind for kind in ImportKind if can_import(request.user, kind)]
    runs = ImportRun.objects.visible_to(request.user).kept(timezone.now()).newest_first().defer("sealed_file")
    context = {
        "title": "Import",
        "kinds": [{"slug": kind.value.lower(), "label": kind.label, **KIND_WORDS[kind]} for kind in kinds],
        "runs": [{"run": run, "name": name_of(run), "label": run.get_kind_display()} for run in runs],
    }
    return render(request, "trust/import_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(COACH, MANAGER, ADMINISTRATOR)
def import_start(request, kind):
    """The file. It is kept sealed until it is carried out or discarded, a day at most."""
    kind = _kind_for(request.user, kind)
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    form = ImportStartForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        kind=kind,
        time_zone=request.user.time_zone,
        is_too_large=size > settings.FILE_UPLOAD_MAX_MEMORY_SIZE,  # beyond it, no handler takes the file
    )
    if request.method == "POST" and form.is_valid():
        try:
            run = start_import(
                kind=kind,
                name=request.FILES["file"].name,
                content=form.cleaned_data["file"],
                options=form.options,
                by=request.user,
                now=timezone.now(),
            )
        except TooMany as problem:
            form.add_error(None, str(problem))
        else:
            return redirect("import_review", run.pk)
    context = {"title": f"Import: {kind.label.lower()}", "kind": KIND_WORDS[kind], "form": form}
    return render(request, "trust/import_start.html", context)


def _kind_for(user, slug):
    """The kind an address names, if this person may bring it; 404 otherwise."""
    kind = next((kind for kind in ImportKind if kind.value.lower() == slug), None)
    if kind is None or not can_import(user, kind):
        raise Http404
    return kind


@require_POST
@open_to(COACH, MANAGER, ADMINISTRATOR)
def import_carry_out(request, pk):
    """Hands the reviewed file to the workers."""
    run = _own(request.user, pk)
    if not can_import(request.user, run.kind):
        raise Http404
    try:
        queue_import(run=run, by=request.user, now=timezone.now())
    except NotReviewable:
        messages.info(request, "This import was started already.")
    else:
        nudge_import(run.pk)
    return redirect("import_done", run.pk)


@require_safe
@open_to(COACH, MANAGER, ADMINISTRATOR)
def import_done(request, pk):
    """How far it is, and what became of it. With htmx the page asks for its middle; without, it reloads itself."""
    run = _own(request.user, pk)
    if run.is_reviewable:
        return redirect("import_review", run.pk)
    refused = report_of(run)["rows"]
    context = {
        "title": "Import",
        "run": run,
        "name": name_of(run),
        "label": run.get_kind_display(),
        "figures": [{"label": OUTCOME_WORDS[name.upper()], "value": number} for name, number in run.counts.items()],
        "refused": refused[:MOST_SHOWN],
        "refused_count": len(refused),
        "refused_more": max(0, len(refused) - MOST_SHOWN),
        "progress": _progress(run),
    }
    template = "trust/_import_progress.html" if request.htmx and run.is_under_way else "trust/import_done.html"
    response = render(request, template, context)
    if request.htmx and not run.is_under_way:
        response = HttpResponse(headers={"HX-Refresh": "true"})
    return response


def _progress(run):
    if not run.is_under_way:
        return None
    done, total = progress_of(run.pk) or (0, 0)
    waiting = "It begins in a moment." if run.status == ImportStatus.QUEUED else "Reading the file."
    text = f"{done:,} of {total:,} rows" if total else waiting
    return {"value": done, "max": total or 1, "text": text}


@require_POST
@open_to(COACH, MANAGER, ADMINISTRATOR)
def import_discard(request, pk):
    """Destroys the file and whatever is kept of it."""
    run = _own(request.user, pk)
    discard_import(run=run, by=request.user, now=timezone.now())
    messages.success(request, "Discarded. Nothing of the file is kept.")
    return redirect("import_list")


def _own(user, pk):
    return get_object_or_404(ImportRun.objects.visible_to(user).kept(timezone.now()), pk=pk)
