"""Sealed text: private notes, shared summaries, objectives. One table, append-only, one row per revision."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from engagements import permissions, vault
from engagements.models.engagement import Engagement
from engagements.models.identity import MOST, Identified, between, longest
from engagements.models.people import User


class TextKind(models.TextChoices):
    """What a sealed text is; other packages name further kinds of their own."""

    SESSION_NOTE = "SESSION_NOTE", "Private note"  # subject: session
    SESSION_SUMMARY = "SESSION_SUMMARY", "Shared summary"  # subject: session
    OBJECTIVE = "OBJECTIVE", "Stated objective"  # subject: objective
    REQUEST = "REQUEST", "Request of the executive"  # subject: data request
    REQUEST_ANSWER = "REQUEST_ANSWER", "Answer to a request"  # subject: data request
    RELEASED = "RELEASED", "Opinion given out"  # subject: export item
    DRIVER = "DRIVER", "Deeper driver"  # subject: driver
    DRIVER_EVIDENCE = "DRIVER_EVIDENCE", "How a driver showed"  # subject: driver evidence
    EXPERIMENT = "EXPERIMENT", "New behaviour"  # subject: experiment
    EXPERIMENT_SITUATION = "EXPERIMENT_SITUATION", "Situation of an experiment"  # subject: experiment
    EXPERIMENT_STEP = "EXPERIMENT_STEP", "What came of an experiment"  # subject: experiment step
    ENDING = "ENDING", "Close of the engagement"  # subject: ending
    FOLLOW_UP = "FOLLOW_UP", "Answer to a follow-up"  # subject: follow-up
    REPORT_LINE = "REPORT_LINE", "Objective in a sponsor report"  # subject: report line
    CONFIDENTIALITY_USE = "CONFIDENTIALITY_USE", "Use of a condition"  # subject: confidentiality use


class SealedTextQuerySet(models.QuerySet):
    def confided_to(self, user):
        return self.filter(permissions.engagements_confided_to(user, "engagement__"))

    def open_to_executive(self, engagement):
        """What the executive of an engagement reads behind their own link; not what their coach thinks of them."""
        return self.filter(permissions.texts_open_to_executive(engagement))

    def opinions_about(self, engagement):
        """What is written about the executive of an engagement and given out one by one, by their coach."""
        return self.filter(permissions.texts_of_opinion(engagement))

    def current(self):
        return self.filter(is_current=True)

    def confiding(self, coach_id):
        """Words of the coach, and the executive's own: these come by link, without an account.

        Objectives and what a report repeats of them come from lists and jobs as well.
        """
        own = Q(written_by__isnull=True) & ~Q(kind__in=(TextKind.OBJECTIVE, TextKind.REPORT_LINE))
        return self.filter(Q(written_by=coach_id) | own)

    def with_keys(self):
        """Adds wrapped_key: the engagement's data key as it is stored; None once it was destroyed."""
        return self.annotate(wrapped_key=F("engagement__key__wrapped"))

    def about(self, kind, *subject_ids):
        return self.filter(kind=kind, subject_id__in=subject_ids)

    def newest_first(self):
        return self.order_by("-revision", "pk")


class SealedText(Identified):
    """One revision of one text. An edit adds a row; nothing is overwritten."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="sealed_texts")
    kind = models.CharField(max_length=32)
    subject_id = models.UUIDField(help_text="The row this text belongs to")
    revision = models.PositiveIntegerField()
    is_current = models.BooleanField(default=True)
    sealed = models.BinaryField(max_length=vault.LONGEST_SEALED)
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = SealedTextQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_id", "revision"], name="sealedtext_revision_once"),
            models.UniqueConstraint(
                fields=["kind", "subject_id"], condition=Q(is_current=True), name="sealedtext_one_current"
            ),
            *longest(model="sealedtext", kind=32, sealed=vault.LONGEST_SEALED),
            between("revision", 1, MOST, model="sealedtext"),
        ]

    def __str__(self):
        return f"Sealed text {self.pk}"
