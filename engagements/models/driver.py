"""Beneath a stated objective: deeper drivers, mental models and blind spots. Coach and executive only."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from engagements import permissions
from engagements.models.engagement import Engagement
from engagements.models.identity import Identified, longest
from engagements.models.objective import Objective
from engagements.models.people import User
from engagements.models.session import Session


class DriverKind(models.TextChoices):
    DRIVER = "DRIVER", "Deeper driver"
    MENTAL_MODEL = "MENTAL_MODEL", "Mental model"
    BLIND_SPOT = "BLIND_SPOT", "Blind spot"


class DriverQuerySet(models.QuerySet):
    def confided_to(self, user):
        return self.filter(permissions.engagements_confided_to(user, "engagement__"))

    def in_use(self):
        return self.filter(set_aside_at__isnull=True)

    def shared(self):
        return self.in_use().filter(is_shared=True)

    def in_order(self):
        return self.order_by("created_at", "pk")


class Driver(Identified):
    """Its words are sealed (TextKind.DRIVER). Hangs beneath an objective, or beneath another driver."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="drivers")
    objective = models.ForeignKey(Objective, on_delete=models.SET_NULL, null=True, blank=True, related_name="drivers")
    beneath = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="deeper")
    kind = models.CharField(max_length=16, choices=DriverKind.choices, default=DriverKind.DRIVER)
    starter = models.CharField(max_length=32, blank=True, help_text="Key of the starter list it began with")
    is_shared = models.BooleanField(default=False, help_text="The executive sees it beside their experiments")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    set_aside_at = models.DateTimeField(null=True, blank=True)

    objects = DriverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DriverKind.values), name="driver_kind_known"),
            models.CheckConstraint(condition=~Q(beneath=models.F("id")), name="driver_not_beneath_itself"),
            *longest(model="driver", starter=32),
        ]

    def __str__(self):
        return f"Driver {self.pk}"


class DriverEvidenceQuerySet(models.QuerySet):
    def confided_to(self, user):
        return self.filter(permissions.engagements_confided_to(user, "driver__engagement__"))

    def newest_first(self):
        return self.order_by("-session__starts_at", "pk")


class DriverEvidence(Identified):
    """A session in which a driver showed; what was seen is sealed (TextKind.DRIVER_EVIDENCE)."""

    driver = models.ForeignKey(Driver, on_delete=models.CASCADE, related_name="evidence")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="driver_evidence")
    noted_at = models.DateTimeField(default=timezone.now)

    objects = DriverEvidenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["driver", "session"], name="driverevidence_once_per_session"),
        ]

    def __str__(self):
        return f"Evidence {self.pk}"
