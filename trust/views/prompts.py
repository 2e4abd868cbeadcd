"""Answering a question the product asks, or waving it away. For the coach alone."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from engagements.access import COACH, open_to
from engagements.models import DraftKind, DriverKind, Experiment, Session
from engagements.views.drafts import drafts_of, end_drafts_of, meets_others, saves_in_place
from engagements.views.going_back import go_back
from engagements.views.showing import show
from trust.actions.method import name_driver, note_evidence
from trust.actions.prompts import answer_prompt, settle_prompt
from trust.forms.prompts import AnswerForm, SuccessForm
from trust.models import Prompt, PromptKind
from trust.views.method_rows import drivers_of, experiment_rows, words_of

SESSIONS_OFFERED = 8
REASONS = {PromptKind.SUCCESS: "It held.", PromptKind.MAXIMUM: "Every recent rating stands at the top of the scale."}


@saves_in_place
@sensitive_post_parameters("text")
@require_http_methods(["GET", "HEAD", "POST"])
@open_to(COACH)
def prompt_answer(request, pk):
    """The question with room for an answer. What lies beneath an objective is answered by naming it."""
    prompt = _prompt_of(request.user, pk)
    if prompt.kind == PromptKind.SURFACE and request.method != "POST":
        address = reverse("driver_add", args=[prompt.engagement_id])
        return redirect(f"{address}?beneath={prompt.subject_id}&prompt={prompt.pk}")
    engagement, now = prompt.engagement, timezone.now()
    drafts = drafts_of(request, engagement=engagement, kind=DraftKind.PROMPT, subject_id=prompt.pk, now=now)
    answer = _answer_success if prompt.kind == PromptKind.SUCCESS else _answer
    return answer(request, prompt, drafts, now)


@require_POST
@open_to(COACH)
def prompt_wave(request, pk):
    """Not now. It comes back after some more sessions at the earliest, or not at all."""
    prompt = _prompt_of(request.user, pk)
    settle_prompt(prompt=prompt, by=request.user, now=timezone.now())
    return go_back(request, "engagement_detail", prompt.engagement_id)


def _answer(request, prompt, drafts, now):
    current = words_of(request.user, [prompt]).get(("PROMPT", prompt.pk), "")
    form = drafts.put_into(AnswerForm(request.POST or None, initial={"text": current}))
    if request.method == "POST" and form.is_valid() and not meets_others(request, form, text=current):
        answer_prompt(prompt=prompt, text=form.cleaned_data["text"], by=request.user, now=now)
        end_drafts_of(request, engagement=prompt.engagement, now=now)
        messages.success(request, "Kept. It stands beside the course of trust from now on.")
        return redirect("engagement_detail", prompt.engagement_id)
    return _page(request, prompt, form, drafts)


def _answer_success(request, prompt, drafts, now):
    """A driver with no name yet, or one more sign of one that has."""
    user, engagement = request.user, prompt.engagement
    held = Session.objects.confided_to(user).filter(engagement=engagement).held().newest_first()
    known = drivers_of(user, engagement)
    experiment = Experiment.objects.confided_to(user).filter(pk=prompt.subject_id).select_related("objective").first()
    initial = {"driver": str(experiment.driver_id or "") if experiment else ""}
    held = list(held[:SESSIONS_OFFERED])
    form = drafts.put_into(SuccessForm(request.POST or None, drivers=known, sessions=held, initial=initial))
    if request.method != "POST" or not form.is_valid():
        return _page(request, prompt, form, drafts, experiment)
    text, by = form.cleaned_data["text"], {"by": user, "now": now, "prompt": prompt}
    if form.sign_of is not None:
        driver, session = form.sign_of
        note_evidence(driver=driver, session=session, text=text, **by)
    else:
        objective = experiment.objective if experiment else None
        kind = form.cleaned_data["kind"] or DriverKind.DRIVER
        name_driver(engagement=engagement, text=text, kind=kind, objective=objective, **by)
    end_drafts_of(request, engagement=engagement, now=now)
    messages.success(request, "Noted.")
    return redirect("drivers", engagement.pk)


def _page(request, prompt, form, drafts, experiment=None):
    context = {
        "title": prompt.get_kind_display(),
        "engagement": prompt.engagement,
        "prompt": prompt,
        "reason": REASONS.get(prompt.kind, ""),
        "form": form,
        "drafts": drafts,
    }
    if experiment is not None:
        context["row"] = experiment_rows([experiment], words_of(request.user, [experiment]))[0]
    return show(request, "trust/prompt_answer.html", context)


def _prompt_of(user, pk):
    people = ("engagement__executive", "engagement__coach", "engagement__program")
    return get_object_or_404(Prompt.objects.confided_to(user).select_related(*people), pk=pk)
