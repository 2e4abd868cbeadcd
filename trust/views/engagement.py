"""The page of an engagement: everything for its coach; dates, attendance and flags for its program manager."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from engagements.access import COACH, EVERYBODY, MANAGER, open_to
from engagements.models import Engagement, RematchRequest, Status
from engagements.models.prepared import ask
from engagements.permissions import can_read_content
from engagements.views.showing import show
from trust.views.acting import flag_to_ask_about
from trust.views.coach_page import coach_page
from trust.views.erased_page import erased_page
from trust.views.manager_page import manager_page


@require_safe
@open_to(COACH, MANAGER)
def engagement_detail(request, pk):
    """Who is both coach and program manager sees the coach's page."""
    now = timezone.now()
    engagement = next(iter(ask(_engagement, request.user, key=pk)), None)
    if engagement is None:
        raise Http404
    if can_read_content(request.user, engagement) and engagement.content_erased_at is not None:
        return show(request, "trust/engagement_detail_erased.html", erased_page(engagement, request.user, now))
    if can_read_content(request.user, engagement):
        return show(request, "trust/engagement_detail.html", coach_page(engagement, request.user, now))
    context = manager_page(engagement, request.user, now)
    if engagement.status in (Status.PROPOSED, Status.CHEMISTRY):
        # Beside what the executive sees of this page: it would tell them what their coach said.
        wanted = RematchRequest.objects.managed_by(request.user).open().filter(engagement=engagement)
        context["wants_rematch"] = wanted.exists()
    context["waiting"] = next((one for one in context["extensions"] if one.is_open), None)
    context["to_ask"] = flag_to_ask_about(context["flags"])
    return show(request, "trust/engagement_detail_manager.html", context)


def _engagement(user, *, key):
    return Engagement.objects.visible_to(user).with_people().with_erasure().filter(pk=key)


@require_safe
@open_to(EVERYBODY)
def how_judged(request):
    """The method in plain words, and what it cannot do."""
    return render(request, "trust/how_judged.html", {"title": "How is this judged?"})
