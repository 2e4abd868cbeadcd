"""Waiting for what another process does."""

import time
from collections.abc import Callable

LOOK_EVERY = 0.05
PATIENCE = 4  # a machine that also does other work takes so many times as long


def wait_until(condition: Callable, seconds: float = 20, what: str = ""):
    """The first true value of `condition()`; fails when there is none in time.

    `seconds` is how long it takes at most on a quiet machine. Time is only a bound for failing: a slow machine makes
    the test slower, not wrong.
    """
    deadline = time.monotonic() + seconds * PATIENCE
    while True:
        if value := condition():
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {seconds * PATIENCE} s in vain for {what or condition}")
        time.sleep(LOOK_EVERY)
