"""Engagements: the list of a coach; begin one, change its terms and its stage, and what is known of its executive."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from engagements.access import COACH, MANAGER, open_to
from engagements.actions.engagements import (
    AlreadyOpen,
    CoachFixed,
    NotPossible,
    change_status,
    create_engagement,
    create_engagement_for,
    edit_engagement,
)
from engagements.actions.people import AddressTaken, edit_executive
from engagements.actions.pool import BeyondPool
from engagements.forms.choosing import row_named
from engagements.forms.engagements import EngagementForm, TermsForm
from engagements.forms.executives import ExecutiveForm
from engagements.forms.stages import moves_from
from engagements.models import Engagement, LookedAt, Program, Status, User
from engagements.permissions import can_change_status, can_manage, can_read_content
from engagements.views.drafts import saves_in_place
from engagements.views.showing import show, show_list, show_programs
from engagements.views.tabs import engagements_in_tabs

FORM = ["GET", "HEAD", "POST"]


@require_safe
@open_to(COACH)
def engagement_list(request):
    """All engagements of a coach; to everybody else the page does not exist."""
    own = Engagement.objects.confided_to(request.user)
    context = {"title": "Engagements", **engagements_in_tabs(request, own)}
    return show_list(request, "engagements/engagement_list.html", context, engagements=context["page"])


@saves_in_place
@require_http_methods(FORM)
@open_to(MANAGER)
def engagement_create(request):
    """A new engagement, by a program manager, in a program of their own."""
    form = EngagementForm(request.POST or None, user=request.user, initial=_chosen(request))
    if request.method == "POST" and form.is_valid():
        engagement = _create(form, request.user)
        if engagement:
            messages.success(request, f"{engagement.executive} and {engagement.coach}: the engagement is proposed.")
            return redirect("engagement_detail", engagement.pk)
    context = {"title": "New engagement", "form": form}
    programs = _programs_of(form.named, request.user)
    return show_programs(request, "engagements/engagement_create.html", context, program_ids=programs)


def _programs_of(executives, user):
    """Keys of the programs in which this person manages engagements of these executives."""
    rows = Engagement.objects.managed_by(user).filter(executive__in=executives).order_by()
    return set(rows.values_list("program_id", flat=True).distinct())


def _chosen(request):
    """Program and coach that a link named; anything else names none."""
    rows = {"program": Program.objects.managed_by(request.user).open(), "coach": User.objects.offered_to(request.user)}
    wanted = {name: request.GET.get(name, "") for name in rows}
    found = {name: row_named(rows[name], key) for name, key in wanted.items() if key}
    return {name: str(row.pk) for name, row in found.items() if row}


def _create(form, user):
    """The engagement, or None with the reason beside the field."""
    who = {"program": form.cleaned_data["program"], "by": user, "now": timezone.now()}
    executive = form.cleaned_data["executive"]
    try:
        if executive:
            return create_engagement(executive=executive, **who, **form.terms)
        return create_engagement_for(person=form.person, **who, **form.terms)
    except AlreadyOpen as error:
        form.add_error("executive" if executive else "new_email", str(error))
    except AddressTaken:
        form.add_error("new_email", "Somebody with this address was just added. Try again.")
    except BeyondPool as error:
        form.add_error("session_budget", str(error))


@require_http_methods(FORM)
@open_to(COACH, MANAGER)
def engagement_edit(request, pk):
    """Coach, dates, budget, cadence, check-ins: by a manager of the program."""
    engagement = _visible(request.user, pk)
    if not can_manage(request.user, engagement):
        raise PermissionDenied
    form = TermsForm(request.POST or None, user=request.user, engagement=engagement)
    if request.method == "POST" and form.is_valid():
        try:
            edit_engagement(engagement=engagement, by=request.user, now=timezone.now(), **form.cleaned_data)
        except CoachFixed as error:
            form.add_error("coach", str(error))
        except BeyondPool as error:
            form.add_error("session_budget", str(error))
        else:
            messages.success(request, "The terms are saved.")
            return redirect("engagement_detail", engagement.pk)
    context = {"title": "Terms of the engagement", "engagement": engagement, "form": form}
    return show(request, "engagements/engagement_edit.html", context)


@require_http_methods(FORM)
@open_to(COACH, MANAGER)
def engagement_status(request, pk):
    """The stages an engagement can go to from here."""
    engagement = _visible(request.user, pk)
    if not can_change_status(request.user, engagement):
        raise PermissionDenied
    chosen = request.POST.get("to", "")
    is_agreed = engagement.agreements.in_force().exists()
    moves = moves_from(engagement, is_agreed=is_agreed, chosen=chosen, data=request.POST or None)
    if request.method == "POST":
        move = next((move for move in moves if move.to == chosen), None)
        if move is None or move.form.is_valid():
            has_moved = _move(request, engagement, move)
            return redirect(_page_after(request.user, engagement, move, has_moved), engagement.pk)
    context = {
        "title": "Status of the engagement",
        "engagement": engagement,
        "moves": moves,
        "to_come": engagement.sessions.upcoming(timezone.now()).count(),
    }
    return show(request, "engagements/engagement_status.html", context)


def _page_after(user, engagement, move, has_moved):
    """Where the coach goes on: chemistry with its page, the end with the short close."""
    if not has_moved or not can_read_content(user, engagement):
        return "engagement_detail"
    return {Status.CHEMISTRY: "chemistry", Status.COMPLETED: "ending", Status.ENDED_EARLY: "ending"}.get(
        Status(move.to), "engagement_detail"
    )


def _move(request, engagement, move):
    """Makes the move and says how it went; returns whether it was made."""
    if move is None:
        words = f"Nothing changed: the engagement is {engagement.get_status_display().lower()}."
        messages.info(request, words)
        return False
    reason = move.form.cleaned_data.get("reason", "")
    try:
        moved = change_status(engagement=engagement, to=move.to, by=request.user, now=timezone.now(), reason=reason)
    except NotPossible as error:
        messages.error(request, str(error))
        return False
    messages.success(request, f"The status is now: {moved.get_status_display()}.")
    return True


@require_http_methods(FORM)
@open_to(COACH, MANAGER)
def executive_edit(request, pk):
    """What is known of the executive of an engagement: the coach sets the orientation, the manager the address."""
    engagement = _visible(request.user, pk)
    is_manager, is_coach = can_manage(request.user, engagement), can_read_content(request.user, engagement)
    if not (is_manager or is_coach):
        raise PermissionDenied
    executive = engagement.executive
    form = ExecutiveForm(request.POST or None, executive=executive, is_manager=is_manager, is_coach=is_coach)
    if request.method == "POST" and form.is_valid():
        try:
            edit_executive(executive=executive, by=request.user, now=timezone.now(), **form.cleaned_data)
        except AddressTaken:
            form.add_error("email", f"Somebody else at {executive.organization} has this address.")
        else:
            messages.success(request, "Saved.")
            return redirect("engagement_detail", engagement.pk)
    context = {"title": executive.name, "engagement": engagement, "form": form}
    return show(request, "engagements/executive_edit.html", context, what=LookedAt.PERSON)


def _visible(user, pk):
    return get_object_or_404(Engagement.objects.visible_to(user).with_people(), pk=pk)
