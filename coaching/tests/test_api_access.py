"""The API's access matrix: every operation × verb × holder of a token, and nobody's cookie opens anything."""

import json

import pytest
from django.core.cache import cache

from coaching.api.site import operations
from coaching.tests.api_routes import API_ROUTES, HOLDERS, WITHOUT, ApiAsker
from coaching.tests.cast import at
from coaching.tests.matrix import VERBS, all_of, told
from coaching.tests.test_access_matrix import ROWS, WORDS, everybody  # noqa: F401 - a fixture
from engagements.models import ReportStatus, SponsorReport


@pytest.fixture
def asked(everybody):  # noqa: F811
    """Everybody, and a frozen report of Pia's program."""
    cache.clear()  # of wrong tokens that others sent
    everybody.report = SponsorReport.objects.create(
        program=everybody.mine.program,
        period_from=at(-90).date(),
        period_until=at(-1).date(),
        status=ReportStatus.FROZEN,
        frozen_at=at(),
        frozen_by=everybody.pia,
        digest="0" * 64,
    )
    return everybody


API_ROWS = ROWS | {"report": lambda cast: cast.report.pk}


def test_every_operation_is_in_the_matrix():
    assert {operation.url_name for operation in operations()} == {route.name for route in API_ROUTES}
    for operation in operations():
        (route,) = [one for one in API_ROUTES if one.name == operation.url_name]
        assert operation.methods == [route.verb]
        assert operation.auth_callbacks[0].scope == route.scope


@pytest.mark.django_db
@pytest.mark.parametrize("route", API_ROUTES, ids=str)
def test_each_token_is_answered_as_its_person_may(route, asked):
    asker, wrong, found = ApiAsker(asked, API_ROWS, route), [], set()
    for holder, verb in route.cases:
        expected, answer = route.expected(holder, verb), asker.ask(holder, verb)
        status = 200 if answer.status_code == 201 else answer.status_code
        found.add(status)
        problems = [f"{status} instead of {expected}"] if status != expected else []
        problems += _badly_refused(answer, verb) if expected >= 400 else []
        if expected == 404 and all_of(answer) != all_of(asker.ask_for_nothing(holder, verb)):
            problems.append("not byte for byte what does not exist")
        wrong += [f"{holder} {verb} {route}: {problem}" for problem in problems]
    assert not wrong, wrong
    assert found == {200, 401, 403, 404, 405}
    assert len(list(route.cases)) == len(HOLDERS) * len(VERBS)


def _badly_refused(answer, verb):
    """What is wrong with a refusal: not a problem, cached, saying whom it is about, or setting a cookie."""
    said = []
    if answer.headers["Content-Type"] != "application/problem+json":
        said.append("is no problem+json")
    elif verb != "HEAD" and json.loads(answer.content)["status"] != answer.status_code:
        said.append("says another status")
    if answer.headers.get("Cache-Control") != "no-store, private":
        said.append("may be cached")
    if answer.cookies:
        said.append("sets a cookie")
    if answer.status_code == 405 and not answer.headers.get("Allow"):
        said.append("does not say what is allowed")
    return said + [f"says {word}" for word in told(answer, WORDS)]


def test_holders_without_a_valid_token_are_in_every_row_of_the_matrix():
    assert set(WITHOUT) < set(HOLDERS)
