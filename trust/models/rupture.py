"""Rupture and repair: trust was hurt, what was tried, and how it ended. Never leaves the coach."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from engagements.models import Engagement, Session, User
from engagements.models.identity import Identified, within_dates
from trust import permissions
from trust.models.flag import Flag


class RuptureKind(models.TextChoices):
    CONFIDENCE_FEARED = "CONFIDENCE_FEARED", "Feared that a confidence was not kept"
    FELT_JUDGED = "FELT_JUDGED", "Felt judged"
    AGENDA_SUSPECTED = "AGENDA_SUSPECTED", "Suspected another agenda"
    LET_DOWN = "LET_DOWN", "Felt let down"
    SPONSOR_PRESSURE = "SPONSOR_PRESSURE", "Pressure from the sponsor"
    PUSHED_TOO_HARD = "PUSHED_TOO_HARD", "I pushed too hard"


class RuptureOutcome(models.TextChoices):
    REPAIRED = "REPAIRED", "Repaired"
    ENDED = "ENDED", "Ended without repair"


class RepairStep(models.TextChoices):
    """What was tried; words beside it are sealed."""

    NAMED_IT = "NAMED_IT", "Named it openly"
    OWNED_IT = "OWNED_IT", "Owned my part"
    LISTENED = "LISTENED", "Asked, and listened"
    SLOWED_DOWN = "SLOWED_DOWN", "Slowed down, went back to safer ground"
    RESTATED_TERMS = "RESTATED_TERMS", "Went through confidentiality again"
    AGREED_ANEW = "AGREED_ANEW", "Agreed anew how we work"
    SUPERVISION = "SUPERVISION", "Took it to supervision"
    OTHER = "OTHER", "Something else"


class RuptureQuerySet(models.QuerySet):
    def confided_to(self, user):
        return self.filter(permissions.ruptures_seen_by(user))

    def open(self):
        return self.filter(closed_at__isnull=True)

    def newest_first(self):
        return self.order_by("-opened_at", "pk")


class Rupture(Identified):
    """One case, open until repaired or ended. Its words are sealed (kind RUPTURE)."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="ruptures")
    kind = models.CharField(max_length=20, choices=RuptureKind.choices)
    session = models.ForeignKey(Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="ruptures")
    flag = models.ForeignKey(Flag, on_delete=models.SET_NULL, null=True, blank=True, related_name="ruptures")
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=RuptureOutcome.choices, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = RuptureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RuptureKind.values), name="rupture_kind_known"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="")
                | Q(closed_at__isnull=False, outcome__in=RuptureOutcome.values),
                name="rupture_outcome_when_closed",
            ),
        ]
        indexes = [models.Index(fields=["engagement", "closed_at"], name="rupture_engagement_closed")]

    def __str__(self):
        return f"Rupture {self.pk}"

    @property
    def is_open(self):
        return self.closed_at is None


class RepairAttempt(Identified):
    """Something that was tried, on a day; words are sealed (kind REPAIR)."""

    rupture = models.ForeignKey(Rupture, on_delete=models.CASCADE, related_name="attempts")
    step = models.CharField(max_length=16, choices=RepairStep.choices)
    tried_on = models.DateField()
    noted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(step__in=RepairStep.values), name="repairattempt_step_known"),
            within_dates("tried_on", model="repairattempt"),
        ]

    def __str__(self):
        return f"Attempt {self.pk}"
