"""Requests of executives, for those who answer: the coach, and for erasing a manager of the program."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from engagements.access import COACH, MANAGER, open_to
from engagements.actions.personal_links import send_mine_link
from engagements.models import DataRequest, DeclineReason, DraftKind, Engagement, ExportItem, LookedAt, RequestKind
from engagements.permissions import can_answer_request, can_read_content, can_send_link
from engagements.views.drafts import drafts_of, end_drafts_of, saves_in_place
from engagements.views.showing import show, show_list
from trust.actions.data_requests import (
    GivenOut,
    RequestClosed,
    answer_request,
    decide_item,
    erase_as_asked,
    give_out_the_rest,
)
from trust.forms.data_requests import AnswerForm, DecisionForm, ErasureForm, TheRestForm
from trust.views.request_rows import item_rows, request_row, request_words

PEOPLE = ("engagement__executive", "engagement__coach", "engagement__program__organization")
CLOSED = "This request was answered or taken back in the meantime."


@require_safe
@open_to(COACH, MANAGER)
def data_request_list(request):
    """Open requests, the most urgent first: of what kind, about whose engagement, until when."""
    rows = DataRequest.objects.visible_to(request.user).open().most_urgent_first()
    now = timezone.now()
    rows = [request_row(row, request.user, now) for row in rows.select_related(*PEOPLE)]
    context = {"title": "Requests", "rows": rows}
    engagements = [row.request.engagement for row in rows]
    return show_list(request, "trust/data_request_list.html", context, engagements=engagements)


@saves_in_place
@sensitive_post_parameters("words")
@sensitive_variables("form", "context")
@require_http_methods(["GET", "HEAD", "POST"])
@open_to(COACH, MANAGER)
def data_request(request, pk):
    """One request. Words and opinions are for the coach; a manager reads kind and clock, and answers erasing."""
    asked = get_object_or_404(DataRequest.objects.visible_to(request.user).select_related(*PEOPLE), pk=pk)
    may_answer = can_answer_request(request.user, asked)
    if request.method == "POST" and not may_answer:
        raise PermissionDenied
    form = _form(request, asked)
    if request.method == "POST" and (not asked.is_open or form.is_valid()):
        _answer(request, asked, form)
        return redirect("data_request", pk)
    context = _page(request.user, asked, form)
    if isinstance(form, AnswerForm):
        about = {"kind": DraftKind.REQUEST_ANSWER, "subject_id": asked.pk, "now": timezone.now()}
        context["drafts"] = drafts_of(request, engagement=asked.engagement, **about)
        context["drafts"].put_into(form)
    return show(request, "trust/data_request.html", context, what=LookedAt.REQUEST)


def _form(request, asked):
    """The answer as a form; opinions are decided one by one, and what is left can be given out at once."""
    data = request.POST if request.method == "POST" else None
    return {RequestKind.ERASURE: ErasureForm, RequestKind.EXPORT: TheRestForm}.get(asked.kind, AnswerForm)(data)


def _page(user, asked, form):
    now = timezone.now()
    is_coach = can_read_content(user, asked.engagement)
    return {
        "title": f"Request: {asked.engagement.executive.name}",
        "engagement": asked.engagement,
        "asked": asked,
        "row": request_row(asked, user, now),
        "words": request_words(asked, user) if is_coach else {},
        "items": item_rows(asked, user) if is_coach and asked.kind == RequestKind.EXPORT else [],
        "is_coach": is_coach,
        "form": form if asked.is_open and can_answer_request(user, asked) else None,
        "reasons": [("", "Hold back, because …"), *DeclineReason.choices],
    }


def _answer(request, asked, form):
    now, by = timezone.now(), request.user
    try:
        if not asked.is_open:
            raise RequestClosed
        if asked.kind == RequestKind.EXPORT:
            give_out_the_rest(request=asked, by=by, now=now)
        elif asked.kind != RequestKind.ERASURE:
            answer_request(request=asked, by=by, now=now, **form.answer)
        elif form.declines:
            answer_request(request=asked, is_granted=False, reason=form.cleaned_data["reason"], by=by, now=now)
        else:
            erase_as_asked(request=asked, by=by, now=now)
    except RequestClosed:
        messages.info(request, CLOSED)
    else:
        end_drafts_of(request, engagement=asked.engagement, now=now)
        messages.success(request, f"Answered. {asked.engagement.executive.name} is told by mail.")


@require_POST
@open_to(COACH)
def export_item(request, pk):
    """One opinion, given out or held back, by the coach."""
    items = ExportItem.objects.confided_to(request.user).select_related("request__engagement__program")
    item = get_object_or_404(items, pk=pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a reason for holding it back. Nothing was decided.")
    else:
        _decide(request, item, form)
    return redirect(f"{reverse('data_request', args=[item.request_id])}#item-{item.pk}")


def _decide(request, item, form):
    said = {"is_released": form.is_released, "reason": form.reason_kept}
    try:
        decide_item(item=item, by=request.user, now=timezone.now(), **said)
    except RequestClosed:
        messages.info(request, CLOSED)
    except GivenOut:
        messages.info(request, "This was given out already; it cannot be taken back.")
    else:
        messages.success(request, "Given out." if form.is_released else "Held back.")


@require_POST
@open_to(COACH, MANAGER)
def mine_send(request, pk):
    """Has the executive sent the link to what is kept about them."""
    engagement = get_object_or_404(Engagement.objects.visible_to(request.user).with_people(), pk=pk)
    if not can_send_link(request.user, engagement):
        raise PermissionDenied
    if send_mine_link(engagement=engagement, by=request.user, now=timezone.now()):
        messages.success(request, f"A link is on its way to {engagement.executive.name}.")
    else:
        messages.info(request, f"{engagement.executive.name} was sent a link a moment ago.")
    return redirect("engagement_detail", engagement.pk)
