"""What an executive asks for and decides, behind link and code: requests, and switches that hold at once."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from engagements.access import LINK, open_to
from engagements.actions.hours import CONSENT_COLUMNS, set_consent
from engagements.models import RequestKind
from engagements.models.data_request import ANSWER_DAYS
from trust.actions.data_requests import (
    AlreadyAsked,
    NothingToAskFor,
    RequestClosed,
    ask_for_opinions,
    make_request,
    take_back_request,
)
from trust.actions.executive_choices import set_check_ins, set_judging, set_reminders
from trust.actions.own_page import engagement_of, managers_of
from trust.actions.own_requests import own_request
from trust.forms.mine import form_for
from trust.nudges import nudge_judging
from trust.views.mine_door import behind_code

# The word in the address, and what it asks for.
KINDS = {
    "opinions": RequestKind.EXPORT,
    "correction": RequestKind.CORRECTION,
    "objection": RequestKind.OBJECTION,
    "erasure": RequestKind.ERASURE,
}


CONSENT_WORDS = {
    ("hours", True): "Your name and address may stand in your coach's log of hours.",
    ("hours", False): "Your coach's log of hours does not name you any more.",
    ("supervision", True): "Your coach may show the course of your coaching in supervision, without names and dates.",
    ("supervision", False): "Nothing of your coaching is shown in supervision any more.",
}


@sensitive_post_parameters("words")
@sensitive_variables("form")
@require_http_methods(["GET", "HEAD", "POST"])
@open_to(LINK)
@behind_code
def mine_request(request, link, now, word):
    """One request: what it means, the words where there are any, one button."""
    kind = KINDS.get(word)
    if kind is None:
        raise Http404
    engagement = engagement_of(link, now)
    is_judged = engagement.judging_declined_at is None
    form = form_for(kind, request.POST if request.method == "POST" else None, is_judged=is_judged)
    if request.method == "POST" and form.is_valid():
        _ask(request, engagement, kind, form.cleaned_data, now)
        return redirect("mine", link.pk)
    context = {
        "link": link,
        "engagement": engagement,
        "form": form,
        "kind": kind,
        "days": ANSWER_DAYS,
        "managers": managers_of(engagement) if kind == RequestKind.ERASURE else [],
    }
    return render(request, "trust/mine_request.html", context)


def _ask(request, engagement, kind, said, now):
    if said.get("stops_judging"):
        _judge(request, engagement, False, now)
    words = said.get("words", "").strip()
    if kind == RequestKind.OBJECTION and not words:
        return
    try:
        if kind == RequestKind.EXPORT:
            ask_for_opinions(engagement=engagement, now=now)
        else:
            make_request(engagement=engagement, kind=kind, words=words, now=now)
    except AlreadyAsked:
        messages.info(request, "You have asked for this already; it stands among your requests.")
    except NothingToAskFor:
        messages.info(request, "No opinion about you is kept at the moment.")
    else:
        messages.success(
            request, f"Asked. An answer is due within {ANSWER_DAYS} days; a mail tells you when it is there."
        )


@require_POST
@open_to(LINK)
@behind_code
def mine_take_back(request, link, now, request_pk):
    """Takes one open request back."""
    asked = own_request(link.engagement, request_pk)
    if asked is None:
        raise Http404
    try:
        take_back_request(request=asked, now=now)
    except RequestClosed:
        messages.info(request, "This request was answered in the meantime.")
    else:
        messages.success(request, "Taken back. Nothing happens with it any more.")
    return redirect("mine", link.pk)


@require_POST
@open_to(LINK)
@behind_code
def mine_choose(request, link, now):
    """On or off, at once: check-ins, judging how trust develops, the coach's log of hours, supervision."""
    what, is_on = request.POST.get("what"), request.POST.get("to") == "on"
    if what == "check_ins":
        set_check_ins(engagement=link.engagement, is_on=is_on, now=now)
        words = "You are asked for a check-in after a session again." if is_on else "You get no more check-ins."
        messages.success(request, words)
    elif what == "reminders":
        set_reminders(engagement=link.engagement, is_on=is_on, now=now)
        words = "You are reminded of sessions again." if is_on else "You get no more reminders of sessions."
        messages.success(request, words)
    elif what == "judging":
        _judge(request, link.engagement, is_on, now)
    elif what in CONSENT_COLUMNS:
        set_consent(engagement=link.engagement, what=what, is_given=is_on, now=now)
        messages.success(request, CONSENT_WORDS[what, is_on])
    else:
        messages.info(request, "Nothing was changed.")
    return redirect("mine", link.pk)


def _judge(request, engagement, is_on, now):
    set_judging(engagement=engagement, is_on=is_on, now=now)
    nudge_judging(engagement.pk)
    words = "How your trust develops is judged again." if is_on else "How your trust develops is not judged any more."
    messages.success(request, words)
