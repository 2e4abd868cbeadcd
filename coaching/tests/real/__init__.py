"""Real parts for the tests: PostgreSQL, Redis, Celery workers, Chromium. Nothing here pretends.

A part that cannot be had fails the test that asked for it, with the reason; nothing is skipped.
"""
