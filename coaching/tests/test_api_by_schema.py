"""Schemathesis tries every operation by the API's own document: no 5xx, and each answer as the document says.

Some hundred requests per person, right ones and wrong ones; the same each time, so that a failure comes again.
"""

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from coaching.tests.cast import at
from coaching.wsgi import application
from engagements.actions.api_tokens import make_token
from engagements.models import ReportStatus, Scope, Session, SponsorReport
from trust.models import Flag

pytestmark = [pytest.mark.django_db, pytest.mark.once]

IN_VAIN = {("pia", "Sessions", "post"), ("cora", "Reports", "get")}  # not theirs to ask
EXAMPLES = 15  # per operation, person and kind of data
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]


@pytest.fixture(autouse=True)
def no_limit(settings):
    """As many requests as it takes, all inside the transaction of the test, whose connection stays open."""
    settings.API_REQUESTS_PER_MINUTE = 100_000
    cache.clear()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def rows(cast):
    """Keys of rows that there are, by the address they stand in."""
    flag = Flag.objects.create(engagement=cast.mine.engagement, kind="QUIET", opened_at=at(-3))
    report = SponsorReport.objects.create(
        program=cast.mine.program,
        period_from=at(-90).date(),
        period_until=at(-1).date(),
        status=ReportStatus.FROZEN,
        frozen_at=at(),
        frozen_by=cast.pia,
        digest="0" * 64,
    )
    return {
        "programs": cast.mine.program.pk,
        "engagements": cast.mine.engagement.pk,
        "sessions": cast.mine.session.pk,
        "flags": flag.pk,
        "reports": report.pk,
    }


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=str)
@pytest.mark.parametrize("name", ["cora", "pia"])
def test_every_operation_answers_as_its_document_says(cast, rows, name, mode):
    _, token = make_token(user=getattr(cast, name), name="Test", scopes=Scope.values, days=1, now=at())
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    tried = set()
    for operation in (found.ok() for found in schema.get_all_operations()):
        if mode == GenerationMode.NEGATIVE and operation.method == "get" and "{pk}" in operation.path:
            continue  # a key that is none is no address of ours
        statuses = _try(operation, mode, token, rows[operation.path.split("/")[3]])
        tried.add(operation.label)
        if mode == GenerationMode.POSITIVE and (name, operation.tags[0], operation.method) not in IN_VAIN:
            assert statuses & {200, 201}, f"{operation.label}: {statuses}"
    assert len(tried) == (12 if mode == GenerationMode.POSITIVE else 7)
    assert Session.objects.filter(engagement=cast.mine.engagement).count() >= 2


def _mend(body, moment):
    """Most moments and links that come to its mind are none of ours: now and then they are to be."""
    if "ratings" in body or "note" in body or ("minutes" in body and "starts_at" not in body):
        for name in ("starts_at", "next_at"):
            body.pop(name, None)
    elif "starts_at" in body:
        body |= {"starts_at": moment, "place": "Room 1", "call_link": ""}


def _try(operation, mode, token, key):
    """Statuses of some requests for one operation."""
    statuses = set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=operation.as_strategy(generation_mode=mode),
        is_there=st.integers(0, 3).map(bool),
        minute=st.integers(30_000, 900_000),
    )
    def ask(case, is_there, minute):
        if is_there and "pk" in case.path_parameters:
            case.path_parameters["pk"] = str(key)
            if mode == GenerationMode.POSITIVE and isinstance(case.body, dict):
                _mend(case.body, at(hours=minute / 60).isoformat())
        answer = case.call_and_validate(
            headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}, checks=CHECKS
        )
        statuses.add(answer.status_code)

    ask()
    return statuses
