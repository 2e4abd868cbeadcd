"""A view that does not say who may open it is refused to everybody; so is a verb that no page of ours knows."""

import logging

from django.core import checks
from django.http import Http404, HttpResponseNotAllowed
from django.urls import get_resolver

from engagements.access import opened_to

log = logging.getLogger(__name__)

VERBS = ("GET", "HEAD", "POST")  # of any page; which of them a view takes, it says itself


class KnownVerbs:
    """Answers 405 to every other verb, whatever the address and whoever asks, before anything is looked up."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in VERBS:
            return HttpResponseNotAllowed(VERBS)
        return self.get_response(request)


class DeclaredAccess:
    """Refuses what `without_access` would have found; stands before the middleware that asks to sign in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not opened_to(view):
            log.error("Refused: %s does not say who may open it.", name_of(view))
            raise Http404
        return None


def name_of(view):
    """A view's name with its module."""
    return f"{view.__module__}.{getattr(view, '__qualname__', type(view).__name__)}"


def without_access(patterns=None):
    """(address, view) of each view of the site map that does not say who may open it."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(pattern, "url_patterns"):
            yield from without_access(pattern.url_patterns)
        elif not opened_to(pattern.callback):
            yield str(pattern.pattern), pattern.callback


@checks.register(checks.Tags.urls)
def every_view_says_who_may_open_it(app_configs, **kwargs):
    """Stops `manage.py` where a view would be refused."""
    hint = "Put @open_to(COACH), @open_to(COACH, MANAGER), @open_to(EVERYBODY) … of engagements/access.py above it."
    return [
        checks.Error(f"{name_of(view)} at “{address}” does not say who may open it.", hint=hint, id="coaching.E001")
        for address, view in without_access()
    ]
