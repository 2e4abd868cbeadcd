"""Flags: opened and cleared by judgement, answered and closed by people."""

from collections import defaultdict
from datetime import timedelta

from django.db import transaction

from engagements.actions.audit import record
from engagements.models import WebhookEvent
from trust.actions.webhook_events import tell_of_flag
from trust.models import Closing, Flag, FlagLevel
from trust.process_rules import Verdict
from trust.slips import rests_on_slips

# A person who resolved a flag is not asked again at once, unless something new happened.
QUIET_AFTER_RESOLVING = timedelta(weeks=3)


class FlagClosed(Exception):
    """The flag was closed before; re-open it first."""


class FlagOpen(Exception):
    """A flag of this kind is open already."""


class NotResolved(Exception):
    """Only what a person resolved can be re-opened: a flag that cleared by itself comes back by itself."""


class NotAnswered(Exception):
    """Whether a step helped can be said where one was named."""


class KnownFlags:
    """Open flags of some engagements, locked, and what a person last resolved of each kind. Two queries."""

    def __init__(self, engagement_ids):
        self.open, self.resolved = defaultdict(dict), defaultdict(dict)
        rows = Flag.objects.filter(engagement_id__in=engagement_ids)
        for flag in rows.open().select_for_update().order_by("pk"):
            self.open[flag.engagement_id][flag.kind] = flag
        for flag in rows.filter(closing=Closing.RESOLVED).order_by("closed_at"):
            self.resolved[flag.engagement_id][flag.kind] = flag


@transaction.atomic(savepoint=False)
def reconcile_flags(*, engagement, findings, now, known=None):
    """Opens, keeps, raises or clears flags so that they say what the findings say. Safe to run twice."""
    known = known or KnownFlags([engagement.pk])
    for finding in findings:
        flag = known.open[engagement.pk].get(finding.kind)
        if flag is not None and _has_passed(flag, finding):
            _close(flag, Closing.CLEARED, None, now)
            if not rests_on_slips(finding.evidence):
                continue
            flag = None  # slips are a matter of their own, beside an alarm that is over
        if flag is not None:
            _renew(flag, finding, engagement, now)
        elif finding.verdict == Verdict.RAISE and not _was_resolved(known.resolved[engagement.pk], finding, now):
            _open(engagement, finding, now)


@transaction.atomic(savepoint=False)
def end_flags(*, engagement, now, known=None):
    """Closes what is open: the engagement ended or paused."""
    known = known or KnownFlags([engagement.pk])
    for flag in known.open[engagement.pk].values():
        _close(flag, Closing.ENDED, None, now)


def _has_passed(flag, finding):
    """An alarm of which no more than something to watch is left is over, too."""
    is_weaker = flag.level == FlagLevel.ALARM and finding.level == FlagLevel.WATCH
    return finding.verdict == Verdict.CLEAR or is_weaker


def _renew(flag, finding, engagement, now):
    """What stands is told with today's figures, also while it is merely held."""
    before = (flag.level, flag.evidence, flag.arose_on)
    if flag.level == FlagLevel.WATCH and finding.level == FlagLevel.ALARM:
        flag.level, flag.opened_at = FlagLevel.ALARM, now
        flag.responded_at, flag.responded_by = None, None
        flag.cause, flag.next_step, flag.helped, flag.helped_at = "", "", "", None
        detail = {"kind": str(flag.kind)}
        record(by=None, verb="flag.raised", subject=flag, engagement=engagement, now=now, detail=detail)
    flag.evidence = dict(finding.evidence) or flag.evidence
    if finding.verdict == Verdict.RAISE:
        flag.arose_on = finding.arose_on
    was_watch = before[0] == FlagLevel.WATCH and flag.level == FlagLevel.ALARM
    if before != (flag.level, flag.evidence, flag.arose_on):
        flag.save()
    if was_watch:  # a program manager may know of it from now on
        tell_of_flag(flag=flag, event=WebhookEvent.FLAG_OPENED, moment=now, now=now)


def _open(engagement, finding, now):
    flag = Flag.objects.create(
        engagement=engagement,
        kind=finding.kind,
        level=finding.level,
        evidence=dict(finding.evidence),
        arose_on=finding.arose_on,
        opened_at=now,
    )
    detail = {"kind": str(finding.kind)}
    record(by=None, verb="flag.opened", subject=flag, engagement=engagement, now=now, detail=detail)
    tell_of_flag(flag=flag, event=WebhookEvent.FLAG_OPENED, moment=now, now=now)


def _was_resolved(resolved, finding, now):
    """A person dealt with this very matter, or a moment ago with one that has no date of its own."""
    flag = resolved.get(finding.kind)
    if flag is None:
        return False
    if finding.arose_on is not None and flag.arose_on is not None:
        return finding.arose_on <= flag.arose_on
    return now - flag.closed_at < QUIET_AFTER_RESOLVING


@transaction.atomic
def answer_flag(*, flag, cause, next_step, by, now):
    """The coach says what is behind it and what comes next; the program manager learns only that they answered.

    A flag that was judged wrongly needs no step. Raises FlagClosed.
    """
    flag = _locked(flag)
    if not flag.is_open:
        raise FlagClosed("This flag is closed.")
    flag.cause, flag.next_step = cause, next_step
    flag.helped, flag.helped_at = "", None
    flag.responded_at, flag.responded_by = now, by
    flag.save()
    record(by=by, verb="flag.responded", subject=flag, engagement=flag.engagement, now=now)
    return flag


@transaction.atomic
def note_helped(*, flag, helped, by, now):
    """Later: did the step help? Open or closed; raises NotAnswered where no step was named."""
    flag = _locked(flag)
    if not flag.asks_whether_it_helped:
        raise NotAnswered("No step was named for this flag.")
    flag.helped, flag.helped_at = helped, now
    flag.save()
    record(by=by, verb="flag.helped_noted", subject=flag, engagement=flag.engagement, now=now)
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
    tell_of_flag(flag=flag, event=WebhookEvent.FLAG_OPENED, moment=now, now=now)
    return flag


def _locked(flag):
    return Flag.objects.select_for_update(of=("self",)).select_related("engagement").get(pk=flag.pk)


def _close(flag, closing, by, now):
    flag.closed_at, flag.closed_by, flag.closing = now, by, closing
    flag.save()
    detail = {"kind": str(flag.kind), "closing": str(closing)}
    record(by=by, verb="flag.closed", subject=flag, engagement=flag.engagement, now=now, detail=detail)
    tell_of_flag(flag=flag, event=WebhookEvent.FLAG_CLOSED, moment=now, now=now)
    return flag
