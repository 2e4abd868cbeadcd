"""Drivers beneath an objective: name one, reword it, hang it elsewhere, note where it showed, set it aside.

Audit rows name the row and nothing of it.
"""

from django.db import transaction

from engagements.actions.audit import record
from engagements.actions.erasure import refuse_erased
from engagements.actions.texts import open_texts, write_text
from engagements.models import Driver, DriverEvidence, DriverKind, SealedText, TextKind


class Circle(Exception):
    """A driver cannot hang beneath itself, nor beneath what hangs beneath it."""


@transaction.atomic
def add_driver(
    *, engagement, text, by, now, kind=DriverKind.DRIVER, starter="", objective=None, beneath=None, is_shared=False
):
    """What may lie beneath. The same words in the same place are the same driver: pressed twice, it is one."""
    refuse_erased(engagement.pk)
    objective = beneath.objective if beneath else objective
    for known in _same_place(engagement, objective, beneath):
        if _words(known) == text and known.starter == starter:
            return known
    driver = Driver.objects.create(
        engagement=engagement,
        objective=objective,
        beneath=beneath,
        kind=kind,
        starter=starter,
        is_shared=is_shared,
        created_at=now,
        created_by=by,
    )
    _write(driver, TextKind.DRIVER, driver.pk, text, by, now)
    record(by=by, verb="driver.added", subject=driver, engagement=engagement, now=now)
    return driver


@transaction.atomic
def edit_driver(*, driver, text, kind, starter, objective, beneath, is_shared, by, now):
    """New words, another place, shown to the executive or not. Raises Circle. What hangs beneath comes along."""
    refuse_erased(driver.engagement_id)
    if beneath is not None and beneath.pk in {driver.pk, *keys_beneath(driver)}:
        raise Circle("This hangs beneath it: choose another place.")
    driver.beneath, driver.objective = beneath, beneath.objective if beneath else objective
    driver.kind, driver.starter, driver.is_shared = kind, starter, is_shared
    driver.save(update_fields=["beneath", "objective", "kind", "starter", "is_shared"])
    Driver.objects.filter(pk__in=keys_beneath(driver)).update(objective=driver.objective)
    _write(driver, TextKind.DRIVER, driver.pk, text, by, now)
    record(by=by, verb="driver.edited", subject=driver, engagement=driver.engagement, now=now)
    return driver


@transaction.atomic
def set_driver_aside(*, driver, by, now):
    """It leads nowhere now; nothing is lost. Twice is once."""
    return _set(driver, now, "driver.set_aside", by, now)


@transaction.atomic
def take_driver_up(*, driver, by, now):
    """It matters again. Twice is once."""
    return _set(driver, None, "driver.taken_up", by, now)


@transaction.atomic
def add_evidence(*, driver, session, text, by, now):
    """How a driver showed in a session. Once per session: further words come beneath those that stand there."""
    refuse_erased(driver.engagement_id)
    evidence, made = DriverEvidence.objects.get_or_create(driver=driver, session=session, defaults={"noted_at": now})
    known = "" if made else _text_of(TextKind.DRIVER_EVIDENCE, evidence.pk)
    if text not in known:
        _write(driver, TextKind.DRIVER_EVIDENCE, evidence.pk, f"{known}\n\n{text}".strip(), by, now)
    record(by=by, verb="driver.evidence_noted", subject=evidence, engagement=driver.engagement, now=now)
    return evidence


@transaction.atomic
def edit_evidence(*, evidence, text, by, now):
    """Other words for how it showed; none takes the evidence away."""
    driver = evidence.driver
    refuse_erased(driver.engagement_id)
    _write(driver, TextKind.DRIVER_EVIDENCE, evidence.pk, text, by, now)
    record(by=by, verb="driver.evidence_edited", subject=evidence, engagement=driver.engagement, now=now)
    if not text:
        evidence.delete()


def keys_beneath(driver):
    """Keys of all that hangs beneath a driver, however deep."""
    pairs = Driver.objects.filter(engagement_id=driver.engagement_id).values_list("beneath_id", "pk")
    found, todo = set(), [driver.pk]
    while todo:
        above = todo.pop()
        below = {pk for parent, pk in pairs if parent == above} - found
        found |= below
        todo += below
    return found - {driver.pk}


def _set(driver, at, verb, by, now):
    if (driver.set_aside_at is None) == (at is None):
        return driver
    driver.set_aside_at = at
    driver.save(update_fields=["set_aside_at"])
    record(by=by, verb=verb, subject=driver, engagement=driver.engagement, now=now)
    return driver


def _same_place(engagement, objective, beneath):
    return Driver.objects.filter(engagement=engagement, objective=objective, beneath=beneath).in_use()


def _words(driver):
    return _text_of(TextKind.DRIVER, driver.pk)


def _text_of(kind, subject_id):
    return next(iter(open_texts(SealedText.objects.current().about(kind, subject_id)).values()), "")


def _write(driver, kind, subject_id, text, by, now):
    return write_text(engagement_id=driver.engagement_id, kind=kind, subject_id=subject_id, text=text, by=by, now=now)
