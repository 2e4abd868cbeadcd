"""Background jobs: when each last ran and how it went. One row per job, without content."""

from django.db import models
from django.utils import timezone

from engagements.models.identity import MOST, between, longest


class BackgroundJob(models.Model):
    """The latest run of one job, for whoever keeps the system running."""

    name = models.CharField(max_length=80, primary_key=True)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0, help_text="Pieces of work in the latest run")
    failed_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=120, blank=True, help_text="Class of the latest error, without its text")

    class Meta:
        constraints = [
            *longest(model="backgroundjob", name=80, error=120),
            between("done", 0, MOST, model="backgroundjob"),
        ]

    def __str__(self):
        return self.name
