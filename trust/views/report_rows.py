"""Lines of a sponsor report, engagement by engagement, as pages and files show them."""

from collections import Counter

from engagements.actions.report_lines import words_of
from engagements.models import LineDecision
from engagements.views.report_lines import shown_line

# How a decision stands on the manager's page: nothing but this.
PILLS = {
    LineDecision.WAITING: {"label": "Waiting", "tone": "neutral", "icon": "clock"},
    LineDecision.RELEASED: {"label": "Released", "tone": "good", "icon": "check"},
    LineDecision.WITHHELD: {"label": "Withheld", "tone": "neutral", "icon": "lock"},
}


def engagement_rows(lines, *, with_words):
    """[{executive, lines}] of lines in order; what they say only where the report is frozen."""
    words = words_of(lines) if with_words else {}
    rows = {}
    for line in lines:
        row = rows.setdefault(line.position, {"executive": line.figures["executive"], "lines": []})
        shown = shown_line(line, words) if with_words else {"line": line, "title": _title(line)}
        row["lines"].append({**shown, "pill": PILLS[LineDecision(line.decision)]})
    return list(rows.values())


def _title(line):
    return line.get_kind_display()


def numbers_of(lines):
    """How many lines are released, withheld and waiting: {released, withheld, waiting, total}."""
    counts = Counter(lines.order_by().values_list("decision", flat=True))
    named = {name.lower(): counts.get(name, 0) for name in LineDecision.values}
    return {**named, "total": sum(counts.values())}
