"""The real parts as pytest fixtures, for all packages.

postgres_server, redis_server   URL of a running server (one per test process)
start_worker                    start_worker(broker=…) is a ready Celery worker on this test's database
file_worker, redis_worker       such workers, ready made
live_app                        the address of the running web application, on this test's database
quiet_page                      a browser page that fails the test if it complains; `page` does not
"""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection

from coaching.launcher.surroundings import empty_broker
from coaching.tests.real import browser, postgres, redis, worker

SLOW_FIXTURES = {"browser": "browser", "start_worker": "worker"}


@pytest.fixture(scope="session")
def postgres_server():
    """A real PostgreSQL: the one this run uses, or one of its own."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        yield os.environ["DATABASE_URL"]
        return
    with postgres.postgres() as url:
        yield url


@pytest.fixture(scope="session")
def redis_server():
    """A real Redis."""
    with redis.redis() as url:
        yield url


@pytest.fixture
def start_worker(transactional_db):
    """Starts workers on this test's database, as many as asked for; all end with the test."""
    empty_broker(Path(django_settings.VAR_DIR) / "broker")  # what earlier tests put there and nobody took
    with ExitStack() as stack:

        def start(broker=worker.FILE_BROKER, **env):
            return stack.enter_context(worker.worker(worker.database_url(connection), broker, env))

        yield start


@pytest.fixture
def file_worker(start_worker):
    """A worker on the file broker, into which this process's own `.delay()` puts tasks too."""
    return start_worker()


@pytest.fixture
def redis_worker(start_worker, redis_server):
    """A worker on Redis."""
    return start_worker(redis_server)


@pytest.fixture
def live_app(live_server, settings):
    """The address of the web application, served by a thread of this process."""
    settings.SITE_URL = live_server.url
    return live_server.url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Debian's Chromium instead of a download."""
    return browser.launch_args(browser_type_launch_args)


@pytest.fixture
def quiet_page(page, live_app):
    """A page on the running application; errors, warnings and requests to others fail the test."""
    page.set_default_timeout(60_000)
    complaints = browser.Complaints(page, live_app)
    yield page
    assert complaints.found == []


def pytest_collection_modifyitems(items):
    """Marks tests by the real parts they use, so that `-m "not browser"` never misses one."""
    for item in items:
        for fixture, mark in SLOW_FIXTURES.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)
