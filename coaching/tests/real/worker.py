"""A Celery worker for the tests: a process of its own, on this test's database and on a chosen broker."""

import os
import signal
import sys
from contextlib import contextmanager
from urllib.parse import quote

from celery import current_app
from django.conf import settings
from kombu import Connection

from coaching.tests.real.processes import running
from coaching.tests.real.waiting import wait_until

FILE_BROKER = "filesystem://localhost"
CHORES = "coaching.tests.real.chores"


def database_url(connection) -> str:
    """Leads another process to the database a Django connection uses."""
    place = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{place['NAME']}"
    host = place["HOST"] or place["OPTIONS"]["host"]  # a socket's folder stands in the options
    password = f":{quote(place['PASSWORD'])}" if place["PASSWORD"] else ""
    return f"postgresql://{place['USER']}{password}@/{place['NAME']}?host={quote(host, safe='/')}"


class Worker:
    """A running worker, and the way to hand it a task."""

    def __init__(self, process, broker: str):
        self.process = process
        self.broker = broker

    @property
    def output(self) -> str:
        return self.process.output

    def send(self, task: str, *args, **kwargs) -> None:
        """Puts a task, by name, into this worker's broker."""
        options = settings.CELERY_BROKER_TRANSPORT_OPTIONS if self.broker == FILE_BROKER else {}
        with Connection(self.broker, transport_options=options) as connection:
            current_app.send_task(task, args=args, kwargs=kwargs, connection=connection, retry=False)


@contextmanager
def worker(database: str, broker: str = FILE_BROKER, env: dict[str, str] | None = None):
    """A worker that is ready to work, from the start of the block to its end.

    The file broker gets one process, as the launcher starts it; Redis a worker with a pool, as in production.
    """
    pool = ("--pool", "solo") if broker == FILE_BROKER else ("--pool", "prefork", "--concurrency", "1")
    command = [sys.executable, "-m", "celery", "--app", "coaching", "worker", *pool]
    command += [
        "--include",
        CHORES,
        "--loglevel",
        "INFO",
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
    ]
    surroundings = {
        "DATABASE_URL": database,
        "CELERY_BROKER_URL": broker,
        "PYTHONUNBUFFERED": "1",
        "VAR_DIR": os.environ["VAR_DIR"],
    }
    with running(command, env={**surroundings, **(env or {})}) as process:
        wait_until(lambda: process.says(" ready."), 60, "the Celery worker")
        yield Worker(process, broker)
        if broker == FILE_BROKER:
            process.end(signal.SIGKILL)  # has no children, and would take seconds to look up from its folder
