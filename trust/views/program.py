"""The page of a program: its rules and engagements, and for its managers how it goes."""

from django.http import Http404
from django.utils import timezone
from django.views.decorators.http import require_safe

from engagements.access import COACH, MANAGER, open_to
from engagements.actions.pool import pool_of
from engagements.actions.program_figures import figures_of
from engagements.models import Program
from engagements.models.prepared import ask
from engagements.permissions import can_create_engagement
from engagements.views.showing import show_list
from engagements.views.tabs import engagements_in_tabs
from trust.views.program_answers import answers_page
from trust.views.program_words import figures_page


@require_safe
@open_to(COACH, MANAGER)
def program_detail(request, pk):
    """A program with its rules and managers; of its engagements those this person may know; figures for managers."""
    now = timezone.now()
    program = next(iter(ask(_program, request.user, key=pk)), None)
    if program is None:
        raise Http404
    managers = [row.user for row in program.managers.filter(removed_at=None).select_related("user")]
    is_manager = request.user in managers
    context = {
        "title": program.name,
        "program": program,
        "managers": managers,
        "is_manager": is_manager,
        "may_create": is_manager and can_create_engagement(request.user),
        **(_figures(request.user, program, now) if is_manager else {}),
        **_engagements(request, program, is_manager),
    }
    return show_list(request, "trust/program_detail.html", context, engagements=context["page"])


def _program(user, *, key):
    programs = Program.objects.visible_to(user).with_outside_managers(user).filter(pk=key)
    return programs.select_related("organization").with_kept_figures()


def _engagements(request, program, is_manager):
    """A page of them under tabs; a coach has few in a program, a manager may have thousands."""
    visible = program.engagements.visible_to(request.user)
    return engagements_in_tabs(request, visible, program if is_manager else None)


def _figures(user, program, now):
    """How the program goes, from dates and counts; and what executives said, for managers from outside."""
    page = figures_page(figures_of(program, now), now)
    page["pool"] = pool_of(program).words if program.session_pool else ""
    return page | answers_page(user, program, now) if program.is_managed_from_outside else page
