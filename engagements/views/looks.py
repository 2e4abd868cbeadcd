"""What I looked at: a person's own part of the access ledger."""

from itertools import groupby

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from engagements.access import EVERYBODY, open_to
from engagements.models import Engagement, Executive, Look, LookedAt, LookRole, LookSubject, Program

PER_PAGE = 50


@require_safe
@open_to(EVERYBODY)
def looks(request):
    """Own looks, newest first. Whom they were about is named as long as this person may still know them."""
    rows = Look.objects.by_person(request.user).newest_first()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    names = _names(request.user, page)
    context = {
        "title": "What I looked at",
        "rows": [_row(list(looks), names) for _, looks in groupby(page, key=_together)],
        "pages": _pages(page),
    }
    return render(request, "engagements/looks.html", context)


def _together(look):
    """What stands in one line: a list of people that was looked at on one day is one look to whoever looked."""
    return look.on, look.what, look.role


def _row(looks, names):
    known = sorted({names[look.subject_id] for look in looks if look.subject_id in names})
    unknown = sum(look.subject_id not in names for look in looks)
    return {"look": looks[0], "what": _what(looks[0]), "about": known, "unknown": _gone(looks[0], unknown)}


def _gone(look, number):
    """Those who cannot be named, in words."""
    if not number:
        return ""
    if look.role == LookRole.ADMINISTRATOR:
        return "one executive" if number == 1 else f"{number} executives"
    return "somebody you no longer look after" if number == 1 else f"{number} you no longer look after"


def _what(look):
    own = {LookedAt.REQUEST: "A request of the executive"}
    return own.get(look.what, look.get_what_display())


def _names(user, page):
    """{subject key: name} of what these looks were about; nothing of what this person may no longer see."""
    keys = {subject: {look.subject_id for look in page if look.subject_type == subject} for subject in LookSubject}
    engagements = Engagement.objects.visible_to(user).filter(pk__in=keys[LookSubject.ENGAGEMENT])
    programs = Program.objects.visible_to(user).filter(pk__in=keys[LookSubject.PROGRAM])
    executives = Executive.objects.visible_to(user).filter(pk__in=keys[LookSubject.EXECUTIVE])
    return {
        **{row.pk: row.executive.name for row in engagements.select_related("executive")},
        **{row.pk: row.name for row in programs},
        **{row.pk: row.name for row in executives},
    }


def _pages(page):
    total = page.paginator.count
    return {
        "summary": f"{page.start_index():,} to {page.end_index():,} of {total:,}" if total else "",
        "previous_url": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "next_url": f"?page={page.next_page_number()}" if page.has_next() else "",
    }
