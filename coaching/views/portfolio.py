"""The portfolio: which engagement needs a conversation, then all of them. Nothing confidential is read here."""

from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from coaching.forms.portfolio import COLUMNS, FLAGGED, PortfolioFilter
from coaching.keyset import page_of, read_mark
from coaching.views.portfolio_questions import ask_about, kept_stretches
from coaching.views.portfolio_rows import (
    as_of_now,
    counted,
    disclosed,
    flags_of,
    flags_of_status,
    in_need,
    mark_of,
    narrowing,
    row_of,
)
from engagements.access import MANAGER, open_to
from engagements.actions.counting import counting
from engagements.models import DataRequest, Extension, SavedView, Status
from engagements.models.prepared import ask
from engagements.views.showing import show_programs
from trust.models import FlagKind
from trust.sentences import age_in_words, flag_for_manager
from trust.views.acting import asked_of, flag_to_ask_about, last_talk

ROWS_PER_PAGE = 50
MOST_IN_FRONT = 8
MOST_COUNTED = 1000
MOST_IN_NEED = 100
# What is read of the flags in front.
IN_FRONT = ["kind", "opened_at", "responded_at", "nudged_at"]
IN_FRONT += [f"engagement__{name}__name" for name in ("executive", "coach", "program")]


@require_safe
@open_to(MANAGER)
def portfolio(request):
    """For program managers; to everybody else the page does not exist."""
    user, now = request.user, timezone.now()
    chosen = PortfolioFilter(request.GET, user=user)
    found = kept_stretches(user, chosen)
    page = _page(request, found)
    rows = as_of_now(user, [row for _, row in page.rows], now)
    in_front = _front(user, chosen) if page.first == 1 and not page.has_previous and not chosen.chosen("flag") else []
    counts = _counts(user, chosen, now)
    flags = flags_of(user, [row["row_key"] for row in rows])
    context = {
        "title": "Portfolio",
        "lead": _lead(counts, chosen),
        "requests": {"number": counts["requests"], "overdue": counts["overdue"], "extensions": counts["extensions"]},
        "front": [_front_row(flags_of_row, user, now) for flags_of_row in in_front],
        "more_in_front": _and_more(counts.get("in_need"), len(in_front)) if in_front else "",
        "all_in_need_url": chosen.address(flag=FLAGGED),
        "filter": chosen,
        "headings": _headings(chosen),
        "rows": [
            {**row, **_in_words(row), "flags": [told_of(one, now) for one in flags[row["row_key"]]]} for row in rows
        ],
        "pages": _pages(chosen, found, page, counts["all"]),
        "here": chosen.address(),
        "way_back": f"{request.path}{chosen.address(**_place(request, page))}",
        "views": _views(user, chosen),
    }
    programs = {row["row_program_id"] for row in rows} | {one[0].engagement.program_id for one in in_front}
    return show_programs(request, "coaching/portfolio.html", context, program_ids=programs)


def _page(request, found):
    for name, is_back in (("after", False), ("before", True)):
        if mark := read_mark(request.GET.get(name)):
            row = row_of(request.user, mark, found)
            return page_of(found, mark, row, is_back=is_back, size=ROWS_PER_PAGE)
    return page_of(found, None, None, is_back=False, size=ROWS_PER_PAGE)


def _place(request, page):
    """What the address of a later page says of its place."""
    return {name: request.GET.get(name) for name in ("after", "before")} if page.first > 1 else {}


# --- attention first ------------------------------------------------------------------------------


def _front(user, chosen):
    """Flags of the engagements to speak about first: unanswered before others, then by urgency and age."""
    found = {}
    for flag in ask_about(_front_flags, user, chosen):
        found.setdefault(flag.engagement_id, []).append(flag)
    return list(found.values())[:MOST_IN_FRONT]


def _front_flags(user, chosen):
    wanted = narrowing(chosen, of_flags=True) & flags_of_status(chosen.chosen("status"))
    flags = disclosed(user).filter(wanted).unanswered_first()
    flags = flags.annotate(talked_on=last_talk(user))
    flags = flags.select_related("engagement__executive", "engagement__coach", "engagement__program").only(*IN_FRONT)
    # An engagement has at most one open flag per kind, so these hold as many engagements as are wanted.
    return flags[: MOST_IN_FRONT * len(FlagKind)]


def _front_row(flags, user, now):
    told = [
        {
            **told_of(flag, now),
            **asked_of(flag, flag.engagement.coach_id, user, now),
            "sentence": flag_for_manager(flag.kind),
            "engagement": flag.engagement,
            "talked_on": flag.talked_on,
        }
        for flag in flags
    ]
    return {"flags": told, "to_ask": flag_to_ask_about(told)}


