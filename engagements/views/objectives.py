"""Objectives, for the coach of the engagement alone."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from engagements.access import COACH, open_to
from engagements.actions.erasure import refuse_form_if_erased
from engagements.actions.objectives import SameWords, add_objective, reword_objective, set_objective_status
from engagements.actions.texts import open_texts
from engagements.forms.objectives import ObjectiveForm
from engagements.models import DraftKind, Engagement, Objective, ObjectiveStatus, SealedText, TextKind
from engagements.views.drafts import drafts_of, end_drafts_of, meets_others, saves_in_place
from engagements.views.showing import show

FORM = ["GET", "HEAD", "POST"]
STEPS = {
    ObjectiveStatus.REACHED: ("Reached", "The objective is noted as reached."),
    ObjectiveStatus.DROPPED: ("Drop it", "The objective is dropped."),
    ObjectiveStatus.OPEN: ("Open again", "The objective is open again."),
}


@saves_in_place
@sensitive_post_parameters()
@require_http_methods(FORM)
@open_to(COACH)
def objective_add(request, pk):
    """A further objective; the same words a second time are the same objective."""
    engagement = get_object_or_404(Engagement.objects.confided_to(request.user).with_people(), pk=pk)
    refuse_form_if_erased(engagement)
    now = timezone.now()
    drafts = drafts_of(request, engagement=engagement, kind=DraftKind.NEW_OBJECTIVE, subject_id=engagement.pk, now=now)
    form = ObjectiveForm(request.POST or None, initial=drafts.initial)
    if request.method == "POST" and form.is_valid():
        try:
            add_objective(engagement=engagement, text=form.cleaned_data["text"], by=request.user, now=now)
        except SameWords as error:
            messages.info(request, str(error))
        else:
            messages.success(request, "The objective is added.")
        end_drafts_of(request, engagement=engagement, now=now)
        return redirect("engagement_detail", engagement.pk)
    context = {"title": "Add an objective", "engagement": engagement, "form": form, "drafts": drafts}
    return show(request, "engagements/objective_add.html", context)


@saves_in_place
@sensitive_post_parameters()
@require_http_methods(FORM)
@open_to(COACH)
def objective_edit(request, pk):
    """New words; the earlier ones with their dates stay."""
    objective = _confided(request.user, pk)
    history = _history(request.user, objective)
    engagement, current, now = objective.engagement, history[0]["text"] if history else "", timezone.now()
    drafts = drafts_of(request, engagement=engagement, kind=DraftKind.OBJECTIVE, subject_id=objective.pk, now=now)
    form = ObjectiveForm(request.POST or None, initial={"text": current} | drafts.initial)
    if request.method == "POST" and form.is_valid() and not meets_others(request, form, text=current):
        reword_objective(objective=objective, text=form.cleaned_data["text"], by=request.user, now=now)
        end_drafts_of(request, engagement=engagement, now=now)
        messages.success(request, "The objective is saved.")
        return redirect("engagement_detail", objective.engagement_id)
    context = {
        "title": "Objective",
        "objective": objective,
        "engagement": engagement,
        "form": form,
        "drafts": drafts,
        "wordings": history,
        "steps": _steps(objective),
    }
    return show(request, "engagements/objective_edit.html", context)


@require_POST
@open_to(COACH)
def objective_status(request, pk):
    """Reached, dropped, or open again."""
    objective = _confided(request.user, pk)
    status = request.POST.get("status", "")
    if status in STEPS:
        set_objective_status(objective=objective, status=status, by=request.user, now=timezone.now())
        messages.success(request, STEPS[status][1])
    else:
        messages.error(request, "Choose what became of the objective.")
    return redirect("engagement_detail", objective.engagement_id)


def _confided(user, pk):
    rows = Objective.objects.confided_to(user)
    return get_object_or_404(rows.select_related("engagement__executive", "engagement__coach"), pk=pk)


def _history(user, objective):
    """Every wording, newest first: text, when, by whom."""
    rows = SealedText.objects.confided_to(user).about(TextKind.OBJECTIVE, objective.pk)
    rows = list(rows.select_related("written_by").newest_first())
    texts = open_texts(rows)
    return [{"text": texts[row.pk], "written_at": row.written_at, "written_by": row.written_by} for row in rows]


def _steps(objective):
    """What may become of it, as (status, label)."""
    if objective.status == ObjectiveStatus.OPEN:
        possible = (ObjectiveStatus.REACHED, ObjectiveStatus.DROPPED)
    else:
        possible = (ObjectiveStatus.OPEN,)
    return [(str(status), STEPS[status][0]) for status in possible]
