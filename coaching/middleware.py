"""What every answer carries, and in whose time zone it is written."""

import logging
import zoneinfo

from csp.constants import SELF
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import DisallowedHost
from django.http import HttpResponseBadRequest
from django.middleware.security import SecurityMiddleware
from django.utils import timezone

from coaching.views.errors import carries_words, erased, is_from_here, not_agreed, sealed, signed_out
from engagements.actions.agreements import NotAgreed
from engagements.actions.erasure import ContentErased
from engagements.actions.texts import TextErased
from engagements.vault import WrongKey

log = logging.getLogger(__name__)

PERMISSIONS = "camera=(), geolocation=(), microphone=(), publickey-credentials-get=(self)"


class PrivateAnswers:
    """Nothing dynamic is kept by a browser or proxy; other sites get no handle on our pages."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if request.path.startswith("/admin/"):
            # The admin's own scripts need inline code; our pages do not get this.
            response._csp_update = {
                "script-src": [SELF, "'unsafe-inline'", "'unsafe-eval'"],
                "style-src": [SELF, "'unsafe-inline'"],
            }
        return response


class KnownHost:
    """Refuses a request for another host before anything asks for its name; the answer has all headers."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.security = SecurityMiddleware(get_response)

    def __call__(self, request):
        try:
            request.get_host()
        except DisallowedHost:
            log.warning("Refused a request for a host that is not in ALLOWED_HOSTS.")
            answer = HttpResponseBadRequest("There is no such site here.\n", content_type="text/plain; charset=utf-8")
            return self.security.process_response(request, answer)
        return self.get_response(request)


class SignInFirst(LoginRequiredMiddleware):
    """Asks to sign in; whoever sent something by then gets it back."""

    def handle_no_permission(self, request, view_func):
        if is_from_here(request) and carries_words(request):
            return signed_out(request)
        return super().handle_no_permission(request, view_func)


class OwnTimeZone:
    """Dates are kept in UTC and shown in the zone of the person who looks."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        name = getattr(request.user, "time_zone", "")
        if not name:
            return self.get_response(request)
        with timezone.override(zoneinfo.ZoneInfo(name)):
            return self.get_response(request)


class SealedWords:
    """Where words cannot be opened or kept the answer says why, whichever page it was, and gives back what was typed.

    Every action is one transaction, so nothing was changed.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, TextErased | ContentErased):
            return erased(request)
        if isinstance(exception, NotAgreed):
            return not_agreed(request)
        if isinstance(exception, WrongKey):
            log.error("Sealed words cannot be opened: the key is missing or another one. Run: manage.py doctor")
            return sealed(request)
        return None
