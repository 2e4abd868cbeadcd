"""The file of key-encryption keys: one line, newest first, comma-separated, readable for its owner alone."""

import base64
import fcntl
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

from engagements import vault


def put_key_in_front(file: Path, *, only_if_missing: bool = False) -> None:
    """Puts a fresh key before those in the file, and makes the file where there is none.

    Of several processes that do this at once none loses the key of another. Raises VaultError when the file
    holds something else than keys, OSError when it cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with _alone_in(file.parent):
        known = file.read_text().strip() if file.exists() else ""
        if known:
            vault.KeyRing.parse(known)
        if known and only_if_missing:
            return
        fresh = base64.urlsafe_b64encode(vault.new_key()).decode()
        _replace(file, ",".join(part for part in (fresh, known) if part) + "\n")


@contextmanager
def _alone_in(folder: Path):
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
        os.fsync(handle)  # the new name is on the disk before anything is sealed under the new key
    finally:
        os.close(handle)


def _replace(file: Path, text: str) -> None:
    """Writes the file whole before it gets its name: whoever reads meets the old keys or the new ones."""
    descriptor, draft = tempfile.mkstemp(dir=file.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "w") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        _keep_owner(file, draft)
        os.replace(draft, file)
    except BaseException:
        os.unlink(draft)
        raise


def _keep_owner(file: Path, draft: str) -> None:
    """As root the file stays with the account that reads it."""
    if os.geteuid() == 0:
        owner = (file if file.exists() else file.parent).stat()
        os.chown(draft, owner.st_uid, owner.st_gid)
