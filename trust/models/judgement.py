"""The current judgement of each engagement: one row, kept by the jobs."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from engagements.models import Engagement, Status
from trust import permissions


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
    memory = models.BinaryField(null=True)
    memory_sessions = models.PositiveIntegerField(default=0)
    mark = models.BinaryField(max_length=16, null=True)
    judged_at = models.DateTimeField(default=timezone.now)

    objects = JudgementQuerySet.as_manager()

    def __str__(self):
        return f"Judgement of engagement {self.engagement_id}"


def engagements_to_judge():
    """Keys of engagements that owe a judgement: never judged, or changed since. What time does, the night finds."""
    owing = Q(judgement__isnull=True, status__in=(Status.ACTIVE, Status.PAUSED)) | Q(
        judgement__judged_at__lt=F("changed_at")
    )
    return Engagement.objects.with_content().filter(owing).order_by("changed_at", "pk").values_list("pk", flat=True)
