"""Re-estimates, at night, what each organization is judged with: how its voices usually rate, and its alarm lines.

Needs no labels: parameters follow past ratings (shrunk towards the built-in ones), thresholds follow the recent
distribution of scores, so that alarms stay near the organization's budget.
"""

from datetime import timedelta

from django.db import transaction

from engagements.models import Engagement, Organization
from trust.actions.batch import Batch, session_rows
from trust.detection import BUILT_IN_THRESHOLDS, Thresholds
from trust.detection.budget import months_of, thresholds_for_budget
from trust.detection.judging import judge_panel
from trust.detection.population import fit_parameters
from trust.models import Calibration
from trust.trajectory import BUILT_IN, Parameters

RECENT = timedelta(days=365)
# Enough for lines that hold to a percent, and little enough for memory: the most recent ones count.
MOST_ENGAGEMENTS = 4_000
HOUSE_BUDGET = 10  # alarms per 100 engagement-months where an organization is too small for lines of its own
# A new version makes every history replay once, so that it has to be worth it.
LEAST_SHIFT = 0.02  # scale points
LEAST_MOVE = 0.01  # probability


def calibrate_all(*, now):
    """One calibration over everybody, and one per organization that has enough history; returns how many are new."""
    recent = Engagement.objects.with_content().filter(changed_at__gte=now - RECENT)
    made = _calibrate(None, recent, HOUSE_BUDGET, now)
    for organization in Organization.objects.order_by("pk"):
        own = recent.filter(program__organization=organization)
        made += _calibrate(organization, own, organization.alarm_budget, now)
    return made


def _calibrate(organization, engagements, budget, now):
    rows = engagements.select_related("program", "executive").order_by("-changed_at", "pk")
    rows = sorted(rows[:MOST_ENGAGEMENTS], key=lambda engagement: engagement.pk)
    batch = Batch(rows, session_rows([engagement.pk for engagement in rows]), now=now)
    if not batch.counts.any():
        return 0
    months = months_of(batch.panel)
    version = f"{now:%Y-%m-%d}{f' {str(organization.pk)[:8]}' if organization else ''}"
    parameters = fit_parameters(batch.panel, version=f"{BUILT_IN.version}+{version}")
    outcome, _ = judge_panel(batch.panel, parameters, BUILT_IN_THRESHOLDS)
    thresholds = thresholds_for_budget(outcome.p, batch.panel.present, months, budget, version=f"budget {budget}")
    return _keep(organization, version, parameters, thresholds, int(batch.counts.sum()), months, now)


@transaction.atomic
def _keep(organization, version, parameters, thresholds, sessions, months, now):
    current = Calibration.objects.select_for_update().filter(organization=organization, replaced_at__isnull=True)
    standing = current.first()
    own_parameters = None if parameters is BUILT_IN else parameters.to_dict()
    own_thresholds = None if thresholds is BUILT_IN_THRESHOLDS else thresholds.to_dict()
    if not _differs(standing, parameters, thresholds):
        return 0
    current.update(replaced_at=now)
    if own_parameters is None and own_thresholds is None:
        return 1 if standing else 0  # too little history again: what holds for everybody holds here
    Calibration.objects.create(
        organization=organization,
        version=version,
        parameters=own_parameters,
        thresholds=own_thresholds,
        sessions=sessions,
        months=months,
        made_at=now,
    )
    return 1


def _differs(standing, parameters, thresholds):
    """Whether the new estimate is worth a version of its own."""
    before = _parameters_of(standing), _thresholds_of(standing)
    shifts = zip(before[0].voice_shift, parameters.voice_shift, strict=True)
    lines = zip((*before[1].alarm, *before[1].watch), (*thresholds.alarm, *thresholds.watch), strict=True)
    return any(abs(a - b) >= LEAST_SHIFT for a, b in shifts) or any(abs(a - b) >= LEAST_MOVE for a, b in lines)


def _parameters_of(row):
    return Parameters.from_dict(row.parameters) if row and row.parameters else BUILT_IN


def _thresholds_of(row):
    return Thresholds(**row.thresholds) if row and row.thresholds else BUILT_IN_THRESHOLDS
