"""The bundle for supervision on paper. Made per download, kept nowhere."""

from engagements.exports.typeset import typeset
from trust.exports import TEMPLATE

TITLE = "One coaching engagement, for supervision"
LEAD = "Without names and dates; shown with the executive's consent. Not to be passed on."


def supervision_pdf(bundle) -> bytes:
    """`bundle` as trust.views.supervision_rows makes it."""
    facts = {"kind": "facts", "title": "", "rows": [list(row) for row in bundle["in_short"]]}
    sections = [{"title": "In short", "parts": [_text("", LEAD, ""), facts]}]
    sections += [
        {"title": section.title, "parts": [_part(item) for item in section.items]} for section in bundle["sections"]
    ]
    return typeset(TEMPLATE, {"title": TITLE, "sections": sections})


def _part(item):
    return _text(f"{item.week}: {item.title}", ". ".join(item.facts), item.shown)


def _text(title, meta, body):
    return {"kind": "text", "title": title, "meta": meta, "body": body}
