"""Seals text. Pure: no database, no clock, no settings.

AES-256-GCM (NIST SP 800-38D) with a fresh random 96-bit nonce per message. Each engagement has a data
key of its own; the data key is wrapped (sealed) by a key-encryption key from outside the database. Whoever
holds the database alone holds nothing readable; destroying one wrapped key erases one engagement.
"""

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
FORMAT = b"\x01"  # first byte of every sealed value, so that a later format can be told apart
LONGEST_TEXT = 200_000  # characters; about a hundred pages
ADDED_BYTES = len(FORMAT) + NONCE_BYTES + 16  # to whatever is sealed: format, nonce and GCM's tag
LONGEST_SEALED = 4 * LONGEST_TEXT + ADDED_BYTES  # bytes of a text; UTF-8 takes four for a character at most
LONGEST_WRAPPED = KEY_BYTES + ADDED_BYTES


class VaultError(Exception):
    """The text cannot be sealed or opened; carries no part of it."""


class WrongKey(VaultError):
    """No key at hand opens this, or it was moved or changed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed text belongs; moved anywhere else, it does not open."""

    engagement: str
    kind: str
    subject: str
    revision: int

    def as_bytes(self) -> bytes:
        return "\x1f".join((self.engagement, self.kind, self.subject, str(self.revision))).encode()


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Key-encryption keys, newest first; the first one wraps, all of them unwrap."""

    keys: tuple[bytes, ...]

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Comma-separated URL-safe base64 keys of 32 bytes each; raises VaultError otherwise."""
        try:
            keys = tuple(base64.urlsafe_b64decode(part.strip()) for part in text.split(",") if part.strip())
        except (binascii.Error, ValueError) as error:
            raise VaultError("NOTE_KEYS is not base64.") from error
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise VaultError(f"NOTE_KEYS must hold keys of {KEY_BYTES} bytes each.")
        return cls(keys)

    @property
    def current_id(self) -> str:
        return key_id(self.keys[0])

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(key_id(key) for key in self.keys)

    def newest_opens(self, wrapped: bytes, engagement: str) -> bool:
        """Whether the newest key alone opens this data key, so that the older ones may go."""
        try:
            _open(self.keys[0], wrapped, _wrap_place(engagement))
        except WrongKey:
            return False
        return True

    def wrap(self, data_key: bytes, engagement: str) -> bytes:
        """Seals a data key under the newest key."""
        return _seal(self.keys[0], data_key, _wrap_place(engagement))

    def unwrap(self, wrapped: bytes, engagement: str) -> bytes:
        """Opens a data key; raises WrongKey when no key of the ring fits."""
        for key in self.keys:
            try:
                return _open(key, wrapped, _wrap_place(engagement))
            except WrongKey:
                continue
        raise WrongKey("No key at hand opens this engagement.")


def key_id(key: bytes) -> str:
    """A short public name for a key, from which it cannot be had back."""
    return hashlib.sha256(b"key-id\x1f" + key).hexdigest()[:16]


def new_key() -> bytes:
    """32 random bytes."""
    return secrets.token_bytes(KEY_BYTES)


def seal_text(data_key: bytes, text: str, place: Place) -> bytes:
    """Sealed bytes of a text; raises VaultError when it is too long or cannot be encoded."""
    if len(text) > LONGEST_TEXT:
        raise VaultError(f"The text is longer than {LONGEST_TEXT} characters.")
    try:
        plain = text.encode()
    except UnicodeEncodeError:
        raise VaultError("The text holds half a character (a lone surrogate).") from None
    return _seal(data_key, plain, place.as_bytes())


def open_text(data_key: bytes, sealed: bytes, place: Place) -> str:
    """The text; raises WrongKey when key, place or content do not fit."""
    return _open(data_key, sealed, place.as_bytes()).decode()


def seal_bytes(data_key: bytes, plain: bytes, place: Place) -> bytes:
    """Sealed bytes of a file."""
    return _seal(data_key, plain, place.as_bytes())


def open_bytes(data_key: bytes, sealed: bytes, place: Place) -> bytes:
    """The file; raises WrongKey when key, place or content do not fit."""
    return _open(data_key, sealed, place.as_bytes())


def _wrap_place(engagement: str) -> bytes:
    return b"data-key\x1f" + engagement.encode()


def _seal(key: bytes, plain: bytes, place: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, plain, FORMAT + place)


def _open(key: bytes, sealed: bytes, place: bytes) -> bytes:
    sealed = bytes(sealed)
    if sealed[:1] != FORMAT or len(sealed) < ADDED_BYTES:
        raise WrongKey("Not a sealed value of a known format.")
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, FORMAT + place)
    except InvalidTag:
        raise WrongKey("The key does not fit, or the sealed value was moved or changed.") from None
