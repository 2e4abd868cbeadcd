"""A coach's hours: the client log, what it is made of, and how far it reaches."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from engagements.access import COACH, open_to
from engagements.actions.hours import (
    ask_consent,
    engagements_in_log,
    log_of,
    remove_outside_hours,
    save_outside_hours,
    set_hours_terms,
    set_pro_bono,
    training_of,
)
from engagements.forms.hours import HoursTermsForm, OutsideHoursForm
from engagements.hours import Relationship, progress_of
from engagements.models import Engagement, OutsideHours
from engagements.views.showing import show_list

FORM = ["GET", "HEAD", "POST"]
TERMS = ("training_began_on", "credential_sought", "is_internal")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the log as files show it, the name its coach knows, and where it comes from."""

    row: Relationship
    known_as: str
    engagements: tuple[Engagement, ...]

    @property
    def is_own(self):
        return bool(self.engagements)


@require_safe
@open_to(COACH)
def coaching_hours(request):
    """The log with its totals, and progress towards a credential."""
    coach = request.user
    log, known, engagements = log_of(coach), log_of(coach, names_all=True), engagements_in_log(coach)
    began_on, profile = training_of(coach), coach.coach_profile
    progress = progress_of(log, settings.COACHING_THRESHOLDS)
    context = {
        "title": "Coaching hours",
        "log": log,
        "lines": [_line(row, name, engagements) for row, name in zip(log.rows, known.rows, strict=True)],
        "began_on": began_on,
        "is_internal": profile.is_internal,
        "sought": [one for one in progress if one.credential == profile.credential_sought],
        "others": [one for one in progress if one.credential != profile.credential_sought],
        "not_counted": _not_counted(coach, began_on),
    }
    return show_list(request, "engagements/coaching_hours.html", context, engagements=engagements)


def _line(row, known, engagements):
    return Line(row, known.name, tuple(one for one in engagements if str(one.executive_id) == row.key))


def _not_counted(coach, began_on):
    """Own additions that begin before the training, or all of them as long as it has no date."""
    rows = OutsideHours.objects.of_coach(coach).in_order()
    return rows.filter(starts_on__lt=began_on) if began_on else rows


@require_http_methods(FORM)
@open_to(COACH)
def hours_terms(request):
    """From when hours count, and for what."""
    profile = request.user.coach_profile
    initial = {name: getattr(profile, name) for name in TERMS}
    form = HoursTermsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        set_hours_terms(coach=request.user, by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("coaching_hours")
    return render(request, "engagements/hours_terms.html", {"title": "How your hours count", "form": form})


# --- clients coached elsewhere --------------------------------------------------------------------


@require_http_methods(FORM)
@open_to(COACH)
def outside_hours_add(request):
    """A relationship kept elsewhere."""
    return _edit(request, None, "Hours kept elsewhere")


@require_http_methods(FORM)
@open_to(COACH)
def outside_hours_edit(request, pk):
    """Puts one right; removes it on the same page."""
    row = get_object_or_404(OutsideHours.objects.of_coach(request.user), pk=pk)
    return _edit(request, row, row.client)


def _edit(request, row, title):
    data = request.POST if request.method == "POST" else None
    form = OutsideHoursForm(data, instance=row, began_on=training_of(request.user))
    if request.method == "POST" and form.is_valid():
        save_outside_hours(coach=request.user, row=row, by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("coaching_hours")
    context = {"title": title, "form": form, "row": row, "back": reverse("coaching_hours")}
    return render(request, "engagements/outside_hours.html", context)


@require_POST
@open_to(COACH)
def outside_hours_remove(request, pk):
    """Takes one out of the log, for good."""
    row = get_object_or_404(OutsideHours.objects.of_coach(request.user), pk=pk)
    remove_outside_hours(row=row, by=request.user, now=timezone.now())
    messages.success(request, "Removed from your log.")
    return redirect("coaching_hours")


# --- clients coached here -------------------------------------------------------------------------


@require_POST
@open_to(COACH)
def hours_paid(request, pk):
    """Whether the hours of an engagement are paid or pro bono."""
    engagement = get_object_or_404(Engagement.objects.confided_to(request.user), pk=pk)
    is_pro_bono = request.POST.get("as") == "pro_bono"
    set_pro_bono(engagement=engagement, is_pro_bono=is_pro_bono, by=request.user, now=timezone.now())
    messages.success(request, "Counted as pro bono from now on." if is_pro_bono else "Counted as paid from now on.")
    return redirect("coaching_hours")


@require_POST
@open_to(COACH)
def hours_ask(request, pk):
    """Has the executive asked whether they may be named."""
    engagement = get_object_or_404(Engagement.objects.confided_to(request.user).with_people(), pk=pk)
    name = engagement.executive.name
    if ask_consent(engagement=engagement, what="hours", by=request.user, now=timezone.now()):
        messages.success(request, f"{name} is asked by mail. Until they agree, files do not name them.")
    else:
        messages.info(request, f"{name} was asked a moment ago, or has agreed already.")
    return redirect("coaching_hours")
