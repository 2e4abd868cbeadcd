"""Work that begins when the answer has gone out: how long it takes tells nobody anything."""

import logging
from functools import partial

log = logging.getLogger(__name__)


def after_answer(request, job, *args):
    """Puts a job off until the answer to this request has gone out."""
    request.__dict__.setdefault("jobs_after_answer", []).append(partial(job, *args))


class AfterAnswer:
    """Hands the jobs of a request to whoever sends the answer; a job that fails is logged, since nobody sees it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if jobs := getattr(request, "jobs_after_answer", []):
            response._resource_closers.append(partial(_do, jobs))
        return response


def _do(jobs):
    for job in jobs:
        try:
            job()
        except Exception:
            log.exception("A mail that was to follow an answer was not sent.")
