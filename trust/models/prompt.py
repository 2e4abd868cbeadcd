"""Prompts: questions that the product asks a coach rarely. What was answered is sealed (kind PROMPT)."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from engagements.models import Engagement
from engagements.models.identity import Identified, between
from engagements.permissions import engagements_confided_to


class PromptKind(models.TextChoices):
    MAXIMUM = "MAXIMUM", "What would tell you otherwise?"
    SURFACE = "SURFACE", "Still at the surface?"
    SUCCESS = "SUCCESS", "What does this say about what drives it?"


class PromptQuerySet(models.QuerySet):
    def confided_to(self, user):
        return self.filter(engagements_confided_to(user, "engagement__"))

    def open(self):
        return self.filter(settled_at__isnull=True)

    def oldest_first(self):
        return self.order_by("asked_at", "pk")


class Prompt(Identified):
    """One question, asked once; `settled_at` is when the coach answered it or waved it away."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="prompts")
    kind = models.CharField(max_length=10, choices=PromptKind.choices)
    subject_id = models.UUIDField(null=True, blank=True, help_text="The experiment or objective it is about")
    asked_at = models.DateTimeField(default=timezone.now)
    sessions_held = models.PositiveSmallIntegerField(default=0, help_text="When it was asked")
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = PromptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PromptKind.values), name="prompt_kind_known"),
            models.UniqueConstraint(
                fields=["engagement", "kind"], condition=Q(settled_at__isnull=True), name="prompt_one_open_per_kind"
            ),
            between("sessions_held", 0, 10_000, model="prompt"),
        ]

    def __str__(self):
        return f"Prompt {self.pk}"
