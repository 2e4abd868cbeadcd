"""What I looked at: a person's own part of the access ledger."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from engagements.access import EVERYBODY, open_to
from engagements.models import Engagement, Executive, Look, LookedAt, LookSubject, Program

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
        "rows": [{"look": look, "about": names.get(look.subject_id, ""), "what": _what(look)} for look in page],
        "pages": _pages(page),
    }
    return render(request, "engagements/looks.html", context)


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
