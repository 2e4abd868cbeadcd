"""Tasks that exist for the tests alone: the smallest proof that a worker reaches the database."""

from coaching.celery import app
from engagements.models import Organization


@app.task(name="tests.rename_organization")
def rename_organization(pk: str, name: str) -> None:
    """Renames one organization."""
    Organization.objects.filter(pk=pk).update(name=name)


@app.task(name="tests.fail")
def fail() -> None:
    """Ends badly, as tasks sometimes do."""
    raise RuntimeError("This task fails on purpose.")
