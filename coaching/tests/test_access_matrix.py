"""Every route × verb × person: who gets in, who is told it does not exist, who is sent to sign in.

Each route says who succeeds with GET and with POST. Everybody else who is signed in gets 404, for somebody
else's row as for a page of another role; verbs a route does not know get 405; whoever is not signed in is sent
to the sign-in page. A route missing here fails the build, and so does one that nobody ever reaches.
"""

import re
import uuid
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import get_resolver, reverse

from coaching.tests.cast import at, person
from engagements.actions.import_runs import start_import
from engagements.actions.people import add_manager, remove_manager
from engagements.models import ImportKind
from trust.actions.ruptures import open_rupture
from trust.models import Flag

SIGNED_IN = ("cora", "otto", "pia", "petra", "ada", "sten", "removed")
OUTSIDE = ("anonymous", "inactive")
UNKNOWN_VERBS = ("PUT", "PATCH", "DELETE", "OPTIONS", "BREW")


def people(*names):
    return frozenset(names)


NOBODY = people()
EVERYBODY = people(*SIGNED_IN)
COACH, MANAGER, BOTH = people("cora"), people("pia"), people("cora", "pia")
COACHES, MANAGERS = people("cora", "otto"), people("pia", "petra")


@dataclass(frozen=True)
class Route:
    """Who succeeds with GET and POST (None: the verb is not known); `row` is what the address names."""

    name: str
    row: str = ""
    word: str = ""  # a fixed part of the address, instead of a row
    get: frozenset | None = None
    post: frozenset | None = None
    may_know: frozenset = field(default_factory=frozenset)  # 403 instead of 404: they see the row, not this page

    def __str__(self):
        return "-".join(part for part in (self.name, self.word) if part)


# The row an address names: always one of Cora's engagement, which Pia manages.
ROWS = {
    "engagement": lambda cast: cast.mine.engagement.pk,
    "program": lambda cast: cast.mine.program.pk,
    "session": lambda cast: cast.mine.session.pk,
    "upcoming": lambda cast: cast.mine.upcoming.pk,
    "objective": lambda cast: cast.mine.engagement.objectives.get().pk,
    "flag": lambda cast: cast.flag.pk,
    "rupture": lambda cast: cast.mine.engagement.ruptures.order_by("opened_at", "pk").first().pk,
    "import": lambda cast: cast.run.pk,
}

ROUTES = [
    Route("home", get=EVERYBODY),
    Route("profile", get=EVERYBODY, post=EVERYBODY),
    Route("looks", get=EVERYBODY),
    Route("program_list", get=COACHES | MANAGERS),
    Route("program_detail", "program", get=BOTH),
    Route("program_edit", "program", get=MANAGER, post=MANAGER, may_know=COACH),
    Route("program_cohort", "program", get=MANAGER),
    Route("engagement_list", get=COACHES),
    Route("engagement_create", get=MANAGERS, post=MANAGERS),
    Route("engagement_detail", "engagement", get=BOTH),
    Route("engagement_edit", "engagement", get=MANAGER, post=MANAGER, may_know=COACH),
    Route("engagement_status", "engagement", get=BOTH, post=BOTH),
    Route("executive_edit", "engagement", get=BOTH, post=BOTH),
    Route("agreement_detail", "engagement", get=BOTH),
    Route("agreement_edit", "engagement", get=MANAGER, post=MANAGER, may_know=COACH),
    Route("agreement_send", "engagement", post=BOTH),
    Route("agreement_accept", "engagement", get=BOTH, post=BOTH),
    Route("confidentiality_uses", "engagement", get=COACH),
    Route("confidentiality_use_add", "engagement", get=COACH, post=COACH),
    Route("objective_add", "engagement", get=COACH, post=COACH),
    Route("objective_edit", "objective", get=COACH, post=COACH),
    Route("objective_status", "objective", post=COACH),
    Route("session_schedule", "engagement", get=COACH, post=COACH, may_know=MANAGER),
    Route("session_move", "upcoming", get=COACH, post=COACH, may_know=MANAGER),
    Route("session_cancel", "upcoming", get=COACH, post=COACH, may_know=MANAGER),
    Route("session_missed", "session", post=COACH, may_know=MANAGER),
    Route("session_restore", "session", post=COACH, may_know=MANAGER),
    Route("session_log", "session", get=COACH, post=COACH),
    Route("session_log_new", "engagement", get=COACH, post=COACH),
    Route("session_not_held", "session", post=COACH),
    Route("flag_respond", "flag", get=COACH, post=COACH, may_know=MANAGER),
    Route("flag_helped", "flag", post=COACH, may_know=MANAGER),
    Route("rupture_open", "engagement", get=COACH, post=COACH),
    Route("rupture_detail", "rupture", get=COACH),
    Route("rupture_attempt", "rupture", post=COACH),
    Route("rupture_close", "rupture", post=COACH),
    Route("rupture_reopen", "rupture", post=COACH),
    Route("flag_resolve", "flag", post=COACH, may_know=MANAGER),
    Route("flag_reopen", "flag", post=COACH, may_know=MANAGER),
    Route("point_of_trust", "engagement", get=COACH, post=COACH),
    Route("point_of_trust_decline", "engagement", post=COACH),
    Route("point_of_trust_lost", "engagement", post=COACH),
    Route("rule_report", get=people("ada")),
    Route("portfolio", get=MANAGERS),
    Route("how_judged", get=EVERYBODY),
    Route("import_list", get=COACHES | MANAGERS | people("ada")),
    Route("import_start", word="roster", get=MANAGERS | people("ada"), post=MANAGERS | people("ada")),
    Route("import_start", word="history", get=COACHES, post=COACHES),
    Route("import_start", word="calendar", get=COACHES, post=COACHES),
    Route("import_review", "import", get=COACH, post=COACH),
    Route("import_done", "import", get=COACH),
    Route("import_refused", "import", get=COACH),
    Route("import_carry_out", "import", post=COACH),
    Route("import_discard", "import", post=COACH),
]

