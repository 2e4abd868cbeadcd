"""Lines of a sponsor report: made by the job that drafts, decided by executives behind their links.

A line says what it says from the moment it is drafted: what the executive releases is what the sponsor reads.
"""

import secrets
import zoneinfo
from collections import defaultdict
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Count, Q

from engagements.actions.agreements import NotAgreed
from engagements.actions.audit import record
from engagements.actions.reports import engagements_in, go_on, locked
from engagements.actions.texts import TextErased, open_texts, write_text
from engagements.models import (
    Agreement,
    Engagement,
    EngagementKey,
    LineDecision,
    LineKind,
    Objective,
    ObjectiveStatus,
    ReportLine,
    ReportStatus,
    SealedText,
    Session,
    SessionStatus,
    Status,
    TextKind,
)
from engagements.models.session import COUNTED_KINDS
from engagements.report_content import opened_form, sealed_form, words_digest
from engagements.vault import LONGEST_TEXT

# Who was never contracted is not named to a sponsor.
NAMED = (Status.CONTRACTED, Status.ACTIVE, Status.PAUSED, Status.COMPLETED, Status.ENDED_EARLY)
LONGEST_WORDS = LONGEST_TEXT - 100  # beside the salt


class ReportClosed(Exception):
    """The report is not put to executives any more, or never was."""


def bounds_of(report):
    """The moments between which its days lie, in the program's time zone; the end is not part of them."""
    zone = zoneinfo.ZoneInfo(report.program.time_zone)
    first, after = report.period_from, report.period_until + timedelta(days=1)
    return datetime.combine(first, time(), zone), datetime.combine(after, time(), zone)


# --- drafting -----------------------------------------------------------------------------------


def engagements_to_name(report):
    """Keys of the engagements that get lines, in the order of their executives' names."""
    rows = engagements_in(report.program, report.period_from, report.period_until)
    rows = rows.filter(status__in=NAMED).with_content().order_by("executive__name", "pk")
    return list(rows.values_list("pk", flat=True))


@transaction.atomic
def draft_lines(*, report, keys, start, total, now):
    """Lines of some engagements, the first of them at position `start`. Done again it adds what is missing.

    Raises Overtaken.
    """
    go_on(report=report, done=start + len(keys), total=total, now=now)
    engagements = Engagement.objects.select_related("executive").in_bulk(keys)
    sessions = _sessions(report, keys)
    rows = [
        ReportLine(
            report=report,
            engagement_id=key,
            position=start + number,
            kind=LineKind.PROGRESS,
            figures=_progress(engagements[key], sessions[key]),
        )
        for number, key in enumerate(keys)
        if key in engagements
    ]
    ReportLine.objects.bulk_create(rows, ignore_conflicts=True)
    words = _objectives(keys)
    for number, key in enumerate(keys):
        if words.get(key):
            _draft_objective(report, engagements[key], start + number, words[key], now)


def _sessions(report, keys):
    """{engagement key: counts of sessions, by the end of the period and within it}."""
    begin, end = bounds_of(report)
    within = Q(starts_at__gte=begin)
    rows = Session.objects.filter(engagement__in=keys, kind__in=COUNTED_KINDS, starts_at__lt=end).order_by()
    counts = rows.values("engagement_id").annotate(
        held=Count("pk", filter=Q(status=SessionStatus.HELD)),
        held_in_period=Count("pk", filter=within & Q(status=SessionStatus.HELD)),
        missed=Count("pk", filter=within & Q(status=SessionStatus.MISSED)),
        cancelled=Count("pk", filter=within & Q(status=SessionStatus.CANCELLED)),
    )
    none = dict.fromkeys(("held", "held_in_period", "missed", "cancelled"), 0)
    return defaultdict(lambda: none, {row.pop("engagement_id"): row for row in counts})


def _progress(engagement, sessions):
    ended = engagement.ended_on
    return {
        "executive": engagement.executive.name,
        "status": engagement.status,
        "starts_on": engagement.starts_on.isoformat(),
        "ends_on": engagement.ends_on.isoformat(),
        "ended_on": ended.isoformat() if ended else None,
        "budget": engagement.session_budget,
        **sessions,
    }


