"""What all tests share, and which of them belong to which database."""

import os

import pytest

from coaching.tests.real.files import refuse_to_open_the_database

pytest_plugins = ["coaching.tests.cast", "engagements.tests.onlookers", "coaching.tests.real.fixtures"]


def pytest_configure(config):
    refuse_to_open_the_database()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """On SQLite everything runs but what is written for PostgreSQL; there, what does not depend on the database rests.

    `make test` runs both, so each test runs at least once. `-m browser` and `-m once` ask for what rests there.
    """
    on_postgres = os.environ.get("DATABASE_URL", "").startswith("postgres")
    resting = {"once", "browser"} - {config.option.markexpr} if on_postgres else {"postgres"}
    left_out = [item for item in items if any(item.get_closest_marker(mark) for mark in resting)]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
