"""The short-lived cookie that takes the place of a personal link's address.

A token in an address ends up in histories, in logs of proxies and on screens. So the first request swaps it for
a signed cookie that names the link, holds for one page's path and minutes, and is asked about in the database
each time: a link that was revoked opens nothing, whatever a cookie says.
"""

from django.conf import settings
from django.core import signing

HOLDS_SECONDS = 60 * 60


def put_link_cookie(response, *, key, path, purpose, value=None, seconds=HOLDS_SECONDS):
    """Sets the cookie for the pages under `path`. `key` names the row that the link opened.

    `value` is what the cookie says, where it says more than which row: for instance that a code was passed.
    """
    response.set_cookie(
        cookie_name(key, purpose),
        signing.dumps(str(value or key), salt=_salt(key, purpose)),
        max_age=seconds,
        path=path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",  # "Strict" would not survive the way here from a mail
    )
    return response


def link_cookie(request, *, key, purpose, seconds=HOLDS_SECONDS):
    """What the cookie of this row and purpose says, or None when there is none, or it is too old or not ours."""
    cookie = request.COOKIES.get(cookie_name(key, purpose), "")
    try:
        return signing.loads(cookie, salt=_salt(key, purpose), max_age=seconds)
    except signing.BadSignature:
        return None


def take_link_cookie(response, *, key, path, purpose):
    """Takes the cookie away again."""
    response.delete_cookie(cookie_name(key, purpose), path=path, samesite="Lax")
    return response


def cookie_name(key, purpose):
    """A name per row: several links may be open in one browser."""
    return f"pot_{purpose.lower()}_{str(key)[:8]}"


def _salt(key, purpose):
    return f"link:{purpose}:{key}"
