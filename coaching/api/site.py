"""The API as a whole: its operations, its refusals, its addresses, its OpenAPI document."""

from functools import partial

from django.http import Http404
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from coaching.api import reading, writing
from coaching.api.bodies import StrictBodies
from coaching.api.door import PersonalToken
from coaching.api.openapi import completed
from coaching.api.problems import Problem, answer_of
from engagements.access import TOKEN, open_to
from engagements.actions.agreements import NotAgreed
from engagements.actions.api_requests import OtherRequest
from engagements.actions.erasure import ContentErased
from engagements.actions.sessions import AlreadyThere, NotNow
from engagements.actions.texts import TextErased
from engagements.vault import WrongKey
from trust.actions.session_log import AlreadyLogged

VERSION = "1.0"
WORDS = (
    "Programs, engagements, sessions, open flags and frozen reports, with the rights you have on the pages. "
    "What was said, rated or answered is given out by nothing here."
)
REFUSALS = {
    AlreadyThere: 409,
    NotNow: 409,
    NotAgreed: 409,
    AlreadyLogged: 409,
    OtherRequest: 422,
    ContentErased: 410,
    TextErased: 410,
}

api = NinjaAPI(
    title="Point of Trust",
    version=VERSION,
    description=WORDS,
    openapi_url=None,
    docs_url=None,
    parser=StrictBodies(),
    urls_namespace="api",
)
api.add_router("", reading.router)
api.add_router("", writing.router)


def _refused(status, request, error):
    return answer_of(Problem(status, str(error)))


def _not_valid(request, error):
    """What does not fit, and where; never what was sent."""
    errors = [{"where": ".".join(_place(one["loc"])), "message": one["msg"]} for one in error.errors]
    return answer_of(Problem(422, "Some of this does not fit.", errors=errors))


def _place(location):
    """Names of ours only: a name that was sent may be a word of somebody's."""
    return [str(part) for part in location if isinstance(part, int) or str(part) in KNOWN_NAMES]


def _with_its_status(request, error):
    return answer_of(Problem(error.status_code))


def _unexpected(request, error):
    raise error  # to the log, without values, as on every page


for refusal, status in REFUSALS.items():
    api.add_exception_handler(refusal, partial(_refused, status))
api.add_exception_handler(Problem, lambda request, problem: answer_of(problem))
api.add_exception_handler(ValidationError, _not_valid)
api.add_exception_handler(AuthenticationError, lambda request, error: answer_of(Problem(401)))
api.add_exception_handler(HttpError, _with_its_status)
api.add_exception_handler(Http404, lambda request, error: answer_of(Problem(404)))
api.add_exception_handler(WrongKey, lambda request, error: answer_of(Problem(503)))
api.add_exception_handler(Exception, _unexpected)


def operations():
    """Every operation, as it is mounted."""
    for bound in api._get_bound_routers():
        for view in bound.path_operations.values():
            yield from view.operations


def _known_query(operation):
    return frozenset(
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in model.__ninja_flatten_map__
    )


def _declared():
    """The addresses of all operations; refuses to start where one has no door."""
    for operation in operations():
        (door,) = operation.auth_callbacks
        if not isinstance(door, PersonalToken) or not door.circles:
            raise TypeError(f"{operation.path} does not say for whom it is: auth=PersonalToken(…)")
        door.known = _known_query(operation)
    for pattern in api.urls[0]:
        if pattern.name != "api-root":
            pattern.callback = open_to(TOKEN)(pattern.callback)
            yield pattern


PATTERNS = [*_declared()]
DOCUMENT = completed(api.get_openapi_schema(path_prefix="/api/v1/"))
KNOWN_NAMES = {
    name for schema in DOCUMENT["components"]["schemas"].values() for name in schema.get("properties", ())
} | {"body", "query", "path", "header", "Idempotency-Key", "limit", "after", "pk", "program", "engagement"}
