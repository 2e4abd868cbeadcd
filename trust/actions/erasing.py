"""Erasing what was said, rated and judged in an engagement, for good. Dates, attendance and agreement stay."""

from django.db import transaction

from engagements.actions.audit import record
from engagements.actions.erasure import delete_rows, erase_confided, overwrite_after_commit
from engagements.actions.keeping import engagements_past_retention
from engagements.models import AuditEvent, Engagement, Session
from trust.models import CheckIn, Closing, Flag
from trust.permissions import PROCESS_KINDS

# See engagements.actions.erasure.GOES. A flag that rests on dates and attendance stays, without its evidence.
GOES = {
    "trust.ReadingRevision": "reading__session__engagement",
    "trust.Reading": "session__engagement",
    "trust.CheckIn": "session__engagement",
    "trust.Judgement": "engagement",
    "trust.RepairAttempt": "rupture__engagement",
    "trust.Rupture": "engagement",
    "trust.Prompt": "engagement",
    "trust.PointOfTrust": "engagement",
}
KEPT = {"trust.Flag"}


@transaction.atomic
def erase_engagement_content(*, engagement, by, now):
    """Destroys words and their key, ratings, check-ins, judgement and whatever rests on them; twice is once.

    `by` is None for the job that keeps to retention. Returns the engagement as it is now.
    """
    engagement = _locked(engagement.pk)
    if engagement.content_erased_at is not None:
        return engagement
    delete_rows(GOES, engagement)
    _empty_flags(engagement, now)
    erase_confided(engagement=engagement, by=by, now=now)
    record(by=by, verb="engagement.content_erased", subject=engagement, engagement=engagement, now=now)
    overwrite_after_commit()
    return engagement


def erase_past_retention(*, now, keys=None):
    """Erases engagements whose time is over, one transaction each; returns how many. May run twice, or be ended.

    `keys` limits it to these, which are looked at again: a program may keep things longer since they were listed.
    """
    due = engagements_past_retention(now, keys)
    for key in due:
        erase_engagement_content(engagement=Engagement(pk=key), by=None, now=now)
    return len(due)


def _locked(key):
    """The engagement, held after what others hold before it: sessions in the log, check-ins in an answer."""
    list(Session.objects.select_for_update().filter(engagement=key).order_by("pk").values_list("pk"))
    list(CheckIn.objects.select_for_update(of=("self",)).filter(session__engagement=key).order_by("pk"))
    rows = Engagement.objects.select_for_update(of=("self",)).select_related("coach", "program")
    return rows.get(pk=key)


def _empty_flags(engagement, now):
    flags = Flag.objects.filter(engagement=engagement)
    flags.exclude(kind__in=PROCESS_KINDS).delete()
    # Nothing is judged here any more, so nothing would ever close them.
    flags.filter(closed_at__isnull=True).update(closed_at=now, closing=Closing.ENDED)
    flags.update(evidence={}, cause="", next_step="", helped="", helped_at=None)
    # That a flag was opened stays in the trail, of which kind does not.
    trail = AuditEvent.objects.filter(engagement_id=engagement.pk, verb__startswith="flag.")
    for kind in set(trail.values_list("detail__kind", flat=True)) - {None, *PROCESS_KINDS}:
        trail.filter(detail__kind=kind).update(detail={})
