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
    """What the engine last said of an engagement. Values are for its coach only."""

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
    parameters_version = models.CharField(max_length=40, blank=True)
    judged_at = models.DateTimeField(default=timezone.now)
    # When time alone may change the judgement (a session overdue, a check-in closed); empty when ended.
    due_at = models.DateTimeField(null=True)

    objects = JudgementQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="judgement_due")]

    def __str__(self):
        return f"Judgement of engagement {self.engagement_id}"


def engagements_to_judge(now):
    """Keys of engagements that owe a judgement: never judged, changed since, or due by the clock."""
    owing = (
        Q(judgement__isnull=True, status__in=(Status.ACTIVE, Status.PAUSED))
        | Q(judgement__judged_at__lt=F("changed_at"))
        | Q(judgement__due_at__lte=now)
    )
    return Engagement.objects.filter(owing).order_by("changed_at", "pk").values_list("pk", flat=True)
