"""Waiting for what another process does."""

import time
from collections.abc import Callable

LOOK_EVERY = 0.05


def wait_until(condition: Callable, seconds: float = 20, what: str = ""):
    """The first true value of `condition()`; fails when there is none in time.

    Time is only a bound for failing: a slow machine makes the test slower, not wrong.
    """
    deadline = time.monotonic() + seconds
    while True:
        if value := condition():
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {seconds} s in vain for {what or condition}")
        time.sleep(LOOK_EVERY)
