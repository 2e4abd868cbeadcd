"""Caches that every process of an installation shares: files on one machine, Redis on several.

What is counted here slows guessing down, so counting must not lose steps when many ask at once, and must not keep
anybody out when Redis does.
"""

import fcntl
import logging
import os
import pickle
import time
import zlib
from contextlib import contextmanager

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

PAUSE = 15  # seconds without Redis before it is asked again: each question to a silent server takes two


class FileCache(FileBasedCache):
    """Django's cache in files, with steps that no other process comes between."""

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        with self._alone():
            return super().add(key, value, timeout, version)

    def incr(self, key, delta=1, version=None):
        """The new number; it expires when it would have."""
        with self._alone():
            value, seconds_left = self._read(key, version)
            self.set(key, value + delta, seconds_left, version)
            return value + delta

    def _read(self, key, version):
        try:
            with open(self._key_to_file(key, version), "rb") as file:
                expiry = pickle.load(file)  # noqa: S301 - written by us, into a folder of ours
                if expiry is None or expiry > time.time():
                    value = pickle.loads(zlib.decompress(file.read()))  # noqa: S301
                    return value, None if expiry is None else expiry - time.time()
        except (FileNotFoundError, EOFError):
            pass
        raise ValueError(f"Key {key!r} not found")

    @contextmanager
    def _alone(self):
        """One process at a time; a lock ends with its process."""
        self._createdir()
        descriptor = os.open(os.path.join(self._dir, "lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


class RedisOrOwn(RedisCache):
    """Redis; while it does not answer, a cache of this process's own, so that people can still sign in."""

    def __init__(self, server, params):
        super().__init__(server, params)
        self._own = LocMemCache(f"instead of {server}", {**params, "OPTIONS": {}})
        self._asked_again_at = 0.0

    def add(self, *args, **kwargs):
        return self._ask("add", *args, **kwargs)

    def get(self, *args, **kwargs):
        return self._ask("get", *args, **kwargs)

    def set(self, *args, **kwargs):
        return self._ask("set", *args, **kwargs)

    def touch(self, *args, **kwargs):
        return self._ask("touch", *args, **kwargs)

    def delete(self, *args, **kwargs):
        return self._ask("delete", *args, **kwargs)

    def has_key(self, *args, **kwargs):
        return self._ask("has_key", *args, **kwargs)

    def incr(self, *args, **kwargs):
        return self._ask("incr", *args, **kwargs)

    def _ask(self, what, *args, **kwargs):
        if time.monotonic() >= self._asked_again_at:
            try:
                return getattr(super(), what)(*args, **kwargs)
            except RedisError as error:
                log.warning("Redis does not answer (%s): this process counts on its own.", type(error).__name__)
                self._asked_again_at = time.monotonic() + PAUSE
        return getattr(self._own, what)(*args, **kwargs)
