"""Programs: which there are, and what their rules are."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from engagements.access import COACH, MANAGER, open_to
from engagements.actions.people import NameTaken, edit_program
from engagements.actions.pool import PoolTooSmall
from engagements.forms.programs import ProgramForm
from engagements.models import Engagement, Program
from engagements.models.ending import LEAST_MONTHS
from engagements.models.engagement import ENDED, OPEN

TOO_SHORT = (
    f"Words are kept for less than {LEAST_MONTHS} months: whether it lasted, asked 180 days after the end, comes too "
    "late in this program. Only what is asked and answered before is kept until then."
)


@require_safe
@open_to(COACH, MANAGER)
def program_list(request):
    """Programs this person manages or coaches in."""
    programs = list(Program.objects.visible_to(request.user).select_related("organization").in_order())
    figures = _figures(request.user, programs)
    rows = [
        {"program": program, "is_manager": program.is_managed_by(request.user), **figures.get(program.pk, NO_FIGURES)}
        for program in programs
    ]
    return render(request, "engagements/program_list.html", {"title": "Programs", "rows": rows})


NO_FIGURES = {"running": 0, "ended": 0}


def _figures(user, programs):
    """How many engagements each program has, of those this person may know: {program key: figures}."""
    counts = Engagement.objects.visible_to(user).filter(program__in=programs).order_by().values("program_id")
    counts = counts.annotate(
        running=Count("pk", filter=Q(status__in=OPEN)), ended=Count("pk", filter=Q(status__in=ENDED))
    )
    return {row["program_id"]: {"running": row["running"], "ended": row["ended"]} for row in counts}


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(COACH, MANAGER)
def program_edit(request, pk):
    """Rules of a program, by one of its managers."""
    program = _visible(request.user, pk)
    if not program.is_managed_by(request.user):
        raise PermissionDenied
    now = timezone.now()
    form = ProgramForm(request.POST or None, program=program, now=now)
    if request.method == "POST" and form.is_valid() and form.is_confirmed():
        try:
            edit_program(program=program, by=request.user, now=now, **form.cleaned_data)
        except NameTaken:
            form.add_error("name", f"{program.organization} has a program of this name already.")
        except PoolTooSmall as error:
            form.add_error("session_pool", str(error))
        else:
            messages.success(request, "Saved. Engagements that run already keep their own terms.")
            if form.cleaned_data["retention_months"] < LEAST_MONTHS:
                messages.warning(request, TOO_SHORT)
            return redirect("program_detail", program.pk)
    return render(request, "engagements/program_edit.html", {"title": "Edit program", "program": program, "form": form})


def _visible(user, pk):
    return get_object_or_404(Program.objects.visible_to(user).select_related("organization"), pk=pk)
