"""Who may open a page: every view says so here, in one word per role.

`@open_to(COACH, MANAGER)` below the decorator that names the verbs. To somebody of another role the page does not
exist (404). Which rows of it somebody sees is up to the rows: `visible_to(user)` and its kin. A view that says
nothing is refused to everybody (coaching/declared_access.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import Http404

from engagements import permissions


@dataclass(frozen=True, slots=True)
class Circle:
    """Those who may come in; `needs_account`: whoever is not signed in is asked to sign in first."""

    words: str
    admits: Callable[[Any], bool]
    needs_account: bool = True

    def __str__(self):
        return self.words


COACH = Circle("coaches", permissions.is_coach)
MANAGER = Circle("program managers", permissions.is_program_manager)
ADMINISTRATOR = Circle("administrators", permissions.is_administrator)
EVERYBODY = Circle("everybody who is signed in", lambda user: user.is_authenticated)
LINK = Circle("whoever holds a personal link; the view looks it up", lambda user: True, needs_account=False)
TOKEN = Circle(
    "whoever holds a personal token; the door of the API looks it up", lambda user: True, needs_account=False
)
ANYBODY = Circle("anybody", lambda user: True, needs_account=False)


def open_to(*circles):
    """Declares who may open a view: one circle of these is enough."""
    if not circles or not all(isinstance(circle, Circle) for circle in circles):
        raise TypeError("Say who may come in: @open_to(COACH), @open_to(COACH, MANAGER), @open_to(ANYBODY) …")

    def declare(view):
        @wraps(view)
        def admitted(request, *args, **kwargs):
            if not any(circle.admits(request.user) for circle in circles):
                raise Http404
            return view(request, *args, **kwargs)

        admitted.open_to = circles
        admitted.login_url = None  # one door for everybody, also where a package has one of its own
        admitted.login_required = all(circle.needs_account for circle in circles)  # for Django's middleware
        return admitted

    return declare


def opened_to(view):
    """The circles a view declares; none where it says nothing."""
    return getattr(view, "open_to", ())


def open_all_to(*circles, patterns):
    """Declares views of a package where they are mounted, a whole tree of addresses at once."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            open_all_to(*circles, patterns=pattern.url_patterns)
        else:
            pattern.callback = open_to(*circles)(pattern.callback)
    return patterns
