"""The key-encryption keys of this installation, from the environment or from a file that may change meanwhile."""

import os
from functools import lru_cache

from django.conf import settings

from engagements.vault import KeyRing, VaultError, WrongKey


class KeyMissing(WrongKey):
    """This process has no key-encryption key, or cannot read it."""


def key_ring() -> KeyRing:
    """The ring as it is now; raises KeyMissing. A file that was changed is read anew, so nothing need restart."""
    if settings.NOTE_KEYS:
        return _parsed(settings.NOTE_KEYS)
    if settings.NOTE_KEYS_FILE is None:
        raise KeyMissing("This part of the application works without keys.")
    return _parsed(_text_of_file(settings.NOTE_KEYS_FILE))


def _text_of_file(file) -> str:
    try:
        now = os.stat(file)
        return _read(file, (now.st_mtime_ns, now.st_ino, now.st_size))
    except FileNotFoundError:
        raise KeyMissing(f"{file} is missing, and NOTE_KEYS is not set.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise KeyMissing(f"{file} cannot be read: {type(error).__name__}.") from None


@lru_cache(maxsize=1)
def _read(file, state) -> str:
    """The file's text in that state of it."""
    with open(file) as handle:
        return handle.read()


@lru_cache(maxsize=4)
def _parsed(text: str) -> KeyRing:
    try:
        return KeyRing.parse(text)
    except VaultError as error:
        raise KeyMissing(str(error)) from None
