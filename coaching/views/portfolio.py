"""The portfolio: which engagement needs a conversation, then all of them. Nothing confidential is read here."""

from collections import defaultdict
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Lower
from django.utils import timezone
from django.views.decorators.http import require_safe

from coaching.forms.portfolio import ALL, ANSWERED, FLAGGED, UNANSWERED, PortfolioFilter
from engagements.access import MANAGER, open_to
from engagements.models import Engagement, Status
from engagements.views.showing import show_programs
from trust.models import Flag, FlagKind
from trust.sentences import age_in_words, flag_for_manager
from trust.views.acting import asked_of, front_rows, last_talk
from trust.views.request_rows import requests_waiting

ROWS_PER_PAGE = 50
MOST_IN_FRONT = 8

_LIFECYCLE = Case(*(When(status=status, then=rank) for rank, status in enumerate(Status.values)))
# Headings in the order of the columns, and what each sorts by.
COLUMNS = {
    "executive": ("Executive", Lower("executive__name")),
    "coach": ("Coach", Lower("coach__name")),
    "program": ("Program", Lower("program__name")),
    "status": ("Status", _LIFECYCLE),
    "left": ("Sessions left", F("sessions_left")),
    "last": ("Last", F("last_session_at")),
    "next": ("Next", F("next_session_at")),
    "flag": ("Flag", F("flag_opened_at")),
}


