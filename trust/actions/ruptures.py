"""Rupture and repair: a case is opened, what was tried is noted, and it ends repaired or not. For the coach alone.

Audit rows name the case and nothing of it.
"""

from django.db import transaction

from engagements.actions.audit import record
from engagements.actions.erasure import refuse_erased
from engagements.actions.texts import write_text
from trust.models import RepairAttempt, Rupture

WORDS, ATTEMPT_WORDS = "RUPTURE", "REPAIR"  # kinds of sealed text; subjects: the rupture, the attempt


class RuptureClosed(Exception):
    """The case has ended; re-open it first."""


@transaction.atomic
def open_rupture(*, engagement, kind, words, by, now, session=None, flag=None):
    """Trust was hurt. One open case per kind: asked for again, it is the one that is open. Raises ContentErased."""
    refuse_erased(engagement.pk)
    rupture = engagement.ruptures.open().filter(kind=kind).first()
    if rupture is None:
        rupture = Rupture.objects.create(
            engagement=engagement, kind=kind, session=session, flag=flag, opened_at=now, opened_by=by
        )
        record(by=by, verb="rupture.opened", subject=rupture, engagement=engagement, now=now)
    if words:
        _write(rupture, WORDS, rupture.pk, words, by, now)
    return rupture


@transaction.atomic
def note_attempt(*, rupture, step, tried_on, words, by, now):
    """What was tried to repair it. Raises RuptureClosed."""
    rupture = _locked(rupture)
    if not rupture.is_open:
        raise RuptureClosed("This case was closed in the meantime.")
    attempt = RepairAttempt.objects.create(rupture=rupture, step=step, tried_on=tried_on, noted_at=now)
    _write(rupture, ATTEMPT_WORDS, attempt.pk, words, by, now)
    record(by=by, verb="rupture.attempt_noted", subject=attempt, engagement=rupture.engagement, now=now)
    return attempt


@transaction.atomic
def close_rupture(*, rupture, outcome, by, now):
    """Repaired, or ended without repair. Raises RuptureClosed."""
    rupture = _locked(rupture)
    if not rupture.is_open:
        raise RuptureClosed("This case was closed in the meantime.")
    rupture.outcome, rupture.closed_at = outcome, now
    rupture.save(update_fields=["outcome", "closed_at"])
    record(by=by, verb="rupture.closed", subject=rupture, engagement=rupture.engagement, now=now)
    return rupture


@transaction.atomic
def reopen_rupture(*, rupture, by, now):
    """It is not over after all; twice is once."""
    rupture = _locked(rupture)
    if rupture.is_open:
        return rupture
    rupture.outcome, rupture.closed_at = "", None
    rupture.save(update_fields=["outcome", "closed_at"])
    record(by=by, verb="rupture.reopened", subject=rupture, engagement=rupture.engagement, now=now)
    return rupture


def _locked(rupture):
    return Rupture.objects.select_for_update(of=("self",)).select_related("engagement").get(pk=rupture.pk)


def _write(rupture, kind, subject_id, words, by, now):
    write_text(engagement_id=rupture.engagement_id, kind=kind, subject_id=subject_id, text=words, by=by, now=now)
