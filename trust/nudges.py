"""Nudges: after a commit the web tells the workers that there is work. If nobody listens, the sweep finds it.

The telling is done beside the request, once: a broker out of reach can take seconds to say so, and the person
who has just saved does not wait for it.
"""

import logging
import threading

from django.db import transaction

log = logging.getLogger(__name__)


def nudge_judging(engagement_id):
    """Judge this engagement soon."""
    from trust.tasks import judge

    _nudge(judge, [str(engagement_id)])


def nudge_check_in(check_in_id):
    """Send this check-in soon."""
    from trust.tasks import send_check_in

    _nudge(send_check_in, str(check_in_id))


def nudge_import(run_id):
    """Carry out this import now."""
    from trust.tasks import carry_out_import

    _nudge(carry_out_import, str(run_id))


def _nudge(task, *args):
    thread = threading.Thread(target=_tell, args=(task, args), daemon=True)
    transaction.on_commit(thread.start, robust=True)


def _tell(task, args):
    try:
        task.apply_async(args, retry=False)
    except Exception as error:
        log.warning("No nudge for %s (%s): the next sweep does it.", task.name, type(error).__name__)
