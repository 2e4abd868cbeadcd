"""The web application, for gunicorn."""

import codecs
import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coaching.settings")

_django = get_wsgi_application()
# Everything a request needs is loaded now, and is never garbage: looking through it all again and again would stop a
# process for a tenth of a second each time.
get_resolver().url_patterns  # noqa: B018 - read for the modules it loads
gc.collect()
gc.freeze()

# Like every other answer's (coaching/middleware.py), which is not reached here.
GUARDS = [
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
]


def application(environ, start_response):
    """Refuses a request that names another encoding than UTF-8, before Django reads its address in it.

    Some encodings read no text at all, others read half characters that no database keeps. Browsers name none.
    """
    if not _is_utf_8(environ.get("CONTENT_TYPE", "")):
        start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8"), *GUARDS])
        return [b"We read UTF-8 only.\n"]
    return _django(environ, start_response)


def _is_utf_8(content_type: str) -> bool:
    """Whether a content type, read as Django reads it, names UTF-8 or no encoding at all."""
    try:
        _, parameters = parse_header_parameters(content_type)
        return codecs.lookup(parameters.get("charset", "utf-8")).name == "utf-8"
    except (LookupError, ValueError):
        return False