@require_safe
@open_to(MANAGER)
def portfolio(request):
    """For program managers; to everybody else the page does not exist."""
    user, now = request.user, timezone.now()
    chosen = PortfolioFilter(request.GET, user=user)
    page = Paginator(_list(user, now, chosen), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    in_need = _narrowed(Engagement.objects.managed_by(user), chosen).filter(Exists(_disclosed_of_row(user)))
    number_in_need = in_need.count()
    is_first = page.number == 1 and not chosen.chosen("flag")
    found = _found(user, [row.pk for row in page], in_need if number_in_need and is_first else None)
    in_front = _most_in_need(found) if is_first else []
    flags = _by_engagement(found, user, now)
    context = {
        "title": "Portfolio",
        "lead": _lead(number_in_need, page.paginator.count, chosen),
        "requests": requests_waiting(user, now),
        "front": front_rows(in_front, flags),
        "more_in_front": number_in_need - len(in_front) if in_front else 0,
        "all_in_need_url": _address(chosen, flag=FLAGGED),
        "filter": chosen,
        "headings": _headings(chosen),
        "rows": [{"engagement": engagement, "flags": flags[engagement.pk]} for engagement in page],
        "pages": _pages(chosen, page),
    }
    programs = {row.program_id for row in page} | {flags[pk][0]["engagement"].program_id for pk in in_front}
    return show_programs(request, "coaching/portfolio.html", context, program_ids=programs)


# --- rows -----------------------------------------------------------------------------------------


def _disclosed(user):
    """Open flags a program manager may know of; what they rest on is not even read."""
    return Flag.objects.disclosed_to(user).open().defer("evidence", "cause", "next_step", "helped")


def _disclosed_of_row(user):
    return _disclosed(user).filter(engagement=OuterRef("pk"))


def _list(user, now, chosen):
    """The engagements of the list: filtered and sorted, with their figures."""
    of_row = _disclosed_of_row(user)
    rows = Engagement.objects.managed_by(user).with_people().with_session_figures(now)
    rows = rows.annotate(flag_opened_at=Subquery(of_row.order_by("opened_at").values("opened_at")[:1]))
    rows = _of_status(_narrowed(rows, chosen), chosen.chosen("status"))
    return _sorted(_flagged(rows, chosen.chosen("flag"), of_row), chosen.chosen("sort"))


def _narrowed(rows, chosen):
    """By program, coach and words: each word stands in a name or an address of executive or coach."""
    for name in ("program", "coach"):
        if value := chosen.chosen(name):
            rows = rows.filter(**{name: value})
    for word in chosen.words:
        found = Q(executive__name__icontains=word) | Q(executive__email__icontains=word)
        rows = rows.filter(found | Q(coach__name__icontains=word) | Q(coach__email__icontains=word))
    return rows


def _of_status(rows, status):
    if status is None:
        return rows.open()
    return rows if status == ALL else rows.filter(status=status)


def _flagged(rows, asked, of_row):
    unanswered = Exists(of_row.filter(responded_at__isnull=True))
    if asked == UNANSWERED:
        return rows.filter(unanswered)
    if asked == ANSWERED:
        return rows.filter(Exists(of_row)).exclude(unanswered)
    if asked == FLAGGED:
        return rows.filter(Exists(of_row))
    return rows.filter(Exists(of_row.filter(kind=asked))) if asked else rows


def _sorted(rows, sort):
    """By a column of the closed list, then by name; the key ends each order, so no row stands on two pages."""
    name = (sort or "executive").removeprefix("-")
    by = COLUMNS[name][1]
    is_backwards = (sort or "").startswith("-")
    order = by.desc(nulls_last=True) if is_backwards else by.asc(nulls_last=True)
    return rows.order_by(order, Lower("executive__name"), "pk")


def _found(user, shown, in_need):
    """The disclosed flags of the engagements shown, and of those to speak about first; the most urgent first."""
    wanted = Q(engagement__in=shown)
    if in_need is not None:
        # An engagement has at most one open flag per kind, so these flags hold as many engagements as are wanted.
        first = _disclosed(user).filter(engagement__in=in_need.values("pk")).unanswered_first()
        wanted |= Q(engagement__in=first.values("engagement")[: MOST_IN_FRONT * len(FlagKind)])
    flags = _disclosed(user).filter(wanted).annotate(talked_on=last_talk(user)).most_urgent_first()
    return list(flags.select_related("engagement__executive", "engagement__coach", "engagement__program"))


def _most_in_need(flags):
    """Keys of the engagements to speak about first: unanswered flags before others, then by urgency and age."""
    ranked = sorted(flags, key=lambda flag: flag.is_answered)  # stable: urgency stays the order within
    return list(dict.fromkeys(flag.engagement_id for flag in ranked))[:MOST_IN_FRONT]


def _by_engagement(flags, user, now):
    found = defaultdict(list)
    for flag in flags:
        found[flag.engagement_id].append(_flag(flag, user, now))
    return found


def _flag(flag, user, now):
    """Kind, age, whether the coach has responded, and was asked: all that a program manager learns of a flag."""
    days = (timezone.localdate(now) - timezone.localdate(flag.opened_at)).days
    return {
        "engagement": flag.engagement,
        "kind": flag.kind,
        "label": flag.get_kind_display(),
        "sentence": flag_for_manager(flag.kind),
        "age": age_in_words(days),
        "is_answered": flag.is_answered,
        "talked_on": flag.talked_on,
        **asked_of(flag, flag.engagement.coach_id, user, now),
    }


# --- words and addresses --------------------------------------------------------------------------


def _lead(number_in_need, count, chosen):
    if not count:
        return "No engagement matches." if chosen.is_narrowed else "No engagement is open."
    found = f"{count} engagement{'' if count == 1 else 's'} {'match' if chosen.is_narrowed else 'open'}"
    if not number_in_need:
        return f"{found}. None needs a conversation right now."
    return f"{number_in_need} need{'s' if number_in_need == 1 else ''} a conversation. {found}."


def _headings(chosen):
    """Column headings with the address that sorts by them, and how the list is sorted now."""
    sort, headings = chosen.chosen("sort") or "executive", []
    for name, (label, _) in COLUMNS.items():
        direction = {name: "ascending", f"-{name}": "descending"}.get(sort, "")
        target = f"-{name}" if direction == "ascending" else name
        headings.append({"label": label, "url": _address(chosen, sort=target), "direction": direction})
    return headings


def _pages(chosen, page):
    summary = f"{page.start_index()} to {page.end_index()} of {page.paginator.count}"
    return {
        "summary": summary if page.has_other_pages() else "",
        "previous_url": _address(chosen, page=page.previous_page_number()) if page.has_previous() else "",
        "next_url": _address(chosen, page=page.next_page_number()) if page.has_next() else "",
    }


def _address(chosen, **changes):
    """The present address with some parts changed; only what was understood is carried on."""
    return f"?{urlencode({**chosen.as_query, **changes})}"
