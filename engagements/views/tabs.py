"""Tabs over a list of engagements: open, ended, all."""

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.utils import timezone

from engagements.models.engagement import ENDED, OPEN

PER_PAGE = 50
SHOWN = {"open": ("Open", Q(status__in=OPEN)), "ended": ("Ended", Q(status__in=ENDED)), "all": ("All", Q())}
STANDINGS_SHOWN = {"open": Q(is_open=True), "ended": Q(is_open=False), "all": Q()}


def engagements_in_tabs(request, engagements, standings=None):
    """What templates/engagements/_engagements.html shows of these engagements, by `show` and `page` of the address.

    `standings`: those of the same engagements, where there may be thousands: they know the order already.
    """
    shown = request.GET.get("show") if request.GET.get("show") in SHOWN else "open"
    rows = engagements.filter(SHOWN[shown][1]).with_people().with_session_figures(timezone.now()).in_order()
    if standings is not None:
        rows = InOrder(standings.filter(STANDINGS_SHOWN[shown]).by_executive(), rows)
    tabs = _tabs(_counted(engagements), shown)
    pages = Paginator(rows, PER_PAGE)
    pages.count = next(tab["count"] for tab in tabs if tab["is_current"])  # known, so the database is not asked again
    return {
        "tabs": tabs,
        "page": pages.get_page(request.GET.get("page")),
        "shown": shown,
    }


class InOrder:
    """Engagements in the order of their standings: a page reads its own rows and sorts no others."""

    ordered = True

    def __init__(self, standings, engagements):
        self.standings, self.engagements = standings, engagements

    def __getitem__(self, part):
        keys = self.standings[part].values("pk")
        return self.engagements.filter(pk__in=keys).order_by("standing__executive_name", "pk")


def _counted(engagements):
    """{status: how many}."""
    rows = engagements.order_by().values("status").annotate(count=Count("pk"))
    return dict(rows.values_list("status", "count"))


def _tabs(by_status, shown):
    counts = {"open": sum(by_status.get(one, 0) for one in OPEN), "ended": sum(by_status.get(one, 0) for one in ENDED)}
    counts["all"] = counts["open"] + counts["ended"]
    return [{"key": key, "label": SHOWN[key][0], "count": counts[key], "is_current": key == shown} for key in SHOWN]
