"""Drafts: what somebody has typed and not saved yet, kept by the server so that no word is lost. Sealed."""

from django.db import models
from django.utils import timezone

from engagements import permissions
from engagements.models.engagement import Engagement
from engagements.models.identity import Identified
from engagements.models.people import User


class DraftQuerySet(models.QuerySet):
    def confided_to(self, user):
        """Own drafts, of engagements whose content this person may read."""
        return self.filter(permissions.engagements_confided_to(user, "engagement__"), owner_id=user.pk)

    def newest_first(self):
        return self.order_by("-saved_at", "pk")


class Draft(Identified):
    """One form of one person, as last typed. `version` counts saves: whoever saves names the one they know."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="drafts")
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=32, help_text="The form: LOG, NEW_LOG, …")
    subject_id = models.UUIDField(help_text="What the form is about: a session, an engagement")
    version = models.PositiveIntegerField(default=1)
    sealed = models.BinaryField()
    saved_at = models.DateTimeField(default=timezone.now)

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "kind", "subject_id"], name="draft_one_per_form"),
        ]
        indexes = [models.Index(fields=["saved_at"], name="draft_saved")]

    def __str__(self):
        return f"Draft {self.pk}"
