"""The key-encryption keys of this installation."""

from functools import lru_cache

from django.conf import settings

from engagements.vault import KeyRing


def key_ring() -> KeyRing:
    """The ring named by NOTE_KEYS; raises VaultError when it cannot be read."""
    return _parsed(settings.NOTE_KEYS)


@lru_cache(maxsize=4)
def _parsed(text: str) -> KeyRing:
    return KeyRing.parse(text)
