"""The quick switcher between engagements, and the switch for single-key shortcuts."""

from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from engagements.access import COACH, EVERYBODY, MANAGER, open_to
from engagements.actions.people import edit_own_profile
from engagements.models import Engagement
from engagements.views.showing import show_list

MOST_FOUND = 10
LONGEST_NAME = 120


@require_safe
@open_to(COACH, MANAGER)
def find(request):
    """Engagements by the executive's name: a list for the switcher, a page without it. Open ones come first."""
    name = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_NAME]
    rows = Engagement.objects.visible_to(request.user).with_people()
    if name:
        rows = rows.filter(executive__name__icontains=name)
    found = list(rows.order_by("ended_on", "executive__name", "pk")[: MOST_FOUND + 1])
    open_first = sorted(found[:MOST_FOUND], key=lambda engagement: not engagement.is_open)
    context = {
        "title": "Find an engagement",
        "found": open_first,
        "has_more": len(found) > MOST_FOUND,
        "q": name,
    }
    template = "coaching/_found.html" if request.htmx else "coaching/find.html"
    return show_list(request, template, context, engagements=open_first)


@require_POST
@open_to(EVERYBODY)
def keys_switch(request):
    """Single keys on or off, for people who speak to their computer or press keys by accident."""
    edit_own_profile(user=request.user, by=request.user, now=timezone.now(), keys_on=request.POST.get("keys_on") == "1")
    # From where the button was pressed; not in the page, which may say that there is nothing at its address.
    back = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(back if back and is_ours else "home")
