"""How long somebody stays signed in: an idle limit, an absolute limit, and the end of all sessions at once.

A session says when it began and when it was last used. The latter is written every few minutes only, so most
requests write nothing.
"""

import logging

from django.conf import settings
from django.contrib.auth import logout
from django.utils import timezone

log = logging.getLogger(__name__)

BEGAN, USED = "began_at", "used_at"  # seconds since 1970
WRITTEN_EVERY = 5 * 60  # seconds


class SessionLimits:
    """Signs out whoever was away too long, is signed in too long, or was signed out everywhere."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        now = timezone.now().timestamp()
        if request.user.is_authenticated:
            if BEGAN in request.session and is_over(request.session, request.user, now):
                logout(request)
            else:
                note_use(request.session, now)
        response = self.get_response(request)
        if request.user.is_authenticated and BEGAN not in request.session:
            note_use(request.session, now)  # signed in by this very request
        return response


def is_over(session, user, now):
    """Whether a session has reached one of its ends."""
    began, used = session[BEGAN], session[USED]
    if user.signed_out_at is not None and began <= user.signed_out_at.timestamp():
        return True
    return now - used > settings.SESSION_IDLE_SECONDS or now - began > settings.SESSION_COOKIE_AGE


def note_use(session, now):
    session.setdefault(BEGAN, now)
    if now - session.get(USED, 0) > min(WRITTEN_EVERY, settings.SESSION_IDLE_SECONDS / 4):
        session[USED] = now
