"""Lines about an executive in sponsor reports: what they say, what was decided, and whether they stand in one."""

from engagements.models import LineDecision, ReportLine, ReportStatus, TextKind
from engagements.report_content import opened_form, progress_facts
from engagements.report_periods import words_of as period_words

DECISION_WORDS = {
    LineDecision.WAITING: "not decided",
    LineDecision.RELEASED: "released",
    LineDecision.WITHHELD: "kept out",
}


def report_lines_of(engagement, texts):
    """One mapping per line of a report that was drafted and not discarded, the latest report first."""
    rows = ReportLine.objects.of_engagement(engagement).select_related("report")
    rows = rows.exclude(report__status=ReportStatus.DISCARDED)
    return [_line(one, texts) for one in rows.order_by("-report__period_until", "report_id", "position", "-kind", "pk")]


def _line(one, texts):
    _, words = opened_form(texts.get((TextKind.REPORT_LINE, one.pk), ""))
    report = one.report
    return {
        "report": period_words(report.period_from, report.period_until),
        "period_from": report.period_from,
        "period_until": report.period_until,
        "kind": one.kind,
        "kind_words": one.get_kind_display(),
        "says": [] if one.is_about_objective else [list(fact) for fact in progress_facts(one.figures)],
        "words": words,
        "decision": one.decision,
        "decision_words": DECISION_WORDS[LineDecision(one.decision)],
        "decided_at": one.decided_at,
        "frozen_at": report.frozen_at,
        "is_in_report": one.is_in_report,
    }
