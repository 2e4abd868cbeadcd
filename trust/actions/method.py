"""Steps of an experiment and drivers, with the questions that belong to them. Views and jobs call these.

The parts without questions are in engagements.actions.experiments and engagements.actions.drivers.
"""

from django.db import transaction

from engagements.actions import drivers, experiments
from engagements.models import ExperimentState, Session
from engagements.models.session import COUNTED_KINDS
from trust.actions.prompts import ask_after_success, settle_about_objective, settle_prompt, withdraw_success


@transaction.atomic
def take_step(*, experiment, to, now, **details):
    """One step of an experiment; where it held, the coach is asked what that says about what drives it."""
    before = experiment.steps.count()
    step = experiments.move_experiment(experiment=experiment, to=to, now=now, **details)
    if experiment.steps.count() == before:
        return step  # sent twice
    if to == ExperimentState.HELD:
        held = Session.objects.filter(engagement=experiment.engagement_id, kind__in=COUNTED_KINDS).held().count()
        ask_after_success(experiment=experiment, sessions_held=held, now=now)
    else:
        withdraw_success(experiment=experiment, now=now)
    return step


def take_steps(*, session, steps, by, now):
    """Steps noted with the log of a session: [(experiment, to, after)]. What no longer fits is left out."""
    for experiment, to, after in steps:
        try:
            take_step(experiment=experiment, to=to, after=after, party="COACH", session=session, by=by, now=now)
        except (experiments.MovedMeanwhile, experiments.StepNotPossible):
            continue


def left_out(session, steps):
    """Which of the steps sent with a log were not noted, because somebody else had moved the experiment."""
    noted = set(session.experiment_steps.values_list("experiment_id", "state"))
    return [experiment for experiment, to, _ in steps if (experiment.pk, to) not in noted]


@transaction.atomic
def name_driver(*, engagement, by, now, prompt=None, **details):
    """A driver, as the answer to a question where there was one."""
    driver = drivers.add_driver(engagement=engagement, by=by, now=now, **details)
    settle_about_objective(objective=driver.objective, now=now)
    if prompt is not None:
        settle_prompt(prompt=prompt, by=by, now=now)
    return driver


@transaction.atomic
def note_evidence(*, driver, session, text, by, now, prompt=None):
    """How a driver showed, as the answer to a question where there was one."""
    evidence = drivers.add_evidence(driver=driver, session=session, text=text, by=by, now=now)
    if prompt is not None:
        settle_prompt(prompt=prompt, by=by, now=now)
    return evidence
