"""Tabs over a list of engagements: open, ended, all."""

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.utils import timezone

from engagements.models.engagement import ENDED, OPEN

PER_PAGE = 50
SHOWN = {"open": ("Open", Q(status__in=OPEN)), "ended": ("Ended", Q(status__in=ENDED)), "all": ("All", Q())}


def engagements_in_tabs(request, engagements):
    """What templates/engagements/_engagements.html shows of these engagements, by `show` and `page` of the address."""
    shown = request.GET.get("show") if request.GET.get("show") in SHOWN else "open"
    rows = engagements.filter(SHOWN[shown][1]).with_people().with_session_figures(timezone.now()).in_order()
    return {
        "tabs": _tabs(engagements, shown),
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "shown": shown,
    }


def _tabs(engagements, shown):
    counts = engagements.aggregate(**{key: Count("pk", filter=rule) for key, (_, rule) in SHOWN.items() if rule})
    counts["all"] = counts["open"] + counts["ended"]
    return [{"key": key, "label": SHOWN[key][0], "count": counts[key], "is_current": key == shown} for key in SHOWN]
