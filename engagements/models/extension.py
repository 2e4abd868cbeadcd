"""What a program manager acts on: requests for more sessions, and conversations that took place."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from engagements import permissions
from engagements.models.engagement import Engagement
from engagements.models.identity import Identified, between, both_or_neither, within_dates
from engagements.models.people import User

MOST_SESSIONS_MORE = 50


class ExtensionStatus(models.TextChoices):
    OPEN = "OPEN", "Waiting"
    APPROVED = "APPROVED", "Approved"
    CHANGED = "CHANGED", "Approved with changes"
    DECLINED = "DECLINED", "Declined"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"


class ExtensionReason(models.TextChoices):
    """Why more is asked for: a class, never a story."""

    OBJECTIVE_OPEN = "OBJECTIVE_OPEN", "The objective needs more time"
    NEW_ROLE = "NEW_ROLE", "A new role or task"
    LOST_TIME = "LOST_TIME", "Sessions were lost to scheduling"
    TO_CLOSE_WELL = "TO_CLOSE_WELL", "To close well"


class ExtensionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The coach who asked and the program's managers."""
        return self.filter(permissions.engagements_seen_by(user, "engagement__"))

    def managed_by(self, user):
        return self.filter(permissions.engagements_managed_by(user, "engagement__"))

    def open(self):
        return self.filter(status=ExtensionStatus.OPEN)

    def oldest_first(self):
        return self.order_by("asked_at", "pk")


class Extension(Identified):
    """More sessions, or a later end, for one engagement: asked for by its coach or given by a program manager."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="extensions")
    reason = models.CharField(max_length=16, choices=ExtensionReason.choices, blank=True)
    sessions_asked = models.PositiveSmallIntegerField()
    ends_on_asked = models.DateField(null=True, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=ExtensionStatus.choices, default=ExtensionStatus.OPEN)
    sessions_given = models.PositiveSmallIntegerField(null=True, blank=True)
    ends_on_given = models.DateField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["engagement"], condition=Q(status=ExtensionStatus.OPEN), name="extension_one_open"
            ),
            models.CheckConstraint(condition=Q(status__in=ExtensionStatus.values), name="extension_status_known"),
            models.CheckConstraint(
                condition=Q(reason__in=["", *ExtensionReason.values]), name="extension_reason_known"
            ),
            models.CheckConstraint(
                condition=Q(status=ExtensionStatus.OPEN, decided_at__isnull=True)
                | (~Q(status=ExtensionStatus.OPEN) & Q(decided_at__isnull=False)),
                name="extension_decided_when_not_open",
            ),
            both_or_neither("decided_at", "decided_by", model="extension"),
            between("sessions_asked", 0, MOST_SESSIONS_MORE, model="extension"),
            between("sessions_given", 0, MOST_SESSIONS_MORE, model="extension"),
            within_dates("ends_on_asked", model="extension"),
            within_dates("ends_on_given", model="extension"),
        ]

    def __str__(self):
        return f"Extension {self.pk}"

    @property
    def is_open(self):
        return self.status == ExtensionStatus.OPEN


class ConversationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The program's managers, and the coach who took part."""
        return self.filter(permissions.engagements_seen_by(user, "engagement__"))

    def managed_by(self, user):
        return self.filter(permissions.engagements_managed_by(user, "engagement__"))

    def newest_first(self):
        return self.order_by("-held_on", "-noted_at", "pk")


class Conversation(Identified):
    """That a program manager talked with the coach about an engagement, and when. What was said is nowhere."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="conversations")
    held_on = models.DateField()
    noted_at = models.DateTimeField(default=timezone.now)
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = [within_dates("held_on", model="conversation")]
        indexes = [models.Index(fields=["engagement", "held_on"], name="conversation_engagement")]

    def __str__(self):
        return f"Conversation {self.pk}"
