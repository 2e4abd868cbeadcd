"""Rupture and repair: a case is opened, what was tried is noted, and it ends repaired or not. For the coach alone.

Audit rows name the case and nothing of it.
"""

import uuid

from django.db import transaction
from django.utils import timezone

from engagements.actions.audit import record
from engagements.actions.erasure import refuse_erased
from engagements.actions.texts import current_texts, write_text
from trust.models import Rupture

WORDS, ATTEMPT_WORDS = "RUPTURE", "REPAIR"  # kinds of sealed text; subjects: the rupture, the attempt


class RuptureClosed(Exception):
    """The case has ended; re-open it first."""


@transaction.atomic
def open_rupture(*, engagement, kind, words, by, now, session=None, flag=None):
    """Trust was hurt. One open case per kind: opened again, it takes what is new. Raises ContentErased, TextErased.

    Further words come beneath those that stand there, with their day, as add_evidence does; the first session and
    the first flag stay. Pressed twice, it is one.
    """
    refuse_erased(engagement.pk)
    rupture = engagement.ruptures.open().filter(kind=kind).first()
    if rupture is None:
        rupture = Rupture.objects.create(
            engagement=engagement, kind=kind, session=session, flag=flag, opened_at=now, opened_by=by
        )
        record(by=by, verb="rupture.opened", subject=rupture, engagement=engagement, now=now)
        _write(rupture, WORDS, rupture.pk, words, by, now)
    else:
        _add_to(rupture, session, flag, words, by, now)
    return rupture


def _add_to(rupture, session, flag, words, by, now):
    """What is said of a case that is open already."""
    known = current_texts(user=by, kind=WORDS, subject_ids=[rupture.pk]).get(rupture.pk, "")
    is_elsewhere = rupture.session_id is not None and session is not None and session.pk != rupture.session_id
    rupture.session, rupture.flag = rupture.session or session, rupture.flag or flag
    rupture.save(update_fields=["session", "flag"])
    said = f"{_day_of(now)}{f', session of {_day_of(session.starts_at)}' if is_elsewhere else ''}: {words}"
    if words and words not in known:
        _write(rupture, WORDS, rupture.pk, f"{known}\n\n{said}" if known else words, by, now)
        record(by=by, verb="rupture.added_to", subject=rupture, engagement=rupture.engagement, now=now)


def _day_of(moment):
    return f"{timezone.localtime(moment):%-d %B %Y}"


@transaction.atomic
def note_attempt(*, rupture, step, tried_on, words, by, now, pk=None):
    """What was tried to repair it. Sent again under the same `pk`, it is one. Raises RuptureClosed."""
    rupture = _locked(rupture)
    if pk is not None and (known := rupture.attempts.filter(pk=pk).first()):
        return known
    if not rupture.is_open:
        raise RuptureClosed("This case was closed in the meantime.")
    attempt = rupture.attempts.create(pk=pk or uuid.uuid4(), step=step, tried_on=tried_on, noted_at=now)
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
