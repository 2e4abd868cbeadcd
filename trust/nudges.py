"""Nudges: after a commit the web tells the workers that there is work. If nobody listens, the sweep finds it."""

from django.db import transaction


def nudge_judging(engagement_id):
    """Judge this engagement soon."""
    from trust.tasks import judge

    transaction.on_commit(lambda: judge.delay([str(engagement_id)]), robust=True)


def nudge_import(run_id):
    """Carry out this import now."""
    from trust.tasks import carry_out_import

    transaction.on_commit(lambda: carry_out_import.delay(str(run_id)), robust=True)


def nudge_check_in(check_in_id):
    """Send this check-in soon."""
    from trust.tasks import send_check_in

    transaction.on_commit(lambda: send_check_in.delay(str(check_in_id)), robust=True)
