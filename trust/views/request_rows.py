"""Requests of executives, ready for the pages of those who answer them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import DateField, Value
from django.utils import timezone

from engagements.actions.texts import confided_texts
from engagements.models import DataRequest, ExportItem, Extension, ItemDecision, TextKind
from engagements.permissions import can_answer_request
from trust.actions.opinions import opinions_about, title_of
from trust.actions.own_requests import today_of

SAID_OF = {
    "EXPORT": "wants to know the opinions kept about them",
    "CORRECTION": "asks for a correction",
    "OBJECTION": "objects",
    "ERASURE": "asks for everything written and rated to be erased",
}


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request with its clock; `is_yours` says that this person answers it."""

    request: DataRequest
    said: str
    days_left: int
    is_yours: bool

    @property
    def is_overdue(self):
        return self.request.is_open and self.days_left < 0

    @property
    def clock(self):
        """ "in 12 days", "today", "3 days ago"."""
        days = abs(self.days_left)
        counted = f"{days} day{'' if days == 1 else 's'}"
        if self.days_left == 0:
            return "today"
        return f"{counted} ago" if self.days_left < 0 else f"in {counted}"


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One opinion to decide on; `words` as it reads now, or as it was given out."""

    item: ExportItem
    title: str
    words: str
    about_at: datetime | None

    @property
    def is_open(self):
        return self.item.decision == ItemDecision.OPEN

    @property
    def is_released(self):
        return self.item.decision == ItemDecision.RELEASED


def request_row(request, user, now):
    days_left = (request.due_on - today_of(request.engagement, now)).days
    return RequestRow(request, SAID_OF[request.kind], days_left, can_answer_request(user, request))


def request_words(request, user):
    """{"asked", "answer"}: the executive's words and the coach's; for the coach."""
    texts = confided_texts(user=user, subject_ids=[request.pk])
    return {
        "asked": texts.get((TextKind.REQUEST, request.pk), ""),
        "answer": texts.get((TextKind.REQUEST_ANSWER, request.pk), ""),
    }


def item_rows(request, user):
    """Every opinion of a request, in the order in which opinions are listed; for the coach."""
    items = list(ExportItem.objects.confided_to(user).filter(request=request))
    given_out = confided_texts(user=user, subject_ids=[item.pk for item in items])
    now = {one.key: one for one in opinions_about(request.engagement)}
    order = {key: place for place, key in enumerate(now)}
    rows = []
    for item in sorted(items, key=lambda item: (order.get((item.kind, item.subject_id), len(order)), str(item.pk))):
        opinion = now.get((item.kind, item.subject_id))
        words = given_out.get((TextKind.RELEASED, item.pk)) or (opinion.words if opinion else "")
        rows.append(ItemRow(item, _title(item), words, opinion and opinion.about_at))
    return rows


def _title(item):
    return TITLES_FOR_COACH.get(item.kind) or title_of(item.kind)


TITLES_FOR_COACH = {
    "READING": "Your ratings of a session",
    "ORIENTATION": "What they look for first in a coach",
    "READINESS": "How ready they seemed at the start",
    "FOLLOW_UP": "Your answer to a follow-up",
}


def requests_waiting(user, now):
    """What is open that this person may know of: {"number" of executives' requests, "overdue" ones, "extensions": how
    many coaches ask a program manager for more}. One query.
    """
    asked = DataRequest.objects.visible_to(user).open().order_by().values_list("due_on")
    more = Extension.objects.managed_by(user).open().annotate(day=Value(None, DateField())).values_list("day")
    days = [day for (day,) in asked.union(more, all=True)]
    due = [day for day in days if day]
    overdue = sum(day < timezone.localdate(now) for day in due)
    return {"number": len(due), "overdue": overdue, "extensions": len(days) - len(due)}