def told_of(flag, now):
    """Kind, age, and whether the coach has responded: all that a program manager learns of a flag."""
    days = (timezone.localdate(now) - timezone.localdate(flag.opened_at)).days
    return {
        "kind": flag.kind,
        "label": flag.get_kind_display(),
        "age": age_in_words(days),
        "is_answered": flag.is_answered,
    }


def _views(user, chosen):
    """The person's named views, and which of them is open."""
    here = chosen.address().removeprefix("?")
    return [{**row, "is_current": row["query"] == here} for row in ask(_views_of, user)]


def _views_of(user):
    return SavedView.objects.of_person(user).in_order().values("name", "query")


STATUS_LABELS = dict(Status.choices)


def _in_words(row):
    return {
        "url": reverse("engagement_detail", args=[row["row_key"]]),
        "status_label": STATUS_LABELS[row["row_status"]],
        "last_on": _day(row["row_last"]),
        "next_on": _day(row["row_next"]),
    }


def _day(moment):
    """In the viewer's zone, as in 3 Mar 2026."""
    if moment is None:
        return "–"
    moment = timezone.localtime(moment)
    return f"{moment.day} {moment:%b %Y}"


# --- words and addresses --------------------------------------------------------------------------


def _counts(user, chosen, now):
    """How many rows there are, how many need a conversation, and requests that wait; one statement."""
    # All that match need one where flags are asked for; and of very many nobody wants to know.
    is_need_told = not chosen.chosen("flag") and not chosen.finds_very_many
    build = _counted_with_need if is_need_told else _counted
    return ask_about(build, user, chosen, today=timezone.localdate(now))[0]


def _counted(user, chosen, *, today, **more):
    requests = DataRequest.objects.visible_to(user).open().values("pk")
    return counting(
        MOST_COUNTED,
        user,
        all=counted(user, chosen),
        requests=requests,
        extensions=Extension.objects.managed_by(user).open().values("pk"),
        overdue=requests.filter(due_on__lt=today),
        **more,
    )


def _counted_with_need(user, chosen, *, today):
    return _counted(user, chosen, today=today, in_need=in_need(user, chosen)[: MOST_IN_NEED + 1])


def _lead(counts, chosen):
    all_of_them, number_in_need = counts["all"], counts.get("in_need", 0)
    if not all_of_them:
        return "No engagement matches." if chosen.is_narrowed else "No engagement is open."
    found = f"{_number(all_of_them)} engagement{'' if all_of_them == 1 else 's'}"
    found += " match" if chosen.is_narrowed else " open"
    if "in_need" not in counts:
        return f"{found}."
    if not number_in_need:
        return f"{found}. None needs a conversation right now."
    return f"{_number(number_in_need, MOST_IN_NEED)} need{'s' if number_in_need == 1 else ''} a conversation. {found}."


def _number(counted, most=MOST_COUNTED):
    return f"More than {most:,}" if counted > most else f"{counted:,}"


def _and_more(number_in_need, shown):
    """How many more need a conversation than stand in front; empty where these are all."""
    if number_in_need is None or number_in_need > MOST_IN_NEED:
        return "all"
    return f"{number_in_need - shown:,} more" if number_in_need > shown else ""


def _headings(chosen):
    """Headings of the columns shown with the address that sorts by them, and how the list is sorted now."""
    sort, headings = chosen.chosen("sort") or "executive", []
    for name in chosen.columns:
        direction = {name: "ascending", f"-{name}": "descending"}.get(sort, "")
        target = f"-{name}" if direction == "ascending" else name
        headings.append({"label": COLUMNS[name], "url": chosen.address(sort=target), "direction": direction})
    return headings


def _pages(chosen, found, page, counted):
    """Addresses of the pages beside this one; each names the row at its edge."""
    if not page.rows:
        return {}
    last = page.first + len(page.rows) - 1
    marks = [
        mark_of(position, number, row, found[number])
        for position, (number, row) in ((page.first, page.rows[0]), (last, page.rows[-1]))
    ]
    of_all = f"more than {MOST_COUNTED:,}" if counted > MOST_COUNTED else f"{counted:,}"
    return {
        "summary": f"{page.first:,} to {last:,} of {of_all}",
        "previous_url": chosen.address(before=marks[0]) if page.has_previous else "",
        "next_url": chosen.address(after=marks[1]) if page.has_next else "",
    }
