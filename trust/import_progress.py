"""How far an import is: numbers only, in a cache that worker and web share, outside the transaction that works."""

from django.core.cache import caches

KEPT_SECONDS = 3600
STEP = 20  # rows between two notes


def note_progress(run_id, done, total):
    """Notes now and then that so many rows of so many are done."""
    if done % STEP == 0 or done == total:
        caches["progress"].set(f"import-{run_id}", (done, total), KEPT_SECONDS)


def progress_of(run_id):
    """(rows done, rows in all), or None when nothing is known yet."""
    return caches["progress"].get(f"import-{run_id}")
