"""The executive's own experiments, behind a personal link: see them, say what came of them, add one."""

import zoneinfo
from functools import wraps

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from engagements import starters
from engagements.access import LINK, open_to
from engagements.actions.experiments import MovedMeanwhile, StepNotPossible, add_experiment
from engagements.actions.personal_links import LinkNotValid
from engagements.actions.texts import TextErased, own_texts, shared_drivers
from engagements.models import Experiment, Party, Purpose
from engagements.views.links import link_closed, link_of
from trust.actions.method import take_step
from trust.forms.experiments import OwnExperimentForm, OwnStepForm
from trust.nudges import nudge_judging
from trust.views.method_rows import experiment_rows


def behind_link(view):
    """Gives the view the link instead of its key; the one page for closed links where there is none."""

    @wraps(view)
    def guarded(request, pk, **kwargs):
        try:
            link = link_of(request, pk, Purpose.EXPERIMENTS, timezone.now())
            with timezone.override(zoneinfo.ZoneInfo(link.engagement.executive.time_zone)):
                return view(request, link, **kwargs)
        except (LinkNotValid, TextErased):
            return link_closed(request)

    return guarded


@require_safe
@open_to(LINK)
@behind_link
def experiments_by_link(request, link):
    """What I try, where, and where it stands. Looking changes nothing."""
    return _page(request, link)


@sensitive_post_parameters("words")
@require_POST
@open_to(LINK)
@behind_link
def experiments_by_link_step(request, link, experiment):
    """What came of one: one tap, with words where there are any."""
    own = Experiment.objects.behind(link).under_way().filter(pk=experiment).first()
    if own is None:
        return link_closed(request)
    form = OwnStepForm(request.POST)
    if not form.is_valid():
        return _page(request, link, step_form=form, about=own)
    try:
        take_step(experiment=own, party=Party.EXECUTIVE, by=None, now=timezone.now(), **form.content)
    except (MovedMeanwhile, StepNotPossible) as refusal:
        form.add_error(None, str(refusal))
        return _page(request, link, step_form=form, about=own)
    nudge_judging(link.engagement_id)
    return _saved(link)


@sensitive_post_parameters("behaviour", "situation")
@require_POST
@open_to(LINK)
@behind_link
def experiments_by_link_add(request, link):
    """One of my own."""
    form = OwnExperimentForm(request.POST)
    if not form.is_valid():
        return _page(request, link, own_form=form)
    add_experiment(engagement=link.engagement, by=None, party=Party.EXECUTIVE, now=timezone.now(), **form.content)
    return _saved(link)


def _saved(link):
    return redirect(f"{reverse('experiments_by_link', args=[link.pk])}?saved=1")


def _page(request, link, *, step_form=None, about=None, own_form=None):
    engagement = link.engagement
    texts = own_texts(engagement)
    rows = list(Experiment.objects.behind(link).under_way().newest_first())
    shown = [(row, step_form if row.experiment == about else None) for row in experiment_rows(rows, texts)]
    context = {
        "link": link,
        "coach": engagement.coach,
        "rows": shown,
        "drivers": [words or starters.wording_of(row.starter) for row, words in shared_drivers(engagement)],
        "own_form": own_form or OwnExperimentForm(),
        "is_saved": "saved" in request.GET,
        "has_error": step_form is not None or own_form is not None,
    }
    return render(request, "trust/experiments_by_link.html", context)
