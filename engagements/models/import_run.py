"""Import runs: a file somebody brought, from its upload to what became of it. Nothing of the file is unsealed."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from engagements import permissions, vault
from engagements.imports.tables import LARGEST_FILE
from engagements.models.identity import Identified, longest
from engagements.models.people import User

LONGEST_NAME = 4 * 200 + vault.ADDED_BYTES
LARGEST_SEALED_FILE = LARGEST_FILE + vault.ADDED_BYTES
LARGEST_REPORT = 80_000_000  # every row refused, written as JSON, which spells a letter with up to six bytes
KEPT_HOURS = 24  # a file left unreviewed, and the refused rows of a finished run
ABANDONED_MINUTES = 35  # a worker has 30 minutes (CELERY_TASK_TIME_LIMIT); after this its run may be taken again


class ImportKind(models.TextChoices):
    ROSTER = "ROSTER", "Roster"
    HISTORY = "HISTORY", "Session history"
    CALENDAR = "CALENDAR", "Calendar"


class ImportStatus(models.TextChoices):
    REVIEW = "REVIEW", "To be reviewed"
    QUEUED = "QUEUED", "Waiting"
    RUNNING = "RUNNING", "Being carried out"
    DONE = "DONE", "Done"
    FAILED = "FAILED", "Not carried out"


class ImportRunQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A run is for the person who brought the file, and nobody else."""
        return self.filter(permissions.import_runs_of(user))

    def kept(self, now):
        return self.filter(expires_at__gt=now)

    def owed(self, now):
        """Waiting for a worker, or left by one that did not come back."""
        abandoned = now - timezone.timedelta(minutes=ABANDONED_MINUTES)
        return self.filter(
            Q(status=ImportStatus.QUEUED) | Q(status=ImportStatus.RUNNING, claimed_at__lt=abandoned)
        ).order_by("created_at", "pk")

    def newest_first(self):
        return self.order_by("-created_at", "pk")


class ImportRun(Identified):
    """One file. Its name, content and refused rows are sealed with a key of the run; with the row goes the key."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="import_runs")
    kind = models.CharField(max_length=10, choices=ImportKind.choices)
    status = models.CharField(max_length=10, choices=ImportStatus.choices, default=ImportStatus.REVIEW)
    wrapped_key = models.BinaryField(max_length=vault.LONGEST_WRAPPED)
    sealed_name = models.BinaryField(max_length=LONGEST_NAME)
    sealed_file = models.BinaryField(max_length=LARGEST_SEALED_FILE, null=True)
    sealed_report = models.BinaryField(max_length=LARGEST_REPORT, null=True)
    options = models.JSONField(default=dict, help_text="Positions of columns, formats and choices; no content")
    counts = models.JSONField(default=dict, help_text="Rows by outcome")
    created_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    problem = models.CharField(max_length=200, blank=True, help_text="Why it was not carried out, without content")

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ImportKind.values), name="importrun_kind_known"),
            models.CheckConstraint(condition=Q(status__in=ImportStatus.values), name="importrun_status_known"),
            *longest(model="importrun", problem=200, wrapped_key=vault.LONGEST_WRAPPED),
            *longest(
                model="importrun",
                sealed_name=LONGEST_NAME,
                sealed_file=LARGEST_SEALED_FILE,
                sealed_report=LARGEST_REPORT,
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "created_at"], name="importrun_owner_created"),
            models.Index(fields=["status", "claimed_at"], name="importrun_status_claimed"),
            models.Index(fields=["expires_at"], name="importrun_expires"),
        ]

    def __str__(self):
        return f"Import run {self.pk}"

    @property
    def is_reviewable(self):
        return self.status == ImportStatus.REVIEW

    @property
    def is_under_way(self):
        return self.status in (ImportStatus.QUEUED, ImportStatus.RUNNING)

    @property
    def is_done(self):
        return self.status == ImportStatus.DONE
