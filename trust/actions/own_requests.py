"""An executive's requests with their clocks and answers, and the opinions that were given out or held back."""

import zoneinfo

from engagements.models import DataRequest, ExportItem, ItemDecision, RequestKind, TextKind
from trust.actions.opinions import title_of

# What an executive asked for, said to them.
ASKED_FOR = {
    RequestKind.EXPORT: "The opinions about you",
    RequestKind.CORRECTION: "A correction",
    RequestKind.OBJECTION: "An objection",
    RequestKind.ERASURE: "Erasing what was written and rated",
}


def requests_of(engagement, texts, now):
    """One mapping per request, the latest first."""
    rows = DataRequest.objects.filter(engagement=engagement).prefetch_related("items").newest_first()
    return [_request(one, texts, today_of(engagement, now)) for one in rows]


def today_of(engagement, now):
    """The date where the program runs: requests are due on a day there."""
    return now.astimezone(zoneinfo.ZoneInfo(engagement.program.time_zone)).date()


def _request(one, texts, today):
    items = list(one.items.all())
    return {
        "id": one.pk,
        "kind": one.kind,
        "kind_words": ASKED_FOR[one.kind],
        "asked_at": one.asked_at,
        "due_on": one.due_on,
        "is_open": one.is_open,
        "is_overdue": one.is_open and one.due_on < today,
        "status": one.status,
        "status_words": one.get_status_display(),
        "your_words": texts.get((TextKind.REQUEST, one.pk), ""),
        "answered_at": one.answered_at,
        "answer": texts.get((TextKind.REQUEST_ANSWER, one.pk), ""),
        "reason": one.get_reason_display() if one.reason else "",
        "items": len(items),
        "items_decided": sum(item.decision != ItemDecision.OPEN for item in items),
    }


def given_out(engagement, texts):
    """Opinions as they read when the coach gave them out."""
    return [
        {
            "what": title_of(item.kind),
            "kind": item.kind,
            "given_out_at": item.decided_at,
            "words": texts.get((TextKind.RELEASED, item.pk), ""),
        }
        for item in _decided(engagement, ItemDecision.RELEASED)
    ]


def held_back(engagement):
    """Opinions that the coach keeps back, with the reason."""
    return [
        {
            "what": title_of(item.kind),
            "kind": item.kind,
            "reason": item.get_reason_display(),
            "held_back_at": item.decided_at,
        }
        for item in _decided(engagement, ItemDecision.WITHHELD)
    ]


def _decided(engagement, decision):
    items = ExportItem.objects.filter(request__engagement=engagement, decision=decision)
    return items.order_by("decided_at", "pk")


def own_request(engagement, pk):
    """One request of this engagement's executive, or None."""
    return DataRequest.objects.filter(engagement=engagement, pk=pk).select_related("engagement").first()
