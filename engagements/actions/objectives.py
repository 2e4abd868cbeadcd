"""Objectives: add, reword, close, re-open."""

from django.db import transaction

from engagements.actions.audit import record
from engagements.actions.texts import write_text
from engagements.models import Objective, ObjectiveStatus, TextKind


@transaction.atomic
def add_objective(*, engagement, text, by, now):
    """A stated objective in the words given; the words are sealed."""
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
