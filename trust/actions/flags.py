"""Flags: opened and cleared by judgement, answered and closed by people."""

from datetime import timedelta

from django.db import transaction

from engagements.actions.audit import record
from trust.models import Closing, Flag, FlagLevel
from trust.process_rules import Finding, Verdict

# A person who resolved a flag is not asked again at once, unless something new happened.
QUIET_AFTER_RESOLVING = timedelta(weeks=3)


class FlagClosed(Exception):
    """The flag was closed before; re-open it first."""


class FlagOpen(Exception):
    """A flag of this kind is open already."""


class NotResolved(Exception):
    """Only what a person resolved can be re-opened: a flag that cleared by itself comes back by itself."""


@transaction.atomic
def reconcile_flags(*, engagement, findings, now):
    """Opens, keeps, raises or clears flags so that they say what the findings say. Safe to run twice."""
    open_flags = {flag.kind: flag for flag in engagement.flags.select_for_update().open()}
    for finding in findings:
        flag = open_flags.get(finding.kind)
        if finding.verdict == Verdict.RAISE:
            _raise(engagement, finding, flag, now)
        elif finding.verdict == Verdict.CLEAR and flag is not None:
            _close(flag, Closing.CLEARED, None, now)


@transaction.atomic
def end_flags(*, engagement, now):
    """Closes what is open: the engagement ended or paused."""
    for flag in engagement.flags.select_for_update().open():
        _close(flag, Closing.ENDED, None, now)


def _raise(engagement, finding: Finding, flag, now):
    if flag is None:
        if not _was_just_resolved(engagement, finding, now):
            _open(engagement, finding, now)
        return
    if flag.level == FlagLevel.WATCH and finding.level == FlagLevel.ALARM:
        flag.level, flag.opened_at = FlagLevel.ALARM, now
        flag.response, flag.responded_at, flag.responded_by = "", None, None
        detail = {"kind": str(flag.kind)}
        record(by=None, verb="flag.raised", subject=flag, engagement=engagement, now=now, detail=detail)
    if flag.evidence != dict(finding.evidence) or flag.opened_at == now:
        flag.evidence = dict(finding.evidence)
        flag.save()


def _open(engagement, finding, now):
    flag = Flag.objects.create(
        engagement=engagement,
        kind=finding.kind,
        level=finding.level,
        evidence=dict(finding.evidence),
        opened_at=now,
    )
    detail = {"kind": str(finding.kind)}
    record(by=None, verb="flag.opened", subject=flag, engagement=engagement, now=now, detail=detail)


def _was_just_resolved(engagement, finding, now):
    resolved = engagement.flags.filter(kind=finding.kind, closing=Closing.RESOLVED).order_by("-closed_at").first()
    if resolved is None:
        return False
    if finding.arose_on is not None:
        return finding.arose_on <= resolved.closed_at.date()
    return now - resolved.closed_at < QUIET_AFTER_RESOLVING


@transaction.atomic
def respond_to_flag(*, flag, response, by, now):
    """The coach says what they make of it; the program manager learns only that they did."""
    flag = _locked(flag)
    if not flag.is_open:
        raise FlagClosed("This flag is closed.")
    flag.response, flag.responded_at, flag.responded_by = response, now, by
    flag.save()
    record(by=by, verb="flag.responded", subject=flag, engagement=flag.engagement, now=now)
    return flag


@transaction.atomic
def resolve_flag(*, flag, by, now):
    """The coach closes it: dealt with."""
    flag = _locked(flag)
    if not flag.is_open:
        raise FlagClosed("This flag is closed.")
    if not flag.is_answered:
        flag.responded_at, flag.responded_by = now, by
    return _close(flag, Closing.RESOLVED, by, now)


@transaction.atomic
def reopen_flag(*, flag, by, now):
    """It was resolved too soon. Raises NotResolved when it cleared by itself, FlagOpen when a newer one is open."""
    flag = _locked(flag)
    if flag.is_open:
        return flag
    if flag.closing != Closing.RESOLVED:
        raise NotResolved("This flag was not resolved by a person: if the matter comes back, so does the flag.")
    if Flag.objects.filter(engagement_id=flag.engagement_id, kind=flag.kind).open().exists():
        raise FlagOpen("A newer flag of this kind is open.")
    flag.closed_at, flag.closed_by, flag.closing = None, None, ""
    flag.save()
    record(by=by, verb="flag.reopened", subject=flag, engagement=flag.engagement, now=now)
    return flag


def _locked(flag):
    return Flag.objects.select_for_update(of=("self",)).select_related("engagement").get(pk=flag.pk)


def _close(flag, closing, by, now):
    flag.closed_at, flag.closed_by, flag.closing = now, by, closing
    flag.save()
    detail = {"kind": str(flag.kind), "closing": str(closing)}
    record(by=by, verb="flag.closed", subject=flag, engagement=flag.engagement, now=now, detail=detail)
    return flag
