"""Freezing a sponsor report: what was released and still may be told goes in, and nothing changes afterwards."""

from dataclasses import dataclass
from datetime import UTC

from django.db import transaction

from engagements.actions.audit import record
from engagements.actions.report_lines import words_of
from engagements.actions.reports import NotPossible, forget_words, locked
from engagements.models import Agreement, Engagement, EngagementKey, ReportLine, ReportStatus
from engagements.report_content import FORMAT, FORMAT_VERSION, digest_of, words_digest

AT_ONCE = 500  # lines whose words are opened together


@dataclass(frozen=True, slots=True)
class Verified:
    """What working out the digest anew came to: `erased` lines have no words any more to compare."""

    digest: str
    is_same: bool
    erased: int


@transaction.atomic
def freeze_report(*, report, by, now):
    """Writes the report down for good, with its digest; returns it. Raises NotPossible.

    Whoever releases, withholds or erases at the same moment comes before it or finds it frozen.
    """
    report = locked(report.pk)
    if not report.is_open:
        raise NotPossible
    standing = _standing(report)
    ReportLine.objects.filter(pk__in=[line.pk for line in standing]).update(is_in_report=True)
    rest = report.lines.filter(is_in_report=False)
    forget_words(list(rest.values_list("pk", flat=True)))
    report.status, report.frozen_at, report.frozen_by = ReportStatus.FROZEN, now, by
    report.digest = digest_of(content_of(report, standing))
    report.save(update_fields=["status", "frozen_at", "frozen_by", "digest"])
    detail = {"lines": len(standing)}
    record(by=by, verb="report.frozen", subject=report, program_id=report.program_id, now=now, detail=detail)
    return report


def _standing(report):
    """Released lines of engagements that were not erased; objectives only where they are still disclosed."""
    lines = list(report.lines.released().in_order())
    keys = {line.engagement_id for line in lines}
    held = Engagement.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk")
    there = {row.pk for row in held if row.content_erased_at is None}
    there &= set(EngagementKey.objects.filter(engagement_id__in=there).values_list("engagement_id", flat=True))
    opened = Agreement.objects.in_force().filter(discloses_objective=True, engagement__in=there)
    opened = set(opened.values_list("engagement_id", flat=True))
    words = _words(lines)
    return [
        line
        for line in lines
        if line.engagement_id in there
        and (not line.is_about_objective or (line.engagement_id in opened and line.pk in words))
    ]


def _words(lines):
    found = {}
    for start in range(0, len(lines), AT_ONCE):
        found |= words_of(lines[start : start + AT_ONCE])
    return found


def content_of(report, lines):
    """What is digested: period, figures and lines, as plain data; words stand by their digests."""
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "period": {"from": report.period_from.isoformat(), "until": report.period_until.isoformat()},
        "frozen_at": report.frozen_at.astimezone(UTC).isoformat(),
        "figures": report.figures,
        "lines": [{"position": line.position, "kind": line.kind, "says": line.figures} for line in lines],
    }


def frozen_content(report):
    """The content of a frozen report, as it stands in the database."""
    return content_of(report, list(report.lines.in_report().in_order()))


def verify_report(report):
    """Works the digest out anew, and that of all words that are still there."""
    lines = list(report.lines.in_report().in_order())
    digest, words = digest_of(content_of(report, lines)), _words(lines)
    about = [line for line in lines if line.is_about_objective]
    are_same = all(words_digest(*words[line.pk]) == line.figures["words_sha256"] for line in about if line.pk in words)
    erased = sum(line.pk not in words for line in about)
    return Verified(digest=digest, is_same=are_same and digest == report.digest, erased=erased)
