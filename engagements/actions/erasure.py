"""Erasing what was confided: what this package holds of it, and the guard that keeps it gone.

The whole of it, with ratings and judgement, is trust.actions.erasing.
"""

from datetime import timedelta

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Q

from engagements.actions.audit import record
from engagements.actions.keys import erase_engagement_texts
from engagements.models import (
    AuditEvent,
    Engagement,
    Executive,
    ImportKind,
    ImportRun,
    ImportStatus,
    Letter,
    LinkCode,
    Purpose,
    SessionStatus,
)
from engagements.models.personal_link import STAY_MINUTES, PersonalLink
from engagements.vault import VaultError

# Rows that go with an engagement's content, in this order, and the way from them to the engagement. What hangs on
# them goes too. A test fails for a model that leads to an engagement and stands neither here nor in KEPT.
GOES = {
    "engagements.Draft": "engagement",
    "engagements.ExportItem": "request__engagement",
    "engagements.Experiment": "engagement",
    "engagements.Driver": "engagement",
    "engagements.Objective": "engagement",
    "engagements.ChemistryVote": "engagement",
    "engagements.RematchRequest": "engagement",
    "engagements.FollowUp": "engagement",
    "engagements.Ending": "engagement",
}
# Proof of what was agreed and done, without a word of what was said; links and codes see _end_links.
KEPT = {
    "engagements.Agreement",
    "engagements.ConfidentialityUse",
    "engagements.Conversation",
    "engagements.DataRequest",
    "engagements.Extension",
    "engagements.Letter",
    "engagements.LinkCode",
    "engagements.PersonalLink",
    "engagements.ReportLine",
    "engagements.Session",
    "engagements.SessionMove",
    "engagements.Standing",
}
CHECKPOINT_WAITS_MS = 2000


class ContentErased(VaultError):
    """What was confided in this engagement was erased; nothing of the kind is taken in any more."""


def refuse_erased(engagement_id):
    """Raises ContentErased. Holds the engagement's row: whoever erases waits for what is being written, or it fails.

    Part of the transaction of whoever is about to write.
    """
    rows = Engagement.objects.select_for_update(no_key=True).filter(pk=engagement_id)
    if rows.values_list("content_erased_at", flat=True).first() is not None:
        raise ContentErased("The content of this engagement was erased.")


def refuse_form_if_erased(engagement):
    """No form is offered that could not be saved; what was typed comes back with the page that says so."""
    if engagement.content_erased_at is not None:
        raise ContentErased("The content of this engagement was erased.")


def delete_rows(labels, engagement):
    """Deletes the rows of these models that lead to an engagement."""
    for label, way in labels.items():
        apps.get_model(label)._base_manager.filter(**{way: engagement}).delete()


def erase_confided(*, engagement, by, now):
    """This package's part of erasing an engagement's content; inside the transaction of the whole."""
    erase_engagement_texts(engagement=engagement, by=by, now=now)
    delete_rows(GOES, engagement)
    _forget_votes(engagement)
    _end_links(engagement, now)
    _discard_imports(engagement.coach, now)
    _forget_orientation(engagement)
    # Where sessions to come take place is still needed.
    past = engagement.sessions.exclude(status=SessionStatus.SCHEDULED, starts_at__gte=now)
    past.update(place="", call_link="", calendar_uid="")
    engagement.readiness, engagement.content_erased_at, engagement.changed_at = "", now, now
    engagement.supervision_consented_at = None  # nothing is left to show
    columns = ["readiness", "content_erased_at", "changed_at", "supervision_consented_at"]
    engagement.save(update_fields=columns)


def _forget_votes(engagement):
    """How somebody voted shows in what followed at the same moment as well: in letters, and in the trail.

    That there was a vote stays in the trail.
    """
    Letter.objects.filter(engagement=engagement, kind__in=("rematch", "chemistry_coach")).delete()
    AuditEvent.objects.filter(engagement_id=engagement.pk, verb__startswith="rematch.").delete()


def _end_links(engagement, now):
    """What stays open is the executive's way to see that it was done."""
    links = PersonalLink.objects.filter(engagement=engagement)
    links.exclude(Q(pk__in=links.open_at(now).filter(purpose=Purpose.MINE).values("pk"))).delete()
    codes = LinkCode.objects.filter(link__engagement=engagement)
    still_open = Q(passed_at__gt=now - timedelta(minutes=STAY_MINUTES), ended_at__isnull=True)
    codes.exclude(still_open).delete()


def _discard_imports(coach, now):
    """Files this coach has brought may hold rows of the engagement, sealed; the coach still has them.

    One that is being carried out goes with its refused rows within a day, and is refused this engagement.
    """
    files = ImportRun.objects.filter(owner=coach).exclude(kind=ImportKind.ROSTER).exclude(status=ImportStatus.RUNNING)
    for run in files.order_by("pk"):
        record(by=None, verb="import.discarded", subject=run, now=now)
    files.delete()


def _forget_orientation(engagement):
    """What coaches think of a person goes with the last engagement that still says anything."""
    others = Engagement.objects.filter(executive=engagement.executive_id, content_erased_at__isnull=True)
    if not others.exclude(pk=engagement.pk).exists():
        usual = Executive._meta.get_field("orientation").default
        Executive.objects.filter(pk=engagement.executive_id).update(orientation=usual)


def overwrite_on_disk():
    """Takes deleted rows out of SQLite's write-ahead log as well; in the file they are overwritten already.

    Where somebody is reading it waits a moment and leaves the rest to the next time, at the latest to the night.
    PostgreSQL keeps deleted rows until VACUUM (docs/security.md, Erasing).
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (usual,) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {CHECKPOINT_WAITS_MS}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(usual)}")


def overwrite_after_commit():
    transaction.on_commit(overwrite_on_disk, robust=True)
