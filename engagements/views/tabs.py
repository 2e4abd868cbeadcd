"""Tabs over a list of engagements: open, ended, all."""

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.utils import timezone

from engagements.models import Engagement, Standing
from engagements.models.engagement import ENDED, OPEN
from engagements.models.prepared import ask

PER_PAGE = 50
SHOWN = {"open": ("Open", Q(status__in=OPEN)), "ended": ("Ended", Q(status__in=ENDED)), "all": ("All", Q())}
# What a list shows of an engagement beside its figures.
LISTED = [
    "status",
    "session_budget",
    "executive__name",
    "executive__role",
    "coach__name",
    "program__name",
    "program__organization__name",
]
STANDINGS_SHOWN = {"open": Q(is_open=True), "ended": Q(is_open=False), "all": Q()}


def engagements_in_tabs(request, engagements, program=None):
    """What templates/engagements/_engagements.html shows of these engagements, by `show` and `page` of the address.

    `program`: where these are all of a program that this person manages, maybe thousands.
    """
    shown = request.GET.get("show") if request.GET.get("show") in SHOWN else "open"
    now = timezone.now()
    if program is None:
        rows = _with_figures(engagements.filter(SHOWN[shown][1]), now).in_order()
    else:
        rows = OfProgram(request.user, program.pk, shown, now)
    tabs = _tabs(_counted(engagements), shown)
    pages = Paginator(rows, PER_PAGE)
    pages.count = next(tab["count"] for tab in tabs if tab["is_current"])  # known, so the database is not asked again
    return {
        "tabs": tabs,
        "page": pages.get_page(request.GET.get("page")),
        "shown": shown,
    }


def _with_figures(engagements, now):
    return engagements.with_people().with_session_figures(now)


class OfProgram:
    """Engagements in the order of their standings: a page reads its own rows and sorts no others."""

    ordered = True

    def __init__(self, user, program_id, shown, now):
        self.user, self.shown, self.values = user, shown, {"program_id": program_id, "now": now}

    def __getitem__(self, part):
        return ask(_part_of_program, self.user, self.shown, part.start, part.stop, **self.values)


def _part_of_program(user, shown, start, stop, *, program_id, now):
    standings = Standing.objects.managed_by(user).filter(STANDINGS_SHOWN[shown], program=program_id).by_executive()
    engagements = Engagement.objects.managed_by(user).filter(pk__in=standings[start:stop].values("pk"))
    return _with_figures(engagements, now).only(*LISTED).order_by("standing__executive_name", "pk")


def _counted(engagements):
    """{status: how many}."""
    rows = engagements.order_by().values("status").annotate(count=Count("pk"))
    return dict(rows.values_list("status", "count"))


def _tabs(by_status, shown):
    counts = {"open": sum(by_status.get(one, 0) for one in OPEN), "ended": sum(by_status.get(one, 0) for one in ENDED)}
    counts["all"] = counts["open"] + counts["ended"]
    return [{"key": key, "label": SHOWN[key][0], "count": counts[key], "is_current": key == shown} for key in SHOWN]
