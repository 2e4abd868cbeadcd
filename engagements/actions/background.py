"""Keeps the row of a background job."""

from contextlib import contextmanager

from django.utils import timezone

from engagements.models.background import BackgroundJob


@contextmanager
def job_run(name):
    """Notes start, end and failure of one run; `run.done` may be raised inside. The error goes on its way.

    Reads the clock: a job is an edge of the system. Keeps the class of an error only, since its text may
    quote what somebody wrote.
    """
    run, _ = BackgroundJob.objects.update_or_create(name=name, defaults={"started_at": timezone.now(), "done": 0})
    try:
        yield run
    except Exception as error:
        run.failed_at, run.error = timezone.now(), type(error).__name__
        run.save(update_fields=["failed_at", "error"])
        raise
    run.finished_at = timezone.now()
    run.save(update_fields=["finished_at", "done"])


def was_long_ago(name, age, *, now):
    """Whether this job has not begun within `age`, or never."""
    return not BackgroundJob.objects.filter(name=name, started_at__gt=now - age).exists()
