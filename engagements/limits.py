"""Limits on guessing and on use, in the cache that all processes share.

Tries of somebody unknown are counted per client address; uses of somebody known, such as files, per person, so that
an office behind one address is not held up.
"""

import hashlib

from allauth.account.adapter import get_adapter
from django.core.cache import cache


def count_try(request, what, *, seconds):
    """Counts one more try of a kind from this client and returns how many there were in the running window.

    Addresses are kept as hashes, for as long as the window; a window begins with the first try.
    """
    key = _key(request, what)
    if cache.add(key, 1, timeout=seconds):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # it expired in between
        cache.set(key, 1, timeout=seconds)
        return 1


def count_use(what, who, *, seconds, now):
    """(how many uses of a kind by one holder in this window, seconds until the next). Windows follow the clock."""
    window, left = divmod(int(now.timestamp()), seconds)
    key = f"uses:{what}:{who}:{window}"
    if cache.add(key, 1, timeout=seconds + 1):
        return 1, seconds - left
    try:
        return cache.incr(key), seconds - left
    except ValueError:  # it expired in between
        return 1, seconds - left


def _key(request, what):
    client = get_adapter(request).get_client_ip(request) or "unknown"
    return f"tries:{what}:{hashlib.sha256(client.encode()).hexdigest()[:32]}"
