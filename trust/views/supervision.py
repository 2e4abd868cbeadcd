"""What a coach takes to supervision: the course of one engagement without names, once the executive has agreed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from engagements.access import COACH, open_to
from engagements.actions.hours import ask_consent
from engagements.actions.looks import note_engagement_look
from engagements.limits import count_use
from engagements.models import Engagement, LookedAt
from engagements.views.showing import show
from trust.exports.supervision import supervision_pdf as make_pdf
from trust.views.supervision_rows import bundle_of

DOWNLOADS, WINDOW_SECONDS = 30, 10 * 60  # making a PDF costs work


@sensitive_variables("context")
@require_http_methods(["GET", "HEAD", "POST"])
@open_to(COACH)
def supervision(request, pk):
    """The bundle; what is ticked comes with a POST, so that no address names it. Nothing is changed or kept."""
    now = timezone.now()
    engagement = _engagement(request.user, pk, now)
    context = {"title": "For supervision", "engagement": engagement, "is_open": is_open(engagement)}
    if context["is_open"]:
        context |= bundle_of(engagement, request.user, now, ticked=request.POST.getlist("tick"))
    return show(request, "trust/supervision.html", context)


@require_POST
@open_to(COACH)
def supervision_pdf(request, pk):
    """The same as a file, made at this moment."""
    now = timezone.now()
    engagement = _engagement(request.user, pk, now)
    if not is_open(engagement):
        return redirect("supervision", engagement.pk)
    if count_use("supervision", request.user.pk, seconds=WINDOW_SECONDS, now=now)[0] > DOWNLOADS:
        messages.error(request, "Many files were made just now. Wait ten minutes, then try again.")
        return redirect("supervision", engagement.pk)
    content = make_pdf(bundle_of(engagement, request.user, now, ticked=request.POST.getlist("tick")))
    note_engagement_look(by=request.user, engagement=engagement, now=now, what=LookedAt.EXPORT)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="for-supervision.pdf"'
    return response


@require_POST
@open_to(COACH)
def supervision_ask(request, pk):
    """Has the executive asked by mail."""
    engagement = _engagement(request.user, pk, timezone.now())
    name = engagement.executive.name
    if ask_consent(engagement=engagement, what="supervision", by=request.user, now=timezone.now()):
        messages.success(request, f"{name} is asked by mail. They answer behind their own link.")
    else:
        messages.info(request, f"{name} was asked a moment ago, or has agreed already.")
    return redirect("supervision", engagement.pk)


def is_open(engagement):
    """The executive has agreed, and there is something left to show."""
    return engagement.supervision_consented_at is not None and engagement.content_erased_at is None


def _engagement(user, pk, now):
    rows = Engagement.objects.confided_to(user).with_people().with_session_figures(now).with_erasure()
    return get_object_or_404(rows, pk=pk)
