"""The product's settings with one page more; for `manage.py bench pages` alone."""

from coaching.settings import *  # noqa: F403

ROOT_URLCONF = "coaching.benchmarks.yardstick"
SECOND_FACTOR = False  # who is signed in for the benchmark has a session and nothing else
