"""Keys of backups: BACKUP_KEYS in the environment, or a file in VAR_DIR that the first backup makes.

They are apart from the keys of notes: whoever keeps the backups needs no note, and the other way round.
"""

from django.conf import settings

from coaching import environment
from engagements.key_file import put_key_in_front
from engagements.vault import KeyRing, VaultError, key_id

NAME = "backup_keys"


class NoKey(Exception):
    """There is no key for this; the message says what to do."""


def key_file():
    return settings.VAR_DIR / NAME


def key_to_seal():
    """(name, key) of the newest key; makes the file of keys where there is none."""
    if not environment.text("BACKUP_KEYS"):
        put_key_in_front(key_file(), only_if_missing=True)
    key = _ring().keys[0]
    return key_id(key), key


def key_to_open(name):
    """The key of this name. Raises NoKey."""
    for key in _ring().keys:
        if key_id(key) == name:
            return key
    raise NoKey(f"This backup was sealed with key {name}, which is not here. Set BACKUP_KEYS, or bring {key_file()}.")


def _ring():
    try:
        return KeyRing.parse(environment.text("BACKUP_KEYS") or key_file().read_text().strip())
    except FileNotFoundError:
        raise NoKey(f"There is no key: {key_file()} is missing, and BACKUP_KEYS is not set.") from None
    except (OSError, VaultError, UnicodeDecodeError) as error:
        raise NoKey(f"The keys of backups cannot be read: {type(error).__name__}.") from None
