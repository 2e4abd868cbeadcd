"""The life of a sponsor report: ordered, drafted by a job, put to executives, frozen or discarded.

Freezing stands in report_freezing, lines in report_lines; the figures come from above (trust.actions.reports).
"""

import zoneinfo

from django.db import transaction

from engagements.actions.audit import record
from engagements.models import (
    Engagement,
    PersonalLink,
    Program,
    Purpose,
    ReportStatus,
    SealedText,
    SponsorReport,
    TextKind,
)
from engagements.report_periods import last_whole


class PeriodTaken(Exception):
    """The program has a report about exactly these days; `report` is it."""

    def __init__(self, report):
        super().__init__("There is a report about these days.")
        self.report = report


class NotPossible(Exception):
    """The report is in a state in which this cannot be done."""


class Overtaken(Exception):
    """Another worker took the report over, or it was discarded."""


# --- ordering -----------------------------------------------------------------------------------


@transaction.atomic
def order_report(*, program, period_from, period_until, names_engagements, by, now):
    """A report to be drafted by a job. Raises PeriodTaken where there is one about these days."""
    _hold_program(program.pk)
    of_period = SponsorReport.objects.filter(program=program, period_from=period_from, period_until=period_until)
    if there := of_period.kept().first():
        raise PeriodTaken(there)
    return _begin(program, period_from, period_until, names_engagements, by, now)


def order_by_rhythm(*, now):
    """Reports of programs whose month or quarter is over; returns how many. Once each, however many workers."""
    programs = Program.objects.exclude(report_rhythm="").order_by("pk")
    return sum(_order_what_is_due(program, now) for program in programs)


@transaction.atomic
def _order_what_is_due(program, now):
    zone = zoneinfo.ZoneInfo(program.time_zone)
    first, last = last_whole(program.report_rhythm, now.astimezone(zone).date())
    closed = program.closed_at
    if _has_had(program, first, last) or (closed and closed.astimezone(zone).date() < first):
        return False
    if not engagements_in(program, first, last).exists():
        return False
    _hold_program(program.pk)
    if _has_had(program, first, last):
        return False
    _begin(program, first, last, program.report_names, None, now)
    return True


def _has_had(program, first, last):
    """There is one, or the rhythm made one that somebody discarded."""
    rows = SponsorReport.objects.filter(program=program, period_from=first, period_until=last)
    return rows.kept().exists() or rows.filter(created_by__isnull=True).exists()


def engagements_in(program, first, last):
    """Engagements of a program that ran on any of these days."""
    begun = Engagement.objects.filter(program=program, starts_on__lte=last)
    return begun.exclude(ended_on__lt=first)


def _hold_program(pk):
    Program.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)


def _begin(program, first, last, names, by, now):
    report = SponsorReport.objects.create(
        program=program, period_from=first, period_until=last, names_engagements=names, created_at=now, created_by=by
    )
    record(by=by, verb="report.ordered", subject=report, program_id=program.pk, now=now, detail={"names": names})
    return report


# --- drafting -----------------------------------------------------------------------------------


def claim_report(*, report_id, now):
    """The report, for the one worker that gets to draft it; None for every other."""
    owed = SponsorReport.objects.filter(pk=report_id).owed(now).order_by()
    if not owed.update(claimed_at=now):
        return None
    return SponsorReport.objects.select_related("program__organization", "created_by").get(pk=report_id)


def go_on(*, report, done, total, now):
    """Says that this worker is still at it, and how far. Raises Overtaken. Part of the transaction of each chunk."""
    mine = SponsorReport.objects.filter(pk=report.pk, status=ReportStatus.DRAFTING, claimed_at=report.claimed_at)
    if not mine.update(claimed_at=now, done=done, total=total):
        raise Overtaken
    report.claimed_at = now


@transaction.atomic
def finish_draft(*, report, figures, now):
    """Drafted: it can be read, put to executives and frozen. Raises Overtaken."""
    mine = SponsorReport.objects.filter(pk=report.pk, status=ReportStatus.DRAFTING, claimed_at=report.claimed_at)
    if not mine.update(status=ReportStatus.DRAFT, figures=figures, claimed_at=None):
        raise Overtaken
    record(by=None, verb="report.drafted", subject=report, program_id=report.program_id, now=now)


@transaction.atomic
def fail_draft(*, report, now):
    """Not drafted. What was made so far stays for the next try."""
    mine = SponsorReport.objects.filter(pk=report.pk, status=ReportStatus.DRAFTING, claimed_at=report.claimed_at)
    if mine.update(status=ReportStatus.FAILED, claimed_at=None):
        record(by=None, verb="report.failed", subject=report, program_id=report.program_id, now=now)


@transaction.atomic
def retry_draft(*, report, by, now):
    """Has a failed draft tried again. Raises NotPossible."""
    failed = SponsorReport.objects.filter(pk=report.pk, status=ReportStatus.FAILED)
    if not failed.update(status=ReportStatus.DRAFTING, claimed_at=None):
        raise NotPossible
    record(by=by, verb="report.retried", subject=report, program_id=report.program_id, now=now)


# --- discarding ---------------------------------------------------------------------------------


@transaction.atomic
def discard_report(*, report, by, now):
    """Takes a draft away, with its lines, their words and the links to them. Raises NotPossible once it is frozen."""
    report = locked(report.pk)
    if report.is_frozen:
        raise NotPossible
    if report.status == ReportStatus.DISCARDED:
        return
    take_lines_away(report.lines.all(), now)
    report.status, report.claimed_at = ReportStatus.DISCARDED, None
    report.save(update_fields=["status", "claimed_at"])
    record(by=by, verb="report.discarded", subject=report, program_id=report.program_id, now=now)


def take_lines_away(lines, now):
    """Deletes lines with their words, and ends the links that lead to them."""
    keys = list(lines.values_list("pk", flat=True))
    forget_words(keys)
    reports = set(lines.values_list("report_id", flat=True))
    PersonalLink.objects.filter(purpose=Purpose.REPORT, subject_id__in=reports).open_at(now).update(revoked_at=now)
    lines.all().delete()


def forget_words(line_keys):
    """Deletes the sealed words of lines, in portions that a database takes."""
    for start in range(0, len(line_keys), 500):
        some = line_keys[start : start + 500]
        SealedText.objects.about(TextKind.REPORT_LINE, *some).delete()


def locked(report_id):
    """The report, held: whoever freezes, decides or discards comes one after the other."""
    rows = SponsorReport.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("program__organization").get(pk=report_id)