def _objectives(keys):
    """{engagement key: words of its open objectives}, where the agreement in force opens them."""
    opened = Agreement.objects.in_force().filter(discloses_objective=True, engagement__in=keys)
    rows = Objective.objects.filter(status=ObjectiveStatus.OPEN, engagement__in=opened.values("engagement_id"))
    objectives = list(rows.in_order())
    texts = _alive_texts(TextKind.OBJECTIVE, {one.pk: one.engagement_id for one in objectives})
    found = defaultdict(list)
    for one in objectives:
        if texts.get(one.pk):
            found[one.engagement_id].append(texts[one.pk])
    return {key: "\n\n".join(words)[:LONGEST_WORDS] for key, words in found.items()}


def _draft_objective(report, engagement, position, words, now):
    """One line with sealed words; none where content was erased or the agreement ended in the meantime."""
    if ReportLine.objects.filter(report=report, engagement=engagement, kind=LineKind.OBJECTIVE).exists():
        return
    salt = secrets.token_hex(16)
    figures = {"executive": engagement.executive.name, "words_sha256": words_digest(salt, words)}
    line = ReportLine(report=report, engagement=engagement, position=position, kind=LineKind.OBJECTIVE, figures=figures)
    try:
        with transaction.atomic():
            line.save()
            write_text(
                engagement_id=engagement.pk,
                kind=TextKind.REPORT_LINE,
                subject_id=line.pk,
                text=sealed_form(salt, words),
                by=None,
                now=now,
            )
    except (TextErased, NotAgreed):
        return


# --- words --------------------------------------------------------------------------------------


def words_of(lines):
    """{line key: (salt, words)} of lines about objectives; those whose words were erased are missing."""
    texts = _alive_texts(TextKind.REPORT_LINE, {one.pk: one.engagement_id for one in lines if one.is_about_objective})
    return {pk: opened_form(text) for pk, text in texts.items() if text}


def _alive_texts(kind, subjects):
    """{subject key: text} of {subject key: engagement key}, where the key still exists."""
    rows = list(SealedText.objects.current().about(kind, *subjects)) if subjects else []
    try:
        plain = open_texts(rows)
    except TextErased:
        return _alive_texts(kind, _with_keys(subjects))
    return {row.subject_id: plain[row.pk] for row in rows}


def _with_keys(subjects):
    """Those of engagements whose key was not destroyed."""
    keys = EngagementKey.objects.filter(engagement_id__in=set(subjects.values()))
    alive = set(keys.values_list("engagement_id", flat=True))
    return {subject: engagement_id for subject, engagement_id in subjects.items() if engagement_id in alive}


# --- deciding, behind a link --------------------------------------------------------------------


def lines_behind(link):
    """(report, lines) a link asks about; raises ReportClosed. Once frozen, only what the executive decided."""
    lines = list(ReportLine.objects.behind(link).select_related("report__program__organization").in_order())
    if not lines or lines[0].report.status not in (ReportStatus.ASKING, ReportStatus.FROZEN):
        raise ReportClosed
    return lines[0].report, lines


@transaction.atomic
def decide_lines(*, link, decisions, now):
    """Releases or withholds {line key: decision}: own lines, as long as the report is not frozen. Raises ReportClosed.

    What names no line behind this link changes nothing.
    """
    report_id = ReportLine.objects.behind(link).values_list("report_id", flat=True).first()
    if report_id is None or locked(report_id).status != ReportStatus.ASKING:
        raise ReportClosed
    for line in ReportLine.objects.behind(link).select_for_update(of=("self",)).in_order():
        decision = decisions.get(line.pk, line.decision)
        if decision != line.decision:
            _decide(line, LineDecision(decision), link.engagement, now)


def _decide(line, decision, engagement, now):
    line.decision = decision
    line.decided_at = None if decision == LineDecision.WAITING else now
    line.save(update_fields=["decision", "decided_at"])
    detail = {"kind": line.kind, "decision": str(decision)}
    record(by=None, verb="report_line.decided", subject=line, engagement=engagement, now=now, detail=detail)
