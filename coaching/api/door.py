"""The door of the API: a personal token, what it may do, for whom an operation is, and how often.

Cookies and sessions open nothing here, so no other site can make a browser act. Asked for anew with each request:
a token that was revoked, an account that was shut and a role that ended count from then on.
"""

from django.conf import settings
from django.utils import timezone
from ninja.security import HttpBearer

from coaching.api.bodies import read_body
from coaching.api.problems import Problem
from engagements.actions.api_tokens import token_behind
from engagements.limits import count_try, count_use

MINUTE = 60  # seconds
WRONG_TOKENS = 30  # from one client in ten minutes


class PersonalToken(HttpBearer):
    """Lets in whose token has this scope, and who is of one of these circles; to others the address does not exist.

    `request.auth` is the token then. `request.user` stays nobody: no middleware takes it for a visit by a browser.
    `known` names the query parameters of the operation; coaching/api/site.py fills it in.
    """

    openapi_description = "A personal token, made on the page “Access for programs” of your profile."

    def __init__(self, scope, *circles):
        super().__init__()
        self.scope, self.circles, self.known = scope, circles, frozenset()

    def __call__(self, request):
        now = timezone.now()
        row = token_behind(token=self._sent(request), now=now)
        if row is None:
            raise self._refusal(request)
        self._count(row, now)
        if self.scope not in row.scopes:
            said = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}
            raise Problem(403, f"This token has no scope {self.scope}.", headers=said)
        if not any(circle.admits(row.user) for circle in self.circles):
            raise Problem(404)
        self._check_query(request)
        if request.method == "POST":
            request.json_body = read_body(request)
        return row

    def authenticate(self, request, token):
        raise NotImplementedError  # __call__ does all of it

    def _sent(self, request):
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        return token.strip()[:200] if kind.lower() == "bearer" else ""

    def _refusal(self, request):
        if count_try(request, "api", seconds=10 * MINUTE) > WRONG_TOKENS:
            return Problem(429, headers={"Retry-After": str(10 * MINUTE)})
        return Problem(401)

    def _count(self, row, now):
        used, left = count_use("api", row.pk, seconds=MINUTE, now=now)
        if used > settings.API_REQUESTS_PER_MINUTE:
            raise Problem(429, headers={"Retry-After": str(left)})

    def _check_query(self, request):
        unknown = [{"where": "query", "message": "There is a parameter that this address does not know."}]
        if set(request.GET) - self.known:
            raise Problem(422, errors=unknown)
        if any(len(request.GET.getlist(name)) > 1 for name in request.GET):
            raise Problem(422, errors=[{"where": "query", "message": "A parameter stands there more than once."}])
