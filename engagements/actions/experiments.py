"""Experiments: plan one, reword it, and note what came of it, by the coach or, behind a link, the executive.

Audit rows name the row and nothing of it: not even whether it held.
"""

import uuid
from datetime import timedelta

from django.db import transaction

from engagements.actions.audit import record
from engagements.actions.changes import touch
from engagements.actions.erasure import refuse_erased
from engagements.actions.texts import open_texts, write_text
from engagements.models import Experiment, ExperimentStep, Party, SealedText, TextKind
from engagements.models.experiment import STEPS

TICK = timedelta(microseconds=1)


class StepNotPossible(Exception):
    """From where the experiment stands, it cannot go there."""


class MovedMeanwhile(Exception):
    """Somebody else noted a step after the page was opened."""


@transaction.atomic
def add_experiment(*, engagement, behaviour, situation, by, now, party=Party.COACH, objective=None, driver=None):
    """A new behaviour to try, and where. The same words once more are the same experiment: pressed twice, it is one.

    `by` is None for the executive, behind a link.
    """
    refuse_erased(engagement.pk)
    for known in Experiment.objects.filter(engagement=engagement).under_way():
        if _texts_of(known) == {TextKind.EXPERIMENT: behaviour, TextKind.EXPERIMENT_SITUATION: situation}:
            return known
    experiment = Experiment.objects.create(
        engagement=engagement, objective=objective, driver=driver, created_at=now, created_by=by, changed_at=now
    )
    _write_both(experiment, behaviour, situation, by, now)
    detail = {"party": str(party)}
    record(by=by, verb="experiment.added", subject=experiment, engagement=engagement, now=now, detail=detail)
    return experiment


@transaction.atomic
def edit_experiment(*, experiment, behaviour, situation, objective, driver, by, now):
    """Other words, another objective or driver; the earlier words are kept."""
    refuse_erased(experiment.engagement_id)
    experiment.objective, experiment.driver = objective, driver
    experiment.save(update_fields=["objective", "driver"])
    _write_both(experiment, behaviour, situation, by, now)
    record(by=by, verb="experiment.edited", subject=experiment, engagement=experiment.engagement, now=now)
    return experiment


@transaction.atomic
def move_experiment(*, experiment, to, party, by, now, after=None, depth=None, words="", session=None):
    """One step: tried, held, slipped, tried again, set aside or planned anew. Returns it.

    `after` is the key of the step that the page showed as the latest (the experiment's own key for none): the same
    step sent twice is one, and what somebody else noted meanwhile raises MovedMeanwhile. `depth` is left as it is
    where it is None. Raises StepNotPossible.
    """
    refuse_erased(experiment.engagement_id)
    experiment = Experiment.objects.select_for_update(of=("self",)).select_related("engagement").get(pk=experiment.pk)
    latest = latest_key(experiment)
    after = after or latest
    key = uuid.uuid5(after, to)
    if after != latest:
        if known := experiment.steps.filter(pk=key).first():
            return known
        raise MovedMeanwhile("Somebody noted a step meanwhile. Have a look, then note yours.")
    if to not in STEPS[experiment.state]:
        raise StepNotPossible("That step does not follow from where the experiment stands.")
    step = _step(experiment, key, to, party, experiment.depth if depth is None else depth, session, now)
    if words:
        _write(experiment, TextKind.EXPERIMENT_STEP, step.pk, words, by, now)
    touch(experiment.engagement_id, now)  # two slips in a row are part of what is judged
    record(by=by, verb="experiment.moved", subject=experiment, engagement=experiment.engagement, now=now)
    return step


def latest_key(experiment):
    """The key of the latest step; the experiment's own before there is any."""
    latest = experiment.steps.in_order().last()
    return latest.pk if latest else experiment.pk


def _step(experiment, key, to, party, depth, session, now):
    latest = experiment.steps.in_order().last()
    at = max(now, latest.at + TICK) if latest else now  # their order is told by their moments
    step = ExperimentStep.objects.create(
        pk=key, experiment=experiment, state=to, depth=depth, party=party, session=session, at=at
    )
    experiment.state, experiment.depth, experiment.changed_at = to, depth, now
    experiment.save(update_fields=["state", "depth", "changed_at"])
    return step


def _texts_of(experiment):
    kinds = (TextKind.EXPERIMENT, TextKind.EXPERIMENT_SITUATION)
    rows = [row for kind in kinds for row in SealedText.objects.current().about(kind, experiment.pk)]
    plain = open_texts(rows)
    return dict.fromkeys(kinds, "") | {TextKind(row.kind): plain[row.pk] for row in rows}


def _write_both(experiment, behaviour, situation, by, now):
    _write(experiment, TextKind.EXPERIMENT, experiment.pk, behaviour, by, now)
    _write(experiment, TextKind.EXPERIMENT_SITUATION, experiment.pk, situation, by, now)


def _write(experiment, kind, subject_id, text, by, now):
    write_text(engagement_id=experiment.engagement_id, kind=kind, subject_id=subject_id, text=text, by=by, now=now)
