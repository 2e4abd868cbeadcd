"""What a report of an error may hold: where it happened and of which class it is, never a value.

For whoever adds Django's mails to administrators, or another reporter that builds on them; on its own the
application sends none. With DEBUG on the page keeps the texts of errors, and has no variables either.
"""

import html

from django.conf import settings
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from coaching.logs import places, without_keys


class NoValues(SafeExceptionReporterFilter):
    """No settings, no headers, no cookies, no fields of forms, no local variables."""

    def get_safe_settings(self):
        return {}

    def get_safe_request_meta(self, request):
        return {}

    def get_safe_cookies(self, request):
        return {}

    def get_post_parameters(self, request):
        return {}

    def get_traceback_frame_variables(self, request, tb_frame):
        return []


class OnlyPlaces(ExceptionReporter):
    """Django's report without values; outside DEBUG not even the text of the error, which may quote one."""

    def get_traceback_data(self):
        data = super().get_traceback_data()
        for name in ("unicode_hint", "user_str", "request_GET_items", "request_FILES_items", "request_COOKIES_items"):
            data.pop(name, None)
        return data

    def get_traceback_text(self):
        return super().get_traceback_text() if settings.DEBUG else self._places()

    def get_traceback_html(self):
        return super().get_traceback_html() if settings.DEBUG else f"<pre>{html.escape(self._places())}</pre>"

    def _places(self):
        request = self.request
        asked = f"{request.method} {without_keys(request.path)}\n\n" if request else ""
        return asked + "".join(places(self.exc_value))
