"""When confidentiality had to end: a restricted, dated record of one use of one condition of the agreement."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from engagements import permissions
from engagements.models.engagement import Engagement
from engagements.models.identity import Identified, within_dates
from engagements.models.people import User


class Condition(models.TextChoices):
    """The conditions that every agreement names; there are no others."""

    LAW = "LAW", "A law or a court demands it"
    SAFETY = "SAFETY", "Life or safety is at serious risk"
    ASKED = "ASKED", "The executive asked for it, in writing"


class ToldTo(models.TextChoices):
    AUTHORITY = "AUTHORITY", "An authority or a court"
    EMERGENCY = "EMERGENCY", "Emergency or health services"
    SPONSOR = "SPONSOR", "The sponsor"
    OTHER = "OTHER", "Somebody else"


class ConfidentialityUseQuerySet(models.QuerySet):
    def confided_to(self, user):
        return self.filter(permissions.engagements_confided_to(user, "engagement__"))

    def newest_first(self):
        return self.order_by("-used_on", "-noted_at", "pk")


class ConfidentialityUse(Identified):
    """One use. The coach notes it, coach and executive can read it, nobody else learns of it here."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="confidentiality_uses")
    condition = models.CharField(max_length=8, choices=Condition.choices)
    told_to = models.CharField(max_length=12, choices=ToldTo.choices)
    used_on = models.DateField()
    executive_told_on = models.DateField(null=True, blank=True, help_text="Before it wherever possible")
    noted_at = models.DateTimeField(default=timezone.now)
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = ConfidentialityUseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(condition__in=Condition.values), name="confidentialityuse_condition"),
            models.CheckConstraint(condition=Q(told_to__in=ToldTo.values), name="confidentialityuse_told_to"),
            within_dates("used_on", model="confidentialityuse"),
            within_dates("executive_told_on", model="confidentialityuse"),
        ]

    def __str__(self):
        return f"Use of a condition {self.pk}"
