"""What went wrong, as problem+json (RFC 9457): one shape for every refusal, and nothing of what was sent in it."""

import json
from http import HTTPStatus

from django.http import HttpResponse

MEDIA_TYPE = "application/problem+json"
READ_BY_PEOPLE = "/api/v1/docs"  # a page like any other
# Words for people; programs go by `status`.
DETAILS = {
    400: "The request cannot be understood.",
    401: "Send a valid personal token: Authorization: Bearer …",
    403: "This token may not do that.",
    404: "There is nothing here, or nothing that you may know of.",
    405: "This address does not take that method.",
    413: "The request is too large.",
    415: "Send JSON: Content-Type: application/json",
    429: "Too many requests. Wait for the seconds that Retry-After names.",
    500: "Something went wrong on our side.",
    503: "Sealed words cannot be opened at the moment.",
}


class Problem(Exception):
    """Ends a request with this status. `errors`: [{where, message}]; `headers` go with the answer."""

    def __init__(self, status, detail="", *, errors=(), headers=None):
        super().__init__(status)
        self.status, self.detail, self.errors, self.headers = status, detail, errors, headers or {}


def answer_of(problem):
    """The answer that says so."""
    content = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail or DETAILS.get(problem.status, ""),
    }
    if problem.errors:
        content["errors"] = list(problem.errors)
    headers = {"WWW-Authenticate": "Bearer"} if problem.status == 401 else {}
    return HttpResponse(
        json.dumps(content), status=problem.status, content_type=MEDIA_TYPE, headers=headers | problem.headers
    )


class ProblemAnswers:
    """Middleware: beneath /api/, a refusal is a problem whoever refused: an unknown address, an unknown method.

    Whoever is signed in at a browser is nobody here: cookies are left at the door, but for the page to read.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith("/api/") or request.path == READ_BY_PEOPLE:
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        answer = self.get_response(request)
        if answer.status_code >= 400 and answer.headers.get("Content-Type") != MEDIA_TYPE:
            kept = {name: answer.headers[name] for name in ("Allow", "Retry-After") if name in answer.headers}
            answer = answer_of(Problem(answer.status_code, headers=kept))
            answer.headers["Content-Length"] = str(len(answer.content))
        answer.headers["Vary"] = "Authorization, Accept-Encoding"
        return answer
