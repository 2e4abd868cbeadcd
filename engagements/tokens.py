"""Tokens of links and codes. Pure: no database, no clock, no settings.

A link's token has 256 bits and is derived (HMAC-SHA-256, RFC 2104) from the secret key, the purpose, what it is
bound to and a random nonce: a repeated mail carries the same link, the database holds its hash only, and a row
moved to another engagement or purpose opens nothing. A code has six digits, lives for minutes and takes few tries.
"""

import hashlib
import hmac
import secrets

NONCE_BYTES = 32
CODE_DIGITS = 6


def new_nonce() -> str:
    """64 hexadecimal digits, random."""
    return secrets.token_hex(NONCE_BYTES)


def derive_token(secret: str, *, purpose: str, bound_to: tuple[str, ...], nonce: str) -> str:
    """The token of one link: 64 hexadecimal digits. `bound_to` names rows, for instance link and engagement."""
    return hmac.new(secret.encode(), _joined("link", purpose, *bound_to, nonce), hashlib.sha256).hexdigest()


def hash_of(token: str) -> str:
    """What is stored of a token: enough to recognise it, not to use it."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two texts are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode(errors="replace"), other.encode(errors="replace"))


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def hash_of_code(secret: str, *, link: str, code: str) -> str:
    """What is stored of a code. Keyed, because a million codes are hashed in no time."""
    return hmac.new(secret.encode(), _joined("code", link, _digits(code)), hashlib.sha256).hexdigest()


def _digits(code: str) -> str:
    """The code as it was meant: people type spaces and hyphens."""
    return "".join(letter for letter in code if letter not in " -\u00a0")


def _joined(*parts: str) -> bytes:
    """Parts with their lengths before them, so that no two lists of parts look the same."""
    return b"".join(len(part := text.encode(errors="replace")).to_bytes(4, "big") + part for text in parts)
