"""How often a page asks the database, counted as docs/performance.md counts: a transaction's brackets ask nothing."""

from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

from coaching.benchmarks.page_speed import BRACKETS


@contextmanager
def at_most(number):
    """Gives the list that then holds the questions asked inside; fails where they are more."""
    asked = []
    with CaptureQueriesContext(connection) as captured:
        yield asked
    asked += [one["sql"] for one in captured if not one["sql"].startswith(BRACKETS)]
    assert len(asked) <= number, "\n".join([f"{len(asked)} questions:", *(sql[:160] for sql in asked)])
