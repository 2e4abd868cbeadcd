"""What every answer carries, and in whose time zone it is written."""

import codecs
import zoneinfo

from csp.constants import SELF
from django.core.exceptions import BadRequest
from django.utils import timezone


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


class OneEncoding:
    """Forms and addresses are read as UTF-8; a request that names another encoding is not understood (400).

    Some encodings read no text at all, others read half characters that no database keeps. Browsers name none.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.encoding and codecs.lookup(request.encoding).name != "utf-8":
            request.encoding = "utf-8"  # the page that says so reads the address, too
            raise BadRequest("The request is not in UTF-8.")
        return self.get_response(request)


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
