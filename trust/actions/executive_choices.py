"""What an executive decides alone, by link: whether they are asked for check-ins, whether their trust is judged."""

from django.db import transaction

from engagements.actions.audit import record
from engagements.models import Engagement, Executive
from trust.actions.flags import reconcile_flags
from trust.models import CheckIn, CheckInStatus, Decision, Judgement, PointOfTrust
from trust.permissions import DISCLOSED_BY
from trust.process_rules import Finding, Verdict


@transaction.atomic
def set_check_ins(*, engagement, is_on, now):
    """From now on, or no longer; what was to be mailed is not. Twice is once."""
    engagement = _locked(engagement)
    if is_on == (engagement.check_ins_declined_at is None):
        return engagement
    engagement.check_ins_declined_at = None if is_on else now
    engagement.save(update_fields=["check_ins_declined_at"])
    if not is_on:
        due = CheckIn.objects.filter(session__engagement=engagement, status=CheckInStatus.DUE)
        due.update(status=CheckInStatus.REVOKED)
    verb = f"check_ins.{'accepted' if is_on else 'declined'}"
    record(by=None, verb=verb, subject=engagement, engagement=engagement, now=now)
    return engagement


@transaction.atomic
def set_reminders(*, engagement, is_on, now):
    """Whether this person is reminded of sessions by mail, whichever engagement they come from. Twice is once."""
    executive = Executive.objects.select_for_update(of=("self",)).get(pk=engagement.executive_id)
    if executive.reminders_on != is_on:
        executive.reminders_on = is_on
        executive.save(update_fields=["reminders_on"])
        verb = f"reminders.{'accepted' if is_on else 'declined'}"
        record(by=None, verb=verb, subject=executive, engagement=engagement, now=now)


@transaction.atomic
def set_judging(*, engagement, is_on, now):
    """Whether jobs judge how trust develops. Off: what was judged goes, with the flags that rest on it. Twice is once.

    Flags from dates and attendance stay, and go on being raised.
    """
    engagement = _locked(engagement)
    if is_on == (engagement.judging_declined_at is None):
        return engagement
    engagement.judging_declined_at, engagement.changed_at = None if is_on else now, now
    engagement.save(update_fields=["judging_declined_at", "changed_at"])
    if not is_on and engagement.content_erased_at is None:
        _forget_judgement(engagement, now)
    verb = f"judging.{'accepted' if is_on else 'declined'}"
    record(by=None, verb=verb, subject=engagement, engagement=engagement, now=now)
    return engagement


def _forget_judgement(engagement, now):
    """The row stays, and says nothing: jobs would take a missing one for work they owe."""
    Judgement.objects.filter(engagement=engagement).delete()
    Judgement.objects.create(engagement=engagement, state="NO_DATA", judged_at=now)
    cleared = [Finding(kind, Verdict.CLEAR) for kind in DISCLOSED_BY]
    reconcile_flags(engagement=engagement, findings=cleared, now=now)
    proposed = PointOfTrust.objects.filter(engagement=engagement).open()
    proposed.update(decision=Decision.WITHDRAWN, withdrawn_at=now)


def _locked(engagement):
    rows = Engagement.objects.select_for_update(of=("self",)).select_related("executive", "program", "coach")
    return rows.get(pk=engagement.pk)
