"""Calibrations: an organization's own parameters and thresholds, re-estimated at night."""

import uuid

from django.db import models
from django.db.models import Q, UUIDField, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from engagements.models import Organization
from engagements.models.identity import MOST, Identified, between, longest

# Stands for "no organization" in the constraint: NULLs would never be equal.
NOBODY = Value(uuid.UUID(int=0), output_field=UUIDField())


class Calibration(Identified):
    """One version; `organization` is empty for the house as a whole. The current one has no replaced_at."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, null=True, related_name="calibrations")
    version = models.CharField(max_length=60)
    parameters = models.JSONField(null=True, help_text="Empty: the built-in ones")
    thresholds = models.JSONField(null=True, help_text="Empty: the built-in ones")
    sessions = models.PositiveIntegerField(help_text="Sessions it rests on")
    months = models.FloatField(help_text="Engagement-months it rests on")
    made_at = models.DateTimeField(default=timezone.now)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Coalesce("organization", NOBODY), condition=Q(replaced_at__isnull=True), name="calibration_one_current"
            ),
            *longest(model="calibration", version=60),
            between("sessions", 0, MOST, model="calibration"),
            between("months", 0, MOST, model="calibration"),
        ]

    def __str__(self):
        return f"Calibration {self.version}"
