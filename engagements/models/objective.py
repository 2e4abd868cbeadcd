"""Objectives: what the engagement is for, with every wording it ever had."""

from django.db import models
from django.utils import timezone

from engagements import permissions
from engagements.models.engagement import Engagement
from engagements.models.identity import Identified
from engagements.models.people import User


class ObjectiveStatus(models.TextChoices):
    OPEN = "OPEN", "Open"
    REACHED = "REACHED", "Reached"
    DROPPED = "DROPPED", "Dropped"


class ObjectiveQuerySet(models.QuerySet):
    def confided_to(self, user):
        return self.filter(permissions.engagements_confided_to(user, "engagement__"))

    def in_order(self):
        return self.order_by("created_at", "pk")


class Objective(Identified):
    """One stated objective. Its wording is sealed text (TextKind.OBJECTIVE), one revision per change."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="objectives")
    status = models.CharField(max_length=8, choices=ObjectiveStatus.choices, default=ObjectiveStatus.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status=ObjectiveStatus.OPEN, closed_at__isnull=True)
                | (~models.Q(status=ObjectiveStatus.OPEN) & models.Q(closed_at__isnull=False)),
                name="objective_closed_at_when_closed",
            ),
        ]

    def __str__(self):
        return f"Objective {self.pk}"
