"""How the access matrix asks: persons, verbs, what each is to be answered, and how much alike answers are.

A case is one person, one verb, one route. Its answer is one of: let in; 405, where no page of ours or not this one
knows the verb; sent to sign in; 404, where the person may not know that there is anything; 403, where they see the
row but not this page of it.
"""

import re
import time
import uuid
from dataclasses import dataclass, field

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as SIGNED_IN_BY
from django.conf import settings
from django.test import Client
from django.test.client import ClientHandler
from django.urls import reverse

# Cora coaches Emil, Otto somebody else; Pia manages the program, Petra another; Remo managed it once, Lena coached
# Emil once; Paco manages the program and coaches elsewhere; Ada is administrator; Sten has no role.
SIGNED_IN = ("cora", "otto", "pia", "petra", "ada", "sten", "removed", "paco", "lena")
# Not signed in: nobody, somebody whose account was shut while signed in, and Emil, whose links open their own pages.
OUTSIDE = ("anonymous", "inactive", "emil_by_link")
PERSONS = (*OUTSIDE, *SIGNED_IN)
KNOWN_VERBS = ("GET", "HEAD", "POST")
UNKNOWN_VERBS = ("PUT", "PATCH", "DELETE", "OPTIONS", "BREW")
VERBS = (*UNKNOWN_VERBS, *KNOWN_VERBS)


def people(*names):
    return frozenset(names)


NOBODY = people()
EVERYBODY, ANYBODY = people(*SIGNED_IN), people(*PERSONS)
COACH, MANAGER = people("cora"), people("pia", "paco")
BOTH = COACH | MANAGER
COACHES, MANAGERS = people("cora", "otto", "paco", "lena"), people("pia", "petra", "paco")
ADMINISTRATOR = people("ada")

IN, NOT_ALLOWED, SIGN_IN, NOT_FOUND, FORBIDDEN = "let in", "405", "sign in", "404", "403"


@dataclass(frozen=True)
class Route:
    """Who succeeds with GET and POST (None: the verb is not known); `row` is what the address names."""

    name: str
    row: str = ""
    word: str = ""  # a fixed part of the address, instead of a row
    get: frozenset | None = None
    post: frozenset | None = None
    may_know: frozenset = field(default_factory=frozenset)  # 403 instead of 404: they see the row, not this page
    leads_to_sign_in: bool = False  # where that is what it is for
    is_of_package: bool = False  # its view learns of the verb after it was asked who comes

    def __str__(self):
        return "-".join(part for part in (self.name, self.word) if part)

    def admitted(self, verb):
        return {"GET": self.get, "HEAD": self.get, "POST": self.post}.get(verb)

    @property
    def cases(self):
        """(person, verb): refused ones first in each verb, since a success may change the row."""
        for verb in VERBS:
            for name in sorted(PERSONS, key=lambda one: one in (self.admitted(verb) or NOBODY)):
                yield name, verb

    def expected(self, name, verb):
        admitted = self.admitted(verb)
        if verb in UNKNOWN_VERBS:
            return NOT_ALLOWED
        if admitted is not None and name in admitted:
            return IN
        if name in OUTSIDE and not (self.get or self.post or NOBODY) & people(*OUTSIDE):
            return SIGN_IN
        if admitted is None and (not self.is_of_package or name in (self.get or self.post)):
            return NOT_ALLOWED
        return FORBIDDEN if name in self.may_know else NOT_FOUND


class Asker:
    """Everybody in a browser of their own, asking for one route about the rows of `rows`."""

    def __init__(self, everybody, rows):
        self.everybody, self.rows, self.clients = everybody, rows, {}

    def client(self, name):
        if name not in self.clients:
            self.clients[name] = self.everybody.by_link() if name == "emil_by_link" else browser()
            user = getattr(self.everybody, name, None)
            if user is not None and user.pk:
                sign_in(self.clients[name], user)
        return self.clients[name]

    def ask(self, name, route, verb, key=None):
        return self.client(name).generic(verb, self.address(route, key))

    def address(self, route, key=None):
        named = key or (self.rows[route.row](self.everybody) if route.row else route.word)
        args = list(named) if isinstance(named, tuple) else [named] if named else []
        return reverse(route.name, args=args)


_HANDLER = ClientHandler(enforce_csrf_checks=False)


def browser(**more):
    """A client that shares the application with the others: putting it together is slower than many requests."""
    client = Client(**more)
    client.handler = _HANDLER
    return client


def sign_in(client, user):
    """Signed in with a password a moment ago, so that nothing asks for it again."""
    client.force_login(user)
    session = client.session
    session[SIGNED_IN_BY] = [{"method": "password", "at": time.time(), "email": user.email}]
    session.save()
    client.get(reverse("healthz"))  # the first request notes in the session when it began


def judge(answer, expected, route):
    """What is wrong with an answer, or an empty text."""
    status, to = answer.status_code, answer.headers.get("Location", "")
    leads_in = to.startswith(reverse("account_login")) and not getattr(route, "leads_to_sign_in", False)
    is_problem = answer.headers.get("Content-Type") == "application/problem+json"
    is_right = {
        IN: status in (200, 301, 302) and not leads_in,
        NOT_ALLOWED: status == 405 and "Allow" in answer.headers and (not answer.content or is_problem),
        SIGN_IN: status == 302 and to.startswith(reverse("account_login")),
        NOT_FOUND: status == 404,
        FORBIDDEN: status == 403,
    }[expected]
    return "" if is_right else f"{status} {to} instead of {expected}"


# --- comparing -----------------------------------------------------------------------------------

TOKEN = re.compile(rb"[A-Za-z0-9]{64}")
CHANCE = re.compile(rb"\b(?:[A-Za-z0-9]{64}|[A-Za-z0-9]{32})\b")  # a form token, in a page or a cookie


def unmasked(answer):
    """The page without its form tokens, which Django masks anew in every answer."""
    return TOKEN.sub(b"token", answer.content)


def all_of(answer):
    """Everything that arrives: status, headers, cookies, content. A browser gets its form token with any first page."""
    cookies = sorted(one.OutputString() for one in answer.cookies.values() if one.key != settings.CSRF_COOKIE_NAME)
    return answer.status_code, sorted(answer.headers.items()), cookies, unmasked(answer)


def told(answer, words):
    """Which of these words an answer says anywhere; a form token may hold any four letters by chance."""
    everything = answer.content + str([*answer.headers.items(), *answer.cookies.values()]).encode()
    said = CHANCE.sub(b"", everything)
    return [word for word in words if word.encode() in said]


def nothing(key=""):
    """The key of a row that does not exist, of the same kind as `key`."""
    return 10**9 if isinstance(key, int) else uuid.uuid4()
