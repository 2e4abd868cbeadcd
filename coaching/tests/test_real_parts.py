"""The real parts are real: each one is started, used, and gone afterwards."""

import sys
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse

from coaching.tests.real import worker as workers
from coaching.tests.real.processes import processes_with, running
from coaching.tests.real.waiting import wait_until
from engagements.models import Organization


def is_called(organization, name):
    """A condition to wait for."""
    return lambda: Organization.objects.filter(pk=organization.pk, name=name).exists()


@pytest.mark.parametrize("broker", ["file", "redis"])
def test_a_task_put_through_each_broker_changes_the_database(broker, start_worker, redis_server):
    worker = start_worker(workers.FILE_BROKER if broker == "file" else redis_server)
    organization = Organization.objects.create(name="Before")
    worker.send("tests.rename_organization", str(organization.pk), "After")
    wait_until(is_called(organization, "After"), 30, "the worker to rename the organization")


def test_a_worker_goes_on_after_a_task_that_fails(file_worker):
    organization = Organization.objects.create(name="Before")
    file_worker.send("tests.fail")
    file_worker.send("tests.rename_organization", str(organization.pk), "After")
    wait_until(is_called(organization, "After"), 30, "the task behind the failing one")
    assert "tests.fail" in file_worker.output
    assert "RuntimeError" in file_worker.output


def test_what_waits_in_the_file_broker_is_done_once_a_worker_comes(start_worker):
    organization = Organization.objects.create(name="Before")
    workers.Worker(None, workers.FILE_BROKER).send("tests.rename_organization", str(organization.pk), "After")
    start_worker()
    wait_until(is_called(organization, "After"), 30, "the worker to find what was there before it")


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_second_run_of_the_suite_is_on_a_real_postgresql():
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()")
        assert cursor.fetchone()[0].startswith("PostgreSQL")


@pytest.mark.once
def test_postgresql_leaves_no_process_and_no_file():
    tell = [sys.executable, "-c", "import os; print(os.environ['DATABASE_URL'])"]
    with running([sys.executable, "-m", "coaching.tests.real.postgres", *tell]) as run:
        assert run.process.wait(60) == 0, run.output
        folder = Path(run.output.strip().partition("?host=")[2])
    assert folder.name == "data"
    assert not folder.parent.exists()
    assert processes_with(str(folder)) == {}


def test_the_browser_sees_the_page_the_application_serves(quiet_page, live_app):
    quiet_page.goto(live_app + reverse("account_login"))
    assert quiet_page.locator("input[name=login]").is_visible()
    assert "Sign in" in quiet_page.title()


def test_a_page_that_complains_is_heard(page, live_app):
    from coaching.tests.real.browser import Complaints

    complaints = Complaints(page, live_app)
    page.goto("about:blank")
    page.evaluate("console.error('Something is wrong')")
    assert complaints.found == ["console error: Something is wrong"]
