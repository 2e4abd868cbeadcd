"""Nudges: after a commit the web tells the workers that there is work. If nobody listens, the sweep finds it.

The telling is done beside the request, once: a broker out of reach can take seconds to say so, and the person
who has just saved does not wait for it.
"""

import logging
import threading

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)


def nudge(task, *args):
    """Tells the workers of a task by its name, once the transaction has ended well."""
    thread = threading.Thread(target=_tell, args=(task, args), daemon=True)
    transaction.on_commit(thread.start, robust=True)


def _tell(task, args):
    try:
        current_app.send_task(task, args, retry=False)
    except Exception as error:
        log.warning("No nudge for %s (%s): the next sweep does it.", task, type(error).__name__)
