"""Reads settings from the environment and says how to fix what is wrong."""

import base64
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"0", "false", "no", "off", ""}


def flag(name: str, default: bool) -> bool:
    """A yes/no variable; raises ImproperlyConfigured for any other word."""
    word = os.environ.get(name, "1" if default else "0").strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name} is {word!r}; set it to 1 or 0.")


def number(name: str, default: int, lowest: int, highest: int) -> int:
    """A whole number within bounds; raises ImproperlyConfigured otherwise."""
    text = os.environ.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
        raise ImproperlyConfigured(f"{name} is {text!r}; set it to a number from {lowest} to {highest}.")
    return int(text)


def text(name: str, default: str = "") -> str:
    """A variable as it stands, without the spaces around it."""
    return os.environ.get(name, default).strip()


def choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    """One of a few words; raises ImproperlyConfigured for any other."""
    word = text(name) or default
    if word not in choices:
        raise ImproperlyConfigured(f"{name} is {word!r}; set it to {', '.join(choices[:-1])} or {choices[-1]}.")
    return word


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def figures(name: str, default: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Names with whole numbers, as in "ACC=100/75/8,PCC=500/450/25": as many numbers each as the default has."""
    found = {}
    for word in words(name):
        key, _, numbers = word.partition("=")
        found[key] = tuple(int(one) for one in numbers.split("/") if one.isascii() and one.isdigit() and len(one) < 7)
    if any(key not in default or len(found[key]) != len(default[key]) or not all(found[key]) for key in found):
        example = ",".join(f"{key}={'/'.join(map(str, value))}" for key, value in default.items())
        raise ImproperlyConfigured(f"{name} is not understood; set it to something like {example}.")
    return default | found


def secret(name: str, file: Path, size: int = 32) -> str:
    """A secret from the environment, or from a file only its owner can read, made on first use."""
    if value := os.environ.get(name):
        return value
    try:
        if not file.exists():
            _make_secret(file, size)
        return file.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"Cannot write {file}: {error.strerror}. Set {name} or VAR_DIR.") from error


def _make_secret(file: Path, size: int) -> None:
    """Writes the file whole before it gets its name, so that two processes that start at once agree on one secret."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # the database and mails will lie beside it
    descriptor, draft = tempfile.mkstemp(dir=file.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "w") as handle:
            handle.write(base64.urlsafe_b64encode(secrets.token_bytes(size)).decode() + "\n")
        with suppress(FileExistsError):  # the other process was first
            os.link(draft, file)
    finally:
        os.unlink(draft)


def database(file: Path) -> dict:
    """Django's database settings from DATABASE_URL; without one, SQLite in the given file.

    Connections are kept: opening one per request costs more than the request.
    """
    url = text("DATABASE_URL") or f"sqlite:///{file}"
    try:
        return dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True))
    except (KeyError, ValueError) as error:
        raise ImproperlyConfigured("DATABASE_URL must look like postgres://user:password@host:5432/name.") from error


def mail(url: str) -> dict[str, object]:
    """Django's e-mail settings from EMAIL_URL; without one, mails are files in VAR_DIR/mail."""
    if not url:
        return {"EMAIL_BACKEND": "coaching.mail.FileBackend"}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL must look like smtp://user:password@host:587 or smtps://….")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and parts.username is not None,
    }


def caches(broker: str, folder: Path) -> dict[str, dict]:
    """Django's caches, shared by all processes: where the broker is Redis there, otherwise files in a folder."""
    if not broker.startswith("filesystem://"):
        patience = {"socket_timeout": 2, "socket_connect_timeout": 2}  # seconds
        counts = {"BACKEND": "coaching.shared_cache.RedisOrOwn", "LOCATION": broker, "KEY_PREFIX": "doors"}
        return {
            "default": {**counts, "OPTIONS": patience},
            "progress": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": broker},
        }
    # With more entries than its most, counts would be thrown away at random.
    counted = {"BACKEND": "coaching.shared_cache.FileCache", "LOCATION": str(folder / "cache")}
    progress = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(folder / "progress")}
    return {"default": {**counted, "OPTIONS": {"MAX_ENTRIES": 20_000}}, "progress": progress}
