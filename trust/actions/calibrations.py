"""What each organization is judged with: its own calibration, else the house's, else what is built in."""

from django.db.models import Q

from trust.actions.assessing import Calibrated
from trust.detection import BUILT_IN_THRESHOLDS, Thresholds
from trust.models import Calibration
from trust.trajectory import BUILT_IN, Parameters

BUILT_IN_CALIBRATION = Calibrated()
# A calibration never changes, so that a process reads each one once: {key: Calibrated}.
_read: dict = {}


def calibrations_of(organization_ids):
    """{organization key: Calibrated}, one query."""
    concerned = Q(organization_id__in=organization_ids) | Q(organization__isnull=True)
    current = {row.organization_id: row for row in Calibration.objects.filter(concerned, replaced_at__isnull=True)}
    house = current.get(None)
    return {key: _calibrated(current.get(key) or house) for key in organization_ids}


def _calibrated(row):
    if row is None:
        return BUILT_IN_CALIBRATION
    if row.pk not in _read:
        _read[row.pk] = Calibrated(
            parameters=Parameters.from_dict(row.parameters) if row.parameters else BUILT_IN,
            thresholds=Thresholds(**row.thresholds) if row.thresholds else BUILT_IN_THRESHOLDS,
        )
    return _read[row.pk]
