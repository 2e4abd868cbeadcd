"""Chemistry: the coach's vote and first notes, the executive's vote by link, and the manager's quiet re-match."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from engagements.access import COACH, LINK, MANAGER, open_to
from engagements.actions.chemistry import (
    VoteOver,
    ask_executive,
    executives_vote,
    is_fit_for_both,
    note_beginning,
    settle_rematch,
    vote,
)
from engagements.actions.personal_links import LinkNotValid
from engagements.forms.method import BeginningForm, FitForm
from engagements.models import ChemistryVote, Engagement, Fit, Party, Purpose, Readiness
from engagements.models.chemistry import VOTED_IN
from engagements.permissions import can_manage
from engagements.views.links import link_closed, link_of
from engagements.views.showing import show

FORM = ["GET", "HEAD", "POST"]

# How to begin with somebody of this readiness (the coach starts it, and needs a first understanding of them).
HINTS = {
    Readiness.READY: "Take them at their word: agree early on what you will both be honest about.",
    Readiness.CURIOUS: "Show how you work before you ask for much: an observation that is of use at once.",
    Readiness.SENT: "Ask what they would want if nobody had sent them; say what the sponsor will not learn.",
    Readiness.GUARDED: "Do not press. Be dependable in small things, give a little of your own doubts; their pace.",
}  # fmt: skip
ORIENTATION_HINTS = {
    "COGNITIVE": "They look first for competence: structure, evidence, something that works by the next session.",
    "RELATIONAL": "They look first for the person: take time to get to know each other before the agenda.",
    "BALANCED": "They look for both: be of use, and be known.",
}


@require_http_methods(FORM)
@open_to(COACH)
def chemistry(request, pk):
    """The coach's own vote, and what they note at the start."""
    engagement = get_object_or_404(Engagement.objects.confided_to(request.user).with_people(), pk=pk)
    own = ChemistryVote.objects.confided_to(request.user).filter(engagement=engagement).first()
    is_vote, is_beginning = "fit" in request.POST, "readiness" in request.POST
    is_voting = is_vote or (request.method == "POST" and not is_beginning)
    form = FitForm(request.POST if is_voting else None, initial={"fit": own.fit if own else ""})
    beginning = BeginningForm(request.POST if is_beginning else None, initial={"readiness": engagement.readiness})
    if is_vote and form.is_valid():
        return _voted(request, engagement, form.cleaned_data["fit"])
    if is_beginning and beginning.is_valid():
        readiness = beginning.cleaned_data["readiness"]
        note_beginning(engagement=engagement, readiness=readiness, by=request.user, now=timezone.now())
        messages.success(request, "Noted, for you alone.")
        return redirect("chemistry", engagement.pk)
    context = {
        "title": "Chemistry",
        "engagement": engagement,
        "form": form,
        "beginning": beginning,
        "own": own,
        "is_mutual": own is not None and own.fit == Fit.FIT and is_fit_for_both(engagement),
        "is_open": engagement.status in VOTED_IN,
        "hints": [HINTS.get(engagement.readiness, ""), ORIENTATION_HINTS[engagement.executive.orientation]],
    }
    return show(request, "engagements/chemistry.html", context)


def _voted(request, engagement, fit):
    try:
        vote(engagement=engagement, party=Party.COACH, fit=fit, by=request.user, now=timezone.now())
    except VoteOver as error:
        messages.info(request, str(error))
    else:
        messages.success(request, THANKS[fit])
    return redirect("chemistry", engagement.pk)


THANKS = {
    Fit.FIT: "Noted, for you alone. Once both say so, this page tells you.",
    Fit.DECIDING: "Noted, for you alone. You are asked again in five days.",
    Fit.NOT_FIT: "Noted. The program manager hears that another match is wanted: not from whom, and not why.",
}


@require_POST
@open_to(COACH)
def chemistry_ask(request, pk):
    """Mails the executive the link to their vote."""
    engagement = get_object_or_404(Engagement.objects.confided_to(request.user).with_people(), pk=pk)
    try:
        ask_executive(engagement=engagement, by=request.user, now=timezone.now())
    except VoteOver as error:
        messages.info(request, str(error))
    else:
        messages.success(request, f"{engagement.executive.name} is asked by mail. You will not see the vote.")
    return redirect("chemistry", engagement.pk)


@require_POST
@open_to(COACH, MANAGER)
def rematch_settle(request, pk):
    """The manager has dealt with it."""
    engagement = get_object_or_404(Engagement.objects.visible_to(request.user).with_people(), pk=pk)
    if not can_manage(request.user, engagement):
        raise PermissionDenied
    settle_rematch(engagement=engagement, by=request.user, now=timezone.now())
    messages.success(request, "Noted as dealt with.")
    return redirect("engagement_detail", engagement.pk)


@require_http_methods(FORM)
@open_to(LINK)
def chemistry_by_link(request, pk):
    """The executive's vote."""
    now = timezone.now()
    try:
        link = link_of(request, pk, Purpose.CHEMISTRY, now)
    except LinkNotValid:
        return link_closed(request)
    engagement = link.engagement
    own = executives_vote(link)
    form = FitForm(request.POST or None, initial={"fit": own.fit if own else ""})
    if request.method == "POST" and form.is_valid():
        try:
            vote(engagement=engagement, party=Party.EXECUTIVE, fit=form.cleaned_data["fit"], by=None, now=now)
        except VoteOver:
            return link_closed(request)
        return redirect("chemistry_by_link", pk)
    if engagement.status not in VOTED_IN:
        return link_closed(request)
    context = {
        "form": form,
        "own": own,
        "engagement": engagement,
        "coach": engagement.coach,
        "is_mutual": own is not None and own.fit == Fit.FIT and is_fit_for_both(engagement),
    }
    return render(request, "engagements/chemistry_by_link.html", context)
