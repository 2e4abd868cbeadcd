"""How fast pages are on the data at hand: two web processes, real HTTP, signed in, warm; all pages in turn.

Times are compared within one run only: each round asks for every page once, so that whatever else the machine does
falls on all of them. Queries are counted in this process, on the same data. Writes real rows, in an engagement of
the demo, and takes them away again.
"""

import gzip
import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from coaching.benchmarks.page_cast import PageCast

URLS, SETTINGS = "coaching.benchmarks.yardstick", "coaching.benchmarks.settings"
START_SECONDS, WARM_ROUNDS = 60, 5
BRACKETS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")  # of a transaction: no questions
FINDS_VERY_MANY = "demo"  # stands in every name of the demo
TOKEN = "b" * 32  # a form token of our own choosing: cookie and field hold the same


@dataclass
class Page:
    """One line of the table. `address` and `form` take the number of the round."""

    name: str
    who: str
    address: object
    form: object = None
    target: float | None = None  # times the yardstick
    cookies: object = None
    seconds: list = field(default_factory=list)
    queries: int = 0
    raw: int = 0
    compressed: int = 0


def measure(rounds: int) -> dict:
    """Figures of every page: {"pages": [...], "engagements": n}; times in milliseconds, sizes in bytes."""
    with PageCast(rounds + WARM_ROUNDS + 1) as cast:
        pages = pages_of(cast)
        cookies = {name: _session_cookie(user) for name, user in cast.people.items()}
        for page in pages:
            _count(page, cookies)
        with _web() as port:
            connections = {page.name: http.client.HTTPConnection("127.0.0.1", port, timeout=60) for page in pages}
            for number in range(1, rounds + WARM_ROUNDS + 1):
                for page in pages:
                    spent = _ask(connections[page.name], page, cookies, number)
                    if number > WARM_ROUNDS:
                        page.seconds.append(spent)
        return {"engagements": cast.engagements, "rounds": rounds, "pages": _figures(pages)}


def pages_of(cast) -> list[Page]:
    """What is measured; the two yardsticks first."""
    portfolio = "/portfolio/"
    return [
        Page("yardstick", "manager", "/benchmark/yardstick/"),
        Page("yardstick, framed", "manager", "/benchmark/yardstick-framed/"),
        Page("home", "coach", "/"),
        Page("portfolio, first page", "manager", portfolio, target=3),
        Page("portfolio, deep page", "manager", f"{portfolio}?{cast.deep}", target=3),
        Page("portfolio, filtered", "manager", f"{portfolio}?flag=ANY", target=3),
        Page("portfolio, two filters", "manager", f"{portfolio}?status=ACTIVE&program={cast.program.pk}", target=3),
        Page("portfolio, searched", "manager", f"{portfolio}?q={cast.searched}", target=3),
        Page("portfolio, very many found", "manager", f"{portfolio}?q={FINDS_VERY_MANY}", target=3),
        Page("portfolio, by flag", "manager", f"{portfolio}?sort=flag", target=3),
        Page("program page", "manager", f"/programs/{cast.program.pk}/", target=5),
        Page("engagement page, coach", "coach", f"/engagements/{cast.engagement.pk}/", target=3),
        Page("engagement page, manager", "manager", f"/engagements/{cast.engagement.pk}/", target=3),
        Page("new engagement", "manager", "/engagements/new/"),
        Page("log, GET", "writer", cast.log_address),
        Page("log, POST", "writer", cast.log_address, form=cast.log_form),
        Page("check-in, GET", "nobody", cast.check_in_address, cookies=cast.check_in_cookie),
        Page("check-in, POST", "nobody", cast.check_in_address, form=cast.check_in_form, cookies=cast.check_in_cookie),
    ]


def _session_cookie(user):
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _parts(page, cookies, number):
    """Verb, address, body and headers of one request."""
    address = page.address(number) if callable(page.address) else page.address
    held = [cookies.get(page.who, ""), f"{settings.CSRF_COOKIE_NAME}={TOKEN}"]
    held += [page.cookies(number)] if page.cookies else []
    headers = {"Cookie": "; ".join(one for one in held if one), "Accept-Encoding": "gzip"}
    if page.form is None:
        return "GET", address, None, headers
    body = urlencode([*page.form(number), ("csrfmiddlewaretoken", TOKEN)], doseq=True)
    return "POST", address, body, headers | {"Content-Type": "application/x-www-form-urlencoded"}


def _ask(http_connection, page, cookies, number):
    """Seconds from the request to the last byte of its answer."""
    verb, address, body, headers = _parts(page, cookies, number)
    start = time.perf_counter()
    http_connection.request(verb, address, body, headers)
    response = http_connection.getresponse()
    content = response.read()
    spent = time.perf_counter() - start
    _refuse_trouble(page, response.status, verb)
    page.compressed = len(content)
    return spent


def _refuse_trouble(page, status, verb):
    if status != (302 if verb == "POST" else 200):
        raise RuntimeError(f"{page.name} answered {status}: there is nothing to measure.")


def _count(page, cookies):
    """Queries and bytes of the page, asked for within this process."""
    verb, address, body, headers = _parts(page, cookies, 0)
    client = Client(headers={name: value for name, value in headers.items() if name != "Accept-Encoding"})
    with override_settings(ROOT_URLCONF=URLS, SECOND_FACTOR=False, ALLOWED_HOSTS=["*"]):
        for _ in range(2 if verb == "GET" else 1):  # the first one notes a look, which happens once a day
            with CaptureQueriesContext(connection) as queries:
                extra = {"data": body, "content_type": headers.get("Content-Type", "")} if body else {}
                response = client.generic(verb, address, **extra)
    _refuse_trouble(page, response.status_code, verb)
    page.queries = sum(not query["sql"].startswith(BRACKETS) for query in queries)
    page.raw = len(response.content)
    page.compressed = len(gzip.compress(response.content))


@contextmanager
def _web():
    """Two web processes on a free port; yields the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "coaching.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", "2", "--worker-class", "gthread", "--threads", "2", "--preload", "--keep-alive", "120"]
    command += ["--no-control-socket", "--log-level", "error"]
    env = os.environ | {"DJANGO_SETTINGS_MODULE": SETTINGS, "HTTPS": "0", "VAR_DIR": str(settings.VAR_DIR)}
    process = subprocess.Popen(command, env=env, cwd=Path(settings.BASE_DIR))  # noqa: S603 - ours
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port, process):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The web processes did not start.")


def _figures(pages):
    yardstick, framed = (_percentile(page.seconds, 95) for page in pages[:2])
    return [
        {
            "page": page.name,
            "p50_ms": round(1000 * statistics.median(page.seconds), 2),
            "p95_ms": round(1000 * _percentile(page.seconds, 95), 2),
            "p95_by_yardstick": round(_percentile(page.seconds, 95) / yardstick, 2),
            "p95_by_framed": round(_percentile(page.seconds, 95) / framed, 2),
            "target": page.target,
            "queries": page.queries,
            "bytes": page.raw,
            "bytes_compressed": page.compressed,
        }
        for page in pages
    ]


def _percentile(values, percent):
    """The value that so many percent of the values do not exceed; by the nearest rank."""
    ranked = sorted(values)
    return ranked[max(0, -(-len(ranked) * percent // 100) - 1)]
