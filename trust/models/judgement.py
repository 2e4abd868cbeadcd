"""The current judgement of each engagement: one row, kept by the jobs."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from engagements.models import Engagement, Status
from engagements.models.identity import MOST, between, longest
from trust import permissions

LONGEST_MEMORY = 200_000  # bytes; some hundred numbers of eight each
ROUNDING = 0.001  # chances are sums of weights
CHANCES = ("p_stalled", "p_regressing", "p_point_of_trust")


class JudgementQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(permissions.judgements_seen_by(user))


class Judgement(models.Model):
    """What the engine last said of an engagement. Values are for its coach only.

    `memory` is the engine's packed state before the latest session, `mark` names the history and the parameters it
    rests on: as long as that history stands, a new session costs one step, and an edit a replay.
    """

    engagement = models.OneToOneField(Engagement, on_delete=models.CASCADE, related_name="judgement", primary_key=True)
    state = models.CharField(max_length=20)
    cognitive = models.FloatField(null=True)
    cognitive_sd = models.FloatField(null=True)
    relational = models.FloatField(null=True)
    relational_sd = models.FloatField(null=True)
    p_stalled = models.FloatField(null=True)
    p_regressing = models.FloatField(null=True)
    p_point_of_trust = models.FloatField(null=True)
    sessions_judged = models.PositiveIntegerField(default=0)
    parameters_version = models.CharField(max_length=60, blank=True)
    memory = models.BinaryField(max_length=LONGEST_MEMORY, null=True)
    memory_sessions = models.PositiveIntegerField(default=0)
    mark = models.BinaryField(max_length=16, null=True)
    judged_at = models.DateTimeField(default=timezone.now)

    objects = JudgementQuerySet.as_manager()

    class Meta:
        constraints = [
            *longest(model="judgement", state=20, parameters_version=60, memory=LONGEST_MEMORY, mark=16),
            *(between(name, 0, 8, model="judgement") for name in ("cognitive", "relational")),
            *(between(name, 0, 100, model="judgement") for name in ("cognitive_sd", "relational_sd")),
            *(between(name, -ROUNDING, 1 + ROUNDING, model="judgement") for name in CHANCES),
            *(between(name, 0, MOST, model="judgement") for name in ("sessions_judged", "memory_sessions")),
        ]

    def __str__(self):
        return f"Judgement of engagement {self.engagement_id}"


def engagements_to_judge():
    """Keys of engagements that owe a judgement: never judged, or changed since. What time does, the night finds."""
    owing = Q(judgement__isnull=True, status__in=(Status.ACTIVE, Status.PAUSED)) | Q(
        judgement__judged_at__lt=F("changed_at")
    )
    return Engagement.objects.with_content().filter(owing).order_by("changed_at", "pk").values_list("pk", flat=True)
