"""Experiments of an engagement, for its coach: what is tried, where, and what came of it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from engagements.access import COACH, open_to
from engagements.actions.experiments import MovedMeanwhile, StepNotPossible, add_experiment, edit_experiment
from engagements.actions.personal_links import send_experiments_link
from engagements.models import (
    Depth,
    DraftKind,
    Engagement,
    Experiment,
    ExperimentStep,
    Party,
    PersonalLink,
    Purpose,
    Session,
)
from engagements.views.drafts import drafts_of, end_drafts_of, meets_others, saves_in_place
from engagements.views.going_back import go_back
from engagements.views.showing import show
from trust.actions.method import take_step
from trust.forms.experiments import ExperimentForm, StepForm
from trust.nudges import nudge_judging
from trust.views.method_rows import drivers_of, experiment_rows, experiments_of, objectives_of, questions_of, words_of

FORM = ["GET", "HEAD", "POST"]
SESSIONS_OFFERED = 8


@require_safe
@open_to(COACH)
def experiment_list(request, pk):
    """All experiments of an engagement."""
    engagement, now = _engagement_of(request.user, pk), timezone.now()
    rows = experiments_of(request.user, engagement)
    links = PersonalLink.objects.confided_to(request.user).filter(engagement=engagement, purpose=Purpose.EXPERIMENTS)
    context = {
        "title": "Experiments",
        "engagement": engagement,
        "rows": [row for row in rows if row.experiment.state != "SET_ASIDE"],
        "aside": [row for row in rows if row.experiment.state == "SET_ASIDE"],
        "questions": [one for one in questions_of(request.user, engagement)[0] if one.prompt.kind == "SUCCESS"],
        "link": links.open_at(now).order_by("-created_at", "pk").first(),
    }
    return show(request, "trust/experiment_list.html", context)


@saves_in_place
@sensitive_post_parameters("behaviour", "situation")
@require_http_methods(FORM)
@open_to(COACH)
def experiment_add(request, pk):
    """A new behaviour to try."""
    engagement, now = _engagement_of(request.user, pk), timezone.now()
    drafts = drafts_of(request, engagement=engagement, kind=DraftKind.NEW_EXPERIMENT, subject_id=engagement.pk, now=now)
    form = drafts.put_into(ExperimentForm(request.POST or None, **_choices(request.user, engagement)))
    if request.method == "POST" and form.is_valid():
        add_experiment(engagement=engagement, by=request.user, now=now, **form.content)
        end_drafts_of(request, engagement=engagement, now=now)
        messages.success(request, "The experiment is planned.")
        return redirect("experiment_list", engagement.pk)
    context = {"title": "Plan an experiment", "engagement": engagement, "form": form, "drafts": drafts}
    return show(request, "trust/experiment_add.html", context)


@require_safe
@open_to(COACH)
def experiment_detail(request, pk):
    """One experiment: where it stands, how deep the change goes, and every step so far."""
    experiment = _experiment_of(request.user, pk)
    return _page(request, experiment, StepForm(None, sessions=_held(request.user, experiment.engagement)))


@saves_in_place
@sensitive_post_parameters("behaviour", "situation")
@require_http_methods(FORM)
@open_to(COACH)
def experiment_edit(request, pk):
    """Other words, another objective or driver."""
    experiment, now = _experiment_of(request.user, pk), timezone.now()
    engagement = experiment.engagement
    drafts = drafts_of(request, engagement=engagement, kind=DraftKind.EXPERIMENT, subject_id=experiment.pk, now=now)
    (row,) = experiment_rows([experiment], words_of(request.user, [experiment]))
    words = {"behaviour": row.behaviour, "situation": row.situation}
    initial = words | {
        "objective": str(experiment.objective_id or ""),
        "driver": str(experiment.driver_id or ""),
    }
    choices = _choices(request.user, engagement, experiment)
    form = drafts.put_into(ExperimentForm(request.POST or None, initial=initial, **choices))
    if request.method == "POST" and form.is_valid() and not meets_others(request, form, **words):
        edit_experiment(experiment=experiment, by=request.user, now=now, **form.content)
        end_drafts_of(request, engagement=engagement, now=now)
        messages.success(request, "Saved.")
        return redirect("experiment_detail", experiment.pk)
    context = {"title": "Experiment", "engagement": engagement, "experiment": experiment, "form": form}
    return show(request, "trust/experiment_edit.html", context | {"drafts": drafts})


@saves_in_place
@sensitive_post_parameters("words")
@require_POST
@open_to(COACH)
def experiment_step(request, pk):
    """What came of it: one tap, with words where there are any."""
    experiment, now = _experiment_of(request.user, pk), timezone.now()
    form = StepForm(request.POST, sessions=_held(request.user, experiment.engagement))
    if not form.is_valid():
        return _page(request, experiment, form)
    try:
        step = take_step(experiment=experiment, party=Party.COACH, by=request.user, now=now, **form.content)
    except (MovedMeanwhile, StepNotPossible) as refusal:
        form.add_error(None, str(refusal))
        return _page(request, _experiment_of(request.user, pk), form)
    end_drafts_of(request, engagement=experiment.engagement, now=now)
    nudge_judging(experiment.engagement_id)
    messages.success(request, f"Noted: {step.get_state_display().lower()}.")
    return go_back(request, "experiment_detail", experiment.pk)


@require_POST
@open_to(COACH)
def experiments_send_link(request, pk):
    """Mails the executive the link to their own experiments."""
    engagement = _engagement_of(request.user, pk)
    if send_experiments_link(engagement=engagement, by=request.user, now=timezone.now()):
        messages.success(request, f"The link is on its way to {engagement.executive.name}.")
    else:
        messages.info(request, "A link went out a moment ago.")
    return redirect("experiment_list", engagement.pk)


def _page(request, experiment, form):
    user, engagement = request.user, experiment.engagement
    about = {"kind": DraftKind.EXPERIMENT_STEP, "subject_id": experiment.pk, "now": timezone.now()}
    drafts = drafts_of(request, engagement=engagement, **about)
    steps = list(ExperimentStep.objects.confided_to(user).filter(experiment=experiment).select_related("session"))
    steps.sort(key=lambda step: step.at, reverse=True)
    related = [one for one in (experiment.objective, experiment.driver) if one is not None]
    texts = words_of(user, [experiment, *steps, *related])
    (row,) = experiment_rows([experiment], texts)
    context = {
        "title": "Experiment",
        "engagement": engagement,
        "experiment": experiment,
        "row": row,
        "towards": texts.get(("OBJECTIVE", experiment.objective_id), ""),
        "touches": dict(_by_key(drivers_of(user, engagement))).get(experiment.driver_id, ""),
        "steps": [(step, texts.get(("EXPERIMENT_STEP", step.pk), "")) for step in steps],
        "depths": [(value, label, value == experiment.depth) for value, label in Depth.choices if value],
        "questions": [one for one in questions_of(user, engagement)[0] if one.prompt.subject_id == experiment.pk],
        "form": drafts.put_into(form),
        "drafts": drafts,
    }
    return show(request, "trust/experiment_detail.html", context)


def _by_key(rows):
    return [(row.pk, words) for row, words in rows]


def _choices(user, engagement, experiment=None):
    """Open objectives and drivers in use, and those the experiment has already."""
    objectives = [
        pair
        for pair in objectives_of(user, engagement)
        if pair[0].status == "OPEN" or (experiment and pair[0].pk == experiment.objective_id)
    ]
    drivers = [
        pair
        for pair in drivers_of(user, engagement, in_use=False)
        if pair[0].set_aside_at is None or (experiment and pair[0].pk == experiment.driver_id)
    ]
    return {"objectives": objectives, "drivers": drivers}


def _engagement_of(user, pk):
    return get_object_or_404(Engagement.objects.confided_to(user).with_people(), pk=pk)


def _experiment_of(user, pk):
    people = ("engagement__executive", "engagement__coach", "engagement__program", "objective", "driver")
    return get_object_or_404(Experiment.objects.confided_to(user).select_related(*people), pk=pk)


def _held(user, engagement):
    return list(
        Session.objects.confided_to(user).filter(engagement=engagement).held().newest_first()[:SESSIONS_OFFERED]
    )
