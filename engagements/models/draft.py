"""Drafts: what somebody has typed and not saved yet, kept by the server so that no word is lost. Sealed."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from engagements import permissions, vault
from engagements.models.engagement import Engagement
from engagements.models.identity import MOST, Identified, between, longest
from engagements.models.people import User


class DraftKind(models.TextChoices):
    """A form that keeps drafts, and what its subject is."""

    LOG = "LOG", "Log of a session"  # session
    NEW_LOG = "NEW_LOG", "Log of a session that was not scheduled"  # engagement
    OBJECTIVE = "OBJECTIVE", "Objective"  # objective
    NEW_OBJECTIVE = "NEW_OBJECTIVE", "New objective"  # engagement
    CONFIDENTIALITY_USE = "CONFIDENTIALITY_USE", "Use of a condition"  # engagement
    REQUEST_ANSWER = "REQUEST_ANSWER", "Answer to a request"  # request
    DRIVER = "DRIVER", "Driver"  # driver
    NEW_DRIVER = "NEW_DRIVER", "New driver"  # objective or driver it hangs beneath, else engagement
    EVIDENCE = "EVIDENCE", "What showed a driver"  # evidence
    NEW_EVIDENCE = "NEW_EVIDENCE", "What newly showed a driver"  # driver
    EXPERIMENT = "EXPERIMENT", "Experiment"  # experiment
    NEW_EXPERIMENT = "NEW_EXPERIMENT", "New experiment"  # engagement
    EXPERIMENT_STEP = "EXPERIMENT_STEP", "Step of an experiment"  # experiment
    PROMPT = "PROMPT", "Answer to a question"  # prompt
    POINT_OF_TRUST = "POINT_OF_TRUST", "Point of trust"  # engagement
    RUPTURE = "RUPTURE", "New case of rupture"  # engagement
    REPAIR = "REPAIR", "Attempt at repair"  # rupture
    ENDING = "ENDING", "Close of an engagement"  # engagement
    FOLLOW_UP = "FOLLOW_UP", "Answer to a follow-up"  # follow-up


class DraftQuerySet(models.QuerySet):
    def confided_to(self, user):
        """Own drafts, of engagements whose content this person may read."""
        return self.filter(permissions.engagements_confided_to(user, "engagement__"), owner_id=user.pk)

    def of_form(self, kind, subject_id):
        return self.filter(kind=kind, subject_id=subject_id)

    def live(self):
        """With words that are saved nowhere else."""
        return self.filter(ended_at__isnull=True)

    def newest_first(self):
        return self.order_by("-saved_at", "pk")


class Draft(Identified):
    """One form in one tab of a browser, as last typed; tabs and devices never write over each other.

    `version` is the tab's own count of what it sent, so that an answer that was lost and is asked for again, or a
    message that comes late, changes nothing. A draft that has ended keeps its row for a day, without a word, so
    that a late message does not bring it back.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="drafts")
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=32, help_text="A DraftKind")
    subject_id = models.UUIDField(help_text="What the form is about: a session, an engagement")
    tab = models.CharField(max_length=36, help_text="A random name that the page gave itself")
    version = models.PositiveIntegerField(default=1)
    sealed = models.BinaryField(max_length=vault.LONGEST_SEALED)
    saved_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Saved, thrown away, or typed on elsewhere")

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "kind", "subject_id", "tab"], name="draft_one_per_tab"),
            models.CheckConstraint(condition=Q(ended_at__isnull=True) | Q(sealed=b""), name="draft_ended_is_empty"),
            *longest(model="draft", kind=32, tab=36, sealed=vault.LONGEST_SEALED),
            between("version", 0, MOST, model="draft"),
        ]
        indexes = [models.Index(fields=["saved_at"], name="draft_saved")]

    def __str__(self):
        return f"Draft {self.pk}"
