"""What every answer carries, and in whose time zone it is written."""

import zoneinfo

from csp.constants import SELF
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
