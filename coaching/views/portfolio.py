"""The portfolio: which engagement needs a conversation, then all of them. Nothing confidential is read here."""

from django.core.paginator import Paginator
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from coaching.forms.portfolio import ANSWERED, FLAGGED, UNANSWERED, PortfolioFilter
from engagements.models import Engagement
from engagements.permissions import is_program_manager
from trust.models import Flag, FlagKind
from trust.models.flag import URGENCY
from trust.sentences import age_in_words, flag_for_manager

ROWS_PER_PAGE = 50
MOST_IN_FRONT = 10

# What the list may be sorted by, each with the direction that a first click gives. Every order ends with the
# key, so that a row never stands on two pages.
ORDERS = {
    "executive": ("Executive", "executive__name"),
    "coach": ("Coach", "coach__name"),
    "program": ("Program", "program__name"),
    "status": ("Status", "status"),
    "left": ("Sessions", "sessions_left"),
    "last": ("Last", "last_session_at"),
    "next": ("Next", "next_session_at"),
    "flag": ("Flag", "flag_opened_at"),
}


@require_safe
def portfolio(request):
    """For program managers; to everybody else the page does not exist."""
    user, now = request.user, timezone.now()
    if not is_program_manager(user):
        raise Http404
    chosen = PortfolioFilter(request.GET, user=user)
    sort = request.GET.get("sort", "")
    page = Paginator(_engagements(user, now, chosen, sort), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    front = _in_front(user, now)
    context = {
        "title": "Portfolio",
        "lead": _lead(len(front), page.paginator.count, chosen),
        "front": front[:MOST_IN_FRONT],
        "more_in_front": max(len(front) - MOST_IN_FRONT, 0),
        "filter": chosen,
        "headings": _headings(request.GET, sort),
        "rows": [_row(engagement, now) for engagement in page],
        "pages": _pages(request.GET, page),
    }
    return render(request, "coaching/portfolio.html", context)


def _disclosed(user):
    return Flag.objects.disclosed_to(user).open()


def _in_front(user, now):
    """Disclosed alarms, one line per engagement: its most urgent flag."""
    flags = _disclosed(user).most_urgent_first().defer("evidence")
    seen, rows = set(), []
    for flag in flags.select_related("engagement__executive", "engagement__coach", "engagement__program"):
        if flag.engagement_id in seen:
            continue
        seen.add(flag.engagement_id)
        rows.append(_front_row(flag, now))
    return rows


def _front_row(flag, now):
    return {
        "engagement": flag.engagement,
        "kind": flag.kind,
        "label": flag.get_kind_display(),
        "sentence": flag_for_manager(flag.kind),
        "age": age_in_words(_days_since(flag.opened_at, now)),
        "is_answered": flag.is_answered,
    }


def _engagements(user, now, chosen, sort):
    """The list: filtered and sorted, with figures and the most urgent disclosed flag of each row."""
    of_row = _disclosed(user).filter(engagement=OuterRef("pk"))
    most_urgent = of_row.most_urgent_first()
    rows = Engagement.objects.managed_by(user).with_people().with_session_figures(now)
    rows = rows.annotate(
        flag_kind=Subquery(most_urgent.values("kind")[:1]),
        flag_opened_at=Subquery(most_urgent.values("opened_at")[:1]),
        flag_responded_at=Subquery(most_urgent.values("responded_at")[:1]),
    )
    return _sorted(_flagged(_narrowed(rows, chosen), chosen, of_row), sort)


def _narrowed(rows, chosen):
    status = chosen.chosen("status")
    if status is None:
        rows = rows.open()
    elif status != "ALL":
        rows = rows.filter(status=status)
    for name in ("program", "coach"):
        if value := chosen.chosen(name):
            rows = rows.filter(**{name: value})
    if words := chosen.chosen("q"):
        for word in words.split()[:5]:
            found = Q(executive__name__icontains=word) | Q(executive__email__icontains=word)
            rows = rows.filter(found | Q(coach__name__icontains=word) | Q(coach__email__icontains=word))
    return rows


def _flagged(rows, chosen, of_row):
    asked = chosen.chosen("flag")
    if asked in FlagKind.values:
        return rows.filter(Exists(of_row.filter(kind=asked)))
    if asked == FLAGGED:
        return rows.filter(flag_kind__isnull=False)
    if asked in (ANSWERED, UNANSWERED):
        return rows.filter(flag_kind__isnull=False, flag_responded_at__isnull=asked == UNANSWERED)
    return rows


def _sorted(rows, sort):
    """By a column of the closed list; by default the most urgent flag first, then by name."""
    name = sort.removeprefix("-")
    if name not in ORDERS:
        urgency = Case(*(When(flag_kind=kind, then=rank) for rank, kind in enumerate(URGENCY)), default=len(URGENCY))
        return rows.order_by(urgency, "flag_opened_at", "executive__name", "pk")
    column = F(ORDERS[name][1])
    order = column.desc(nulls_last=True) if sort.startswith("-") else column.asc(nulls_last=True)
    return rows.order_by(order, "pk")


def _row(engagement, now):
    kind = engagement.flag_kind
    return {
        "engagement": engagement,
        "flag": kind
        and {
            "kind": kind,
            "label": FlagKind(kind).label,
            "age": age_in_words(_days_since(engagement.flag_opened_at, now)),
            "is_answered": engagement.flag_responded_at is not None,
        },
    }


def _days_since(moment, now):
    return (timezone.localdate(now) - timezone.localdate(moment)).days


def _lead(front, count, chosen):
    found = f"{count} engagement{'' if count == 1 else 's'}{' match' if chosen.is_narrowed else ''}"
    if not front:
        return f"{found}. None needs a conversation right now."
    return f"{front} need{'s' if front == 1 else ''} a conversation. {found}."


def _headings(query, sort):
    """Column headings with the address that sorts by them, and how the list is sorted now."""
    headings = []
    for name, (label, _) in ORDERS.items():
        direction = {name: "ascending", f"-{name}": "descending"}.get(sort, "")
        target = f"-{name}" if direction == "ascending" else name
        headings.append({"label": label, "url": _address(query, sort=target), "direction": direction})
    return headings


def _pages(query, page):
    return {
        "summary": f"{page.start_index()} to {page.end_index()} of {page.paginator.count}",
        "previous_url": _address(query, page=page.previous_page_number()) if page.has_previous() else "",
        "next_url": _address(query, page=page.next_page_number()) if page.has_next() else "",
    }


def _address(query, **changes):
    """The present address with some parts changed; only keys that the page knows are carried on."""
    known = query.copy()
    for key in list(known):
        if key not in (*PortfolioFilter.base_fields, "sort"):
            del known[key]
    for key, value in changes.items():
        known[key] = value
    return f"?{known.urlencode()}"
