"""Objectives: add, reword, close, re-open."""

from django.db import transaction

from engagements.actions.audit import record
from engagements.actions.texts import open_texts, write_text
from engagements.models import Engagement, Objective, ObjectiveStatus, SealedText, TextKind


class SameWords(Exception):
    """An open objective says the same."""


@transaction.atomic
def add_objective(*, engagement, text, by, now):
    """A stated objective in the words given; the words are sealed. Raises SameWords: pressed twice, it is one."""
    Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
    if text in _open_words(engagement):
        raise SameWords("This objective stands there already.")
    objective = Objective.objects.create(engagement=engagement, created_at=now, created_by=by)
    _write(objective, text, by, now)
    record(by=by, verb="objective.added", subject=objective, engagement=engagement, now=now)
    return objective


@transaction.atomic
def reword_objective(*, objective, text, by, now):
    """New words for an objective; the old ones stay in its history."""
    if _write(objective, text, by, now):
        record(by=by, verb="objective.reworded", subject=objective, engagement=objective.engagement, now=now)
    return objective


@transaction.atomic
def set_objective_status(*, objective, status, by, now):
    """Open, reached or dropped."""
    if objective.status == status:
        return objective
    objective.status = status
    objective.closed_at = None if status == ObjectiveStatus.OPEN else now
    objective.save(update_fields=["status", "closed_at"])
    detail = {"to": str(status)}
    record(
        by=by,
        verb="objective.status_changed",
        subject=objective,
        engagement=objective.engagement,
        now=now,
        detail=detail,
    )
    return objective


def _write(objective, text, by, now):
    return write_text(
        engagement_id=objective.engagement_id,
        kind=TextKind.OBJECTIVE,
        subject_id=objective.pk,
        text=text,
        by=by,
        now=now,
    )


def _open_words(engagement):
    """The words of the open objectives."""
    keys = list(engagement.objectives.filter(status=ObjectiveStatus.OPEN).values_list("pk", flat=True))
    return open_texts(SealedText.objects.current().about(TextKind.OBJECTIVE, *keys)).values() if keys else ()
