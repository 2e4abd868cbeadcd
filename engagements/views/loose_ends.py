"""Engagements that nobody closed: past their planned end, or with all sessions used and none booked."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from engagements.access import COACH, MANAGER, open_to
from engagements.actions.engagements import NotPossible, change_status
from engagements.forms.acting import ClosingForm
from engagements.models import Engagement
from engagements.permissions import can_manage
from engagements.views.going_back import go_back
from engagements.views.showing import show_list

ROWS_PER_PAGE = 50


@require_safe
@open_to(MANAGER)
def loose_ends(request):
    """The longest overdue first, each with the way to close it."""
    now, today = timezone.now(), timezone.localdate()
    rows = Engagement.objects.managed_by(request.user).nobody_closed(today).with_people().with_session_figures(now)
    page = Paginator(rows.order_by("ends_on", "pk"), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": "Nobody closed these",
        "page": page,
        "rows": [_row(engagement, today) for engagement in page],
        "previous_url": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "next_url": f"?page={page.next_page_number()}" if page.has_next() else "",
        "way_back": request.get_full_path(),
        "summary": f"{page.start_index()} to {page.end_index()} of {page.paginator.count}",
    }
    return show_list(request, "engagements/loose_ends.html", context, engagements=page.object_list)


def _row(engagement, today):
    weeks = (today - engagement.ends_on).days // 7
    over = f"The planned end was {weeks} week{'' if weeks == 1 else 's'} ago." if weeks > 0 else ""
    is_used = engagement.sessions_left <= 0 and not engagement.sessions_booked
    used = "All sessions are held, and none is booked." if is_used else ""
    return {
        "engagement": engagement,
        "words": " ".join(words for words in (over, used) if words),
        "form": ClosingForm(engagement=engagement),
    }


@require_POST
@open_to(COACH, MANAGER)
def loose_end_close(request, pk):
    """By the action that changes a status; sessions to come are cancelled."""
    engagement = get_object_or_404(Engagement.objects.visible_to(request.user).with_people(), pk=pk)
    if not can_manage(request.user, engagement):
        raise PermissionDenied
    form = ClosingForm(request.POST, engagement=engagement)
    if not form.is_valid():
        messages.info(request, f"{engagement.executive}: nothing changed. Choose how it ends.")
        return go_back(request, "loose_ends")
    move = {"to": form.cleaned_data["to"], "reason": form.cleaned_data["reason"]}
    try:
        closed = change_status(engagement=engagement, by=request.user, now=timezone.now(), **move)
    except NotPossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{engagement.executive}: {closed.get_status_display().lower()}.")
    return go_back(request, "loose_ends")
