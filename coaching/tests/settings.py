"""The settings of the test suite: the real ones, on a folder of their own and without what only slows tests down.

The folder is made once per test run and removed after it. Parallel test processes each get a part of it, so
that a worker started in one never takes a task put in by another.
"""

import atexit
import os
import shutil
import tempfile

_FOLDER = "TEST_VAR_DIR"

if _FOLDER not in os.environ:
    os.environ[_FOLDER] = tempfile.mkdtemp(prefix="point-of-trust-")
    atexit.register(
        lambda folder, maker: os.getpid() == maker and shutil.rmtree(folder, ignore_errors=True),
        os.environ[_FOLDER],
        os.getpid(),
    )
os.environ["VAR_DIR"] = os.path.join(os.environ[_FOLDER], os.environ.get("PYTEST_XDIST_WORKER", "alone"))
os.environ.setdefault("HTTPS", "0")  # test_settings.py starts processes with HTTPS=1
os.environ.setdefault("STATIC_FROM_SOURCE", "1")
# Playwright keeps an event loop in the main thread, which Django would take for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

from coaching.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SECOND_FACTOR = False  # coaching/tests/test_second_step.py switches it on
LOGGING_CONFIG = None  # pytest shows what was logged when a test fails
