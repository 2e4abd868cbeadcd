"""Routes of the API, and how the matrix asks for them: who sends which token with which verb, and what is answered."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.test import Client
from django.urls import reverse

from coaching.tests.cast import at
from coaching.tests.matrix import BOTH, COACH, COACHES, MANAGER, MANAGERS, NOBODY, SIGNED_IN, VERBS, nothing
from engagements.actions.api_tokens import make_token, revoke_token
from engagements.models import ApiToken, Scope

ALL_SCOPES = Scope.values
# Nobody's token, one that was never made, ended ones, that of a shut account; Cora's browser; her token for less.
WITHOUT = ("anonymous", "wrong", "expired", "revoked", "inactive", "by_cookie")
HOLDERS = (*SIGNED_IN, *WITHOUT, "scopeless")


@dataclass(frozen=True)
class ApiRoute:
    """Who succeeds; `may_know` gets 403: they see the row, and may not do this."""

    name: str
    row: str = ""
    verb: str = "GET"
    scope: str = Scope.READ
    admitted: frozenset = NOBODY
    may_know: frozenset = NOBODY
    body: dict = field(default_factory=dict, hash=False)

    def __str__(self):
        return self.name

    @property
    def cases(self):
        """(holder, verb): those who change something come last."""
        for verb in VERBS:
            for holder in sorted(HOLDERS, key=lambda one: one in self.admitted):
                yield holder, verb

    def expected(self, holder, verb):
        if verb != self.verb:
            return 405
        if holder in WITHOUT:
            return 401
        if holder == "scopeless":
            return 403
        if holder in self.admitted:
            return 200
        return 403 if holder in self.may_know else 404


def moment(days):
    return at(days).isoformat()


API_ROUTES = [
    ApiRoute("api_programs", admitted=COACHES | MANAGERS),
    ApiRoute("api_program", "program", admitted=BOTH),
    ApiRoute("api_engagements", admitted=COACHES | MANAGERS),
    ApiRoute("api_engagement", "engagement", admitted=BOTH),
    ApiRoute("api_sessions", admitted=COACHES | MANAGERS),
    ApiRoute("api_session", "session", admitted=BOTH),
    ApiRoute("api_flags", admitted=COACHES | MANAGERS),
    ApiRoute("api_flag", "flag", admitted=BOTH),
    ApiRoute("api_reports", scope=Scope.REPORTS, admitted=MANAGERS),
    ApiRoute("api_report", "report", scope=Scope.REPORTS, admitted=MANAGER),
    ApiRoute(
        "api_session_schedule",
        "engagement",
        "POST",
        Scope.SESSIONS,
        admitted=COACH,
        may_know=MANAGER,
        body={"starts_at": moment(40)},
    ),
    ApiRoute(
        "api_session_log",
        "session",
        "POST",
        Scope.SESSIONS,
        admitted=COACH,
        may_know=MANAGER,
        body={"minutes": 55, "ratings": {"value": 6}},
    ),
]


class ApiAsker:
    """Everybody with the token they have, asking for one operation about the rows of `rows`."""

    def __init__(self, everybody, rows, route):
        self.everybody, self.rows, self.route, self.tokens = everybody, rows, route, {}

    def ask(self, holder, verb, key=None):
        client = Client()
        if holder == "by_cookie":
            client.force_login(self.everybody.cora)
        token = self.token(holder)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return client.generic(verb, self.address(key), self._body(verb), "application/json", headers=headers)

    def address(self, key=None):
        key = key or (self.rows[self.route.row](self.everybody) if self.route.row else None)
        return reverse(self.route.name, args=[key] if key else [])

    def ask_for_nothing(self, holder, verb):
        """About a row that nobody has; for a list, about an address beneath it."""
        if self.route.row:
            return self.ask(holder, verb, nothing())
        return Client().generic(verb, f"{self.address()}/nothing")

    def _body(self, verb):
        import json

        return json.dumps(self.route.body) if verb == "POST" else ""

    def token(self, holder):
        if holder not in self.tokens:
            self.tokens[holder] = self._make(holder)
        return self.tokens[holder]

    def _make(self, holder):
        if holder in ("anonymous", "by_cookie", "wrong"):
            return "pot_" + "0" * 64 if holder == "wrong" else ""
        scopes = [one for one in ALL_SCOPES if one != self.route.scope] if holder == "scopeless" else ALL_SCOPES
        user = getattr(self.everybody, holder, self.everybody.cora)
        row, token = make_token(user=user, name=holder, scopes=scopes, days=30, now=at())
        if holder == "expired":
            ApiToken.objects.filter(pk=row.pk).update(expires_at=at() - timedelta(seconds=1))
        if holder == "revoked":
            revoke_token(token=row, by=user, now=at())
        return token
