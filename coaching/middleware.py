"""What every answer carries, and in whose time zone it is written."""

import logging
import zoneinfo

from csp.constants import SELF
from django.utils import timezone

from coaching.views.errors import erased, sealed
from engagements.actions.texts import TextErased
from engagements.vault import WrongKey

log = logging.getLogger(__name__)


class PrivateAnswers:
    """Nothing dynamic is kept by a browser or proxy; other sites get no handle on our pages."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if request.path.startswith("/admin/"):
            # The admin's own scripts need inline code; our pages do not get this.
            response._csp_update = {
                "script-src": [SELF, "'unsafe-inline'", "'unsafe-eval'"],
                "style-src": [SELF, "'unsafe-inline'"],
            }
        return response


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
    """Where words cannot be opened the answer says why, whichever page it was, and gives back what was typed.

    Every action is one transaction, so nothing was changed.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, TextErased):
            return erased(request)
        if isinstance(exception, WrongKey):
            log.error("Sealed words cannot be opened: the key is missing or another one. Run: manage.py doctor")
            return sealed(request)
        return None