# A session history with one row that is refused, so that there is something to take away.
HISTORY = b"client_email,date,start,minutes,attended\r\nnobody@client.example,2026-01-05,10:00,60,yes\r\n"

# Pages anybody may open: no rows behind them, or a personal link in front. Each has tests of its own.
PUBLIC = {"check_in", "welcome", "healthz", "favicon"}


def our_routes():
    """Names of all routes but those of the admin, the account pages and the demo pages."""

    def walk(patterns):
        for pattern in patterns:
            if not hasattr(pattern, "url_patterns"):
                yield pattern.name or f"unnamed {pattern.pattern}"
            elif getattr(pattern, "namespace", None) != "admin":
                yield from walk(pattern.url_patterns)

    names = set(walk(get_resolver().url_patterns))
    return {name for name in names if not name.startswith(("account_", "mfa_", "demo_"))}


@pytest.fixture
def everybody(cast):
    """The cast, with somebody who no longer manages Pia's program, somebody inactive, and an open flag."""
    removed = person("Remo")
    membership = add_manager(program=cast.mine.program, user=removed, by=None, now=at())
    remove_manager(membership=membership, by=cast.ada, now=at())
    inactive = cast.mine.coach.__class__.objects.get(pk=person("Ina").pk)
    add_manager(program=cast.mine.program, user=inactive, by=None, now=at())
    inactive.is_active = False
    inactive.save()
    flag = Flag.objects.create(engagement=cast.mine.engagement, kind="QUIET", opened_at=at(-3))
    open_rupture(engagement=cast.mine.engagement, kind="FELT_JUDGED", words="", by=cast.cora, now=at(-2))
    run = start_import(
        kind=ImportKind.HISTORY, name="history.csv", content=HISTORY, options={}, by=cast.cora, now=at(0, -1)
    )
    outside = {"removed": removed, "inactive": inactive, "anonymous": AnonymousUser()}
    return SimpleNamespace(**vars(cast), **outside, flag=flag, run=run, clients={})


def ask(everybody, name, route, verb, key=None):
    """The answer a person gets, in a browser of their own."""
    if name not in everybody.clients:
        client, user = Client(), getattr(everybody, name)
        if user.pk:
            client.force_login(user)
        everybody.clients[name] = client
    args = [key or ROWS[route.row](everybody)] if route.row else [route.word] if route.word else []
    return everybody.clients[name].generic(verb, reverse(route.name, args=args))


def test_every_route_is_in_the_matrix():
    assert our_routes() == {route.name for route in ROUTES} | PUBLIC


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_route_is_reached_by_somebody(route):
    assert route.get or route.post


@pytest.mark.django_db
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_only_those_who_may_get_in(route, everybody):
    for verb, admitted in (("GET", route.get), ("HEAD", route.get), ("POST", route.post)):
        # Whoever is refused asks first: a success may change the row.
        for name in sorted(SIGNED_IN, key=lambda one: one in (admitted or NOBODY)):
            answer = ask(everybody, name, route, verb)
            told = f"{name} {verb} {route}: {answer.status_code}"
            if admitted is None:
                assert answer.status_code == 405, told
            elif name in admitted:
                assert answer.status_code in (200, 302), told
                assert "/account/" not in answer.headers.get("Location", ""), told
            else:
                assert answer.status_code == (403 if name in route.may_know else 404), told


@pytest.mark.django_db
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_whoever_is_not_signed_in_is_sent_to_sign_in(route, everybody):
    for name in OUTSIDE:
        for verb in ("GET", "HEAD", "POST"):
            answer = ask(everybody, name, route, verb)
            assert answer.status_code == 302, f"{name} {verb} {route}"
            assert answer.headers["Location"].startswith(reverse("account_login")), f"{name} {verb} {route}"


@pytest.mark.django_db
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_verbs_that_a_route_does_not_know_are_refused(route, everybody):
    for verb in UNKNOWN_VERBS:
        for name in ("cora", "pia", "sten"):
            assert ask(everybody, name, route, verb).status_code == 405, f"{name} {verb} {route}"


@pytest.mark.django_db
@pytest.mark.parametrize("route", [route for route in ROUTES if route.row], ids=str)
def test_what_is_not_yours_answers_like_what_does_not_exist(route, everybody):
    verb = "GET" if route.get else "POST"
    for name in ("otto", "petra", "ada", "sten", "removed"):
        theirs, nothing = ask(everybody, name, route, verb), ask(everybody, name, route, verb, key=uuid.uuid4())
        assert theirs.status_code == nothing.status_code == 404, f"{name} {route}"
        assert unmasked(theirs) == unmasked(nothing), f"{name} {route}"


def unmasked(answer):
    """The page without its form tokens, which Django masks anew in every answer."""
    return re.sub(rb"[A-Za-z0-9]{64}", b"token", answer.content)
