"""What must be so before anything starts, and the settings of an embedded start."""

import errno
import fcntl
import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from typing import IO

WILDCARDS = {"", "0.0.0.0", "::"}  # noqa: S104 - named here to be recognised, not to be bound


class NotPossible(Exception):
    """The start cannot go on; the message is one line and says what to do."""


def check_system() -> None:
    """The launcher leans on Linux: a parent-death signal and waiting for signals."""
    if sys.platform != "linux":
        raise NotPossible("`manage.py up` needs Linux. Elsewhere start gunicorn and celery as docs/deploy/ shows.")


def own_folder(folder: Path) -> None:
    """Makes the folder of all embedded data and proves that it can be written."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise NotPossible(f"Cannot write in {folder}: {error.strerror}. Set VAR_DIR to a folder of yours.") from None


def sole_use(folder: Path) -> IO[str]:
    """A lock that two starts on one folder cannot both hold; the kernel frees it when this process ends."""
    handle = (folder / "up.lock").open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.seek(0)
        holder = handle.read().strip() or "another process"
        handle.close()
        raise NotPossible(f"Already running on {folder}: {holder}. Stop it, or set VAR_DIR and PORT.") from None
    handle.truncate(0)
    return handle


def sign_lock(handle: IO[str], address: str) -> None:
    """Says in the lock who holds it, for the message another start prints."""
    handle.write(f"{address}, process {os.getpid()}")
    handle.flush()


def listening_socket(host: str, port: int) -> socket.socket:
    """The web server's socket, bound here so that a taken port is known at once; port 0 takes any free one."""
    try:
        family, kind, _, _, place = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        server = socket.socket(family, kind)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(place)
        server.listen(128)
    except socket.gaierror:
        raise NotPossible(f"HOST {host!r} is no address of this machine. Set HOST=127.0.0.1.") from None
    except OSError as error:
        raise NotPossible(_why_not_bound(error, host, port)) from None
    return server


def _why_not_bound(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken. Stop what uses it, or choose another: PORT={port + 1 if port < 65535 else 8001}."
    if error.errno == errno.EACCES:
        return f"Port {port} needs root. Choose one above 1023: PORT=8000."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"HOST {host!r} is no address of this machine. Set HOST=127.0.0.1."
    return f"Cannot listen on {host}:{port}: {error.strerror}."


def address_of(server: socket.socket, host: str) -> str:
    """The address to open in a browser on this machine."""
    name = "127.0.0.1" if host in WILDCARDS else host
    name = f"[{name}]" if ":" in name else name
    return f"http://{name}:{server.getsockname()[1]}"


def embedded_environment(address: str, host: str) -> dict[str, str]:
    """The environment of all children: what a laptop needs, unless the variable is set already."""
    names = ["localhost", "127.0.0.1", "[::1]", host]
    if host in WILDCARDS:
        names.append(socket.gethostname())
    defaults = {
        "DEMO": "1",
        "HTTPS": "0",
        "SITE_URL": address,
        "STATIC_FROM_SOURCE": "1",
        "ALLOWED_HOSTS": ",".join(name for name in names if name not in WILDCARDS),
        "PYTHONUNBUFFERED": "1",
    }
    return {**defaults, **os.environ}


def empty_broker(folder: Path) -> None:
    """Throws away messages of an earlier run: the database, not the broker, is the list of work owed."""
    for name in ("queue", "control"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True, exist_ok=True)
