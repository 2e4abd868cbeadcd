"""A sealed file, written and read in pieces of any size, however large the whole is. Pure.

AES-256-GCM, a chunk at a time, with a key of the file's own (HKDF-SHA256 from the backup key and a random salt). The
number of a chunk and whether it is the last one are its nonce; the head is bound to every chunk. So nothing can be
changed, left out, put elsewhere or cut off at the end without being noticed, and two files never share a nonce.

    words that name the format, and a line break
    length of the head in 4 bytes, the head as JSON (not secret: when it was made, of what, which keys it needs)
    chunks of CHUNK bytes and a tag each; the last one is shorter, or empty
"""

import hashlib
import json
import secrets
import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT = b"point of trust backup 1\n"
CHUNK = 1 << 20  # bytes
TAG = 16
LONGEST_HEAD = 1 << 20
SALT = 32


class NotABackup(Exception):
    """The file is none of ours, was changed, or is not whole; the message says which."""


def write(file: BinaryIO, *, head: dict, key: bytes, plain: Iterable[bytes]) -> None:
    """Writes a whole sealed file from pieces of plain bytes, compressed on the way."""
    salt = secrets.token_bytes(SALT)
    words = json.dumps(head | {"salt": salt.hex()}).encode()
    file.write(FORMAT + len(words).to_bytes(4) + words)
    cipher, bound_to = _cipher(key, salt), _bound_to(words)
    number, held = 0, bytearray()
    for piece in _compressed(plain):
        held += piece
        while len(held) > CHUNK:
            file.write(cipher.encrypt(_nonce(number, is_last=False), bytes(held[:CHUNK]), bound_to))
            del held[:CHUNK]
            number += 1
    file.write(cipher.encrypt(_nonce(number, is_last=True), bytes(held), bound_to))


def read_head(file: BinaryIO) -> dict:
    """The head, which says what is needed to open the rest. Raises NotABackup. It is proven only by reading on."""
    return _head(file)[0]


def read(file: BinaryIO, *, key: bytes) -> Iterator[bytes]:
    """The plain bytes in pieces; raises NotABackup as soon as one does not fit. What came before it is not whole."""
    head, words = _head(file)
    cipher, bound_to = _cipher(key, bytes.fromhex(head["salt"])), _bound_to(words)
    unpacked, number, chunk = zlib.decompressobj(), 0, file.read(CHUNK + TAG)
    while True:
        following = file.read(CHUNK + TAG)
        try:
            plain = cipher.decrypt(_nonce(number, is_last=not following), chunk, bound_to)
        except InvalidTag:
            raise NotABackup("The key does not fit, or the file was changed or is not whole.") from None
        while plain:
            yield unpacked.decompress(plain, CHUNK)
            plain = unpacked.unconsumed_tail
        if not following:
            break
        number, chunk = number + 1, following
    yield unpacked.flush()


def _head(file):
    if file.read(len(FORMAT)) != FORMAT:
        raise NotABackup("This is no backup, or one of a version that is not known here.")
    length = int.from_bytes(file.read(4))
    words = file.read(length) if length <= LONGEST_HEAD else b""
    try:
        head = json.loads(words)
        bytes.fromhex(head["salt"])
        str(head["key"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NotABackup("The head of the file cannot be read.") from None
    return head, words


def _cipher(key, salt):
    return AESGCM(HKDF(SHA256(), 32, salt, b"point of trust backup").derive(key))


def _bound_to(words):
    return hashlib.sha256(FORMAT + words).digest()


def _nonce(number, *, is_last):
    return number.to_bytes(11) + bytes([is_last])


def _compressed(plain):
    packer = zlib.compressobj(6)
    for piece in plain:
        yield packer.compress(piece)
    yield packer.flush()
