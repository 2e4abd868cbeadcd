"""Putting a report to the executives it names: the manager asks, a job makes the links, each goes by mail."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from engagements.actions.audit import record
from engagements.actions.personal_links import make_link
from engagements.actions.reports import NotPossible, locked
from engagements.models import Engagement, PersonalLink, Purpose, ReportLine, ReportStatus
from engagements.nudges import nudge

ASKED_AGAIN_AFTER = timedelta(days=1)


class AskedJustNow(Exception):
    """The executives were asked a short while ago."""


@transaction.atomic
def ask_executives(*, report, by, now):
    """Has every executive with an undecided line sent a link. Raises NotPossible, AskedJustNow."""
    report = locked(report.pk)
    if not (report.is_open and report.lines.exists()):
        raise NotPossible
    if report.asked_at is not None and report.asked_at > now - ASKED_AGAIN_AFTER:
        raise AskedJustNow
    report.status, report.asked_at = ReportStatus.ASKING, now
    report.save(update_fields=["status", "asked_at"])
    record(by=by, verb="report.asked", subject=report, program_id=report.program_id, now=now)
    nudge("engagements.ask_for_release")


def engagements_to_ask(report, most):
    """Keys of engagements with an undecided line whose link was not made since the manager asked."""
    sent = PersonalLink.objects.filter(
        engagement=OuterRef("engagement_id"),
        purpose=Purpose.REPORT,
        subject_id=report.pk,
        created_at__gte=report.asked_at,
    )
    waiting = ReportLine.objects.filter(~Exists(sent), report=report, engagement__content_erased_at__isnull=True)
    rows = waiting.waiting().order_by("engagement_id").values_list("engagement_id", flat=True).distinct()
    return list(rows[:most])


@transaction.atomic
def ask_executive(*, report, engagement_id, now):
    """The link of one executive; False where another worker was first or nothing is asked any more."""
    engagement = Engagement.objects.select_for_update(of=("self",), no_key=True).filter(pk=engagement_id).first()
    report = type(report).objects.asking().filter(pk=report.pk).first()
    if engagement is None or report is None or engagement.content_erased_at is not None:
        return False
    links = PersonalLink.objects.filter(engagement=engagement, purpose=Purpose.REPORT, subject_id=report.pk)
    if links.filter(created_at__gte=report.asked_at).exists():
        return False
    make_link(engagement=engagement, purpose=Purpose.REPORT, subject_id=report.pk, by=None, now=now)
    return True
