"""Experiments: a new behaviour, where it is tried, whether it held or slipped, and how deep the change goes."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from engagements import permissions
from engagements.models.driver import Driver
from engagements.models.engagement import Engagement
from engagements.models.identity import Identified, longest
from engagements.models.objective import Objective
from engagements.models.people import User
from engagements.models.session import Party, Session


class ExperimentState(models.TextChoices):
    PLANNED = "PLANNED", "Planned"
    TRIED = "TRIED", "Tried"
    HELD = "HELD", "Held"
    SLIPPED = "SLIPPED", "Slipped"
    TRIED_AGAIN = "TRIED_AGAIN", "Tried again"
    SET_ASIDE = "SET_ASIDE", "Set aside"


class Depth(models.TextChoices):
    """Steps of change, shallow to deep."""

    NONE = "", "Not yet"
    TRIED = "TRIED", "Tried"
    WORKS_HERE = "WORKS_HERE", "Works here"
    WORKS_ELSEWHERE = "WORKS_ELSEWHERE", "Works elsewhere, too"
    BELIEF_CHANGED = "BELIEF_CHANGED", "A belief has changed"


# From each state, where it may go. A slip is a normal state: from it one tries again.
STEPS: dict[str, tuple[str, ...]] = {
    "PLANNED": ("TRIED", "HELD", "SLIPPED", "SET_ASIDE"),
    "TRIED": ("HELD", "SLIPPED", "SET_ASIDE"),
    "HELD": ("HELD", "SLIPPED", "SET_ASIDE"),
    "SLIPPED": ("TRIED_AGAIN", "SLIPPED", "HELD", "SET_ASIDE"),
    "TRIED_AGAIN": ("HELD", "SLIPPED", "SET_ASIDE"),
    "SET_ASIDE": ("PLANNED",),
}


class ExperimentQuerySet(models.QuerySet):
    def confided_to(self, user):
        return self.filter(permissions.engagements_confided_to(user, "engagement__"))

    def behind(self, link):
        """Of the engagement that a personal link is about."""
        return self.filter(engagement_id=link.engagement_id)

    def under_way(self):
        return self.exclude(state=ExperimentState.SET_ASIDE)

    def newest_first(self):
        return self.order_by("-changed_at", "pk")


class Experiment(Identified):
    """Behaviour and situation are sealed (TextKind.EXPERIMENT, EXPERIMENT_SITUATION). Coach and executive only."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="experiments")
    objective = models.ForeignKey(
        Objective, on_delete=models.SET_NULL, null=True, blank=True, related_name="experiments"
    )
    driver = models.ForeignKey(Driver, on_delete=models.SET_NULL, null=True, blank=True, related_name="experiments")
    state = models.CharField(max_length=12, choices=ExperimentState.choices, default=ExperimentState.PLANNED)
    depth = models.CharField(max_length=16, choices=Depth.choices, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    objects = ExperimentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ExperimentState.values), name="experiment_state_known"),
            models.CheckConstraint(condition=Q(depth__in=Depth.values), name="experiment_depth_known"),
        ]

    def __str__(self):
        return f"Experiment {self.pk}"


class ExperimentStepQuerySet(models.QuerySet):
    def confided_to(self, user):
        return self.filter(permissions.engagements_confided_to(user, "experiment__engagement__"))

    def in_order(self):
        return self.order_by("at", "pk")


class ExperimentStep(Identified):
    """One move of an experiment, by coach or executive; words beside it are sealed (TextKind.EXPERIMENT_STEP)."""

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="steps")
    state = models.CharField(max_length=12, choices=ExperimentState.choices)
    depth = models.CharField(max_length=16, choices=Depth.choices, blank=True)
    party = models.CharField(max_length=12, choices=Party.choices)
    session = models.ForeignKey(
        Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="experiment_steps"
    )
    at = models.DateTimeField(default=timezone.now)

    objects = ExperimentStepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ExperimentState.values), name="experimentstep_state_known"),
            models.CheckConstraint(
                condition=Q(party__in=(Party.COACH, Party.EXECUTIVE)), name="experimentstep_party_known"
            ),
            *longest(model="experimentstep", depth=16),
        ]
        indexes = [models.Index(fields=["experiment", "at"], name="experimentstep_at")]

    def __str__(self):
        return f"Step {self.pk}"
