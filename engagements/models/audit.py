"""The audit trail: who did what to which row, when. Without content, without foreign keys, without deletion."""

from functools import reduce
from operator import or_

from django.db import models
from django.utils import timezone

from engagements import permissions
from engagements.models.identity import Identified, longest

# What moves an engagement from one stage to the next, its making included.
STATUS_VERBS = ("engagement.created", "engagement.status_changed")


# What a coach did, beginning like this, holds something that was confided even where nothing was written.
CONFIDING = ("driver.", "experiment.", "flag.", "point_of_trust.", "prompt.", "rupture.")
ANSWERED = "check_in.answered"  # by the executive


class AuditEventQuerySet(models.QuerySet):
    def confided_to(self, user):
        return self.filter(permissions.audit_confided_to(user))

    def confiding(self, engagement):
        """What its coach took down or answered without a word, and the executive's answers."""
        acts = reduce(or_, (models.Q(verb__startswith=beginning) for beginning in CONFIDING))
        told = models.Q(verb=ANSWERED) | models.Q(acts, actor_id=engagement.coach_id)
        return self.filter(told, engagement_id=engagement.pk)


class AuditEvent(Identified):
    """One change. Keys instead of relations: live data can go, the trail stays."""

    at = models.DateTimeField(default=timezone.now)
    actor_id = models.UUIDField(null=True, help_text="Empty: a job, or an executive by link")
    verb = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField(null=True)
    engagement_id = models.UUIDField(null=True)
    program_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict, help_text="Names of what changed, never what it says")

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        constraints = [
            *longest(model="auditevent", verb=64, subject_type=40),
        ]
        indexes = [
            models.Index(fields=["engagement_id", "at"], name="audit_engagement_at"),
            models.Index(fields=["at"], name="audit_at"),
            models.Index(
                fields=["program_id", "at"],
                condition=models.Q(verb__in=STATUS_VERBS),
                name="audit_statuses_of_program",
            ),
        ]

    def __str__(self):
        return f"{self.verb} at {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("An audit event is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("An audit event is never deleted.")
