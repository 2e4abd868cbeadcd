"""A shortlist of coaches for a new engagement, and another coach for one that is open."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from engagements.access import COACH, MANAGER, open_to
from engagements.actions.engagements import NotPossible
from engagements.actions.matching import DAYS_A_YEAR, coaches_to_match, experience_of
from engagements.actions.pool import BeyondPool
from engagements.actions.rematching import rematch as match_anew
from engagements.forms.choosing import row_named
from engagements.forms.matching import RematchForm, ShortlistFilter
from engagements.models import Engagement, Program
from engagements.permissions import can_manage
from engagements.views.showing import show

COACHES_PER_PAGE = 25
CARRIED = ("language", "years", "free", "program")


@require_safe
@open_to(MANAGER)
def matching(request):
    """Coaches for somebody new; the choice leads to the form of a new engagement."""
    chosen = ShortlistFilter(request.GET)
    context = {
        "title": "Who could coach?",
        "filter": chosen,
        "program": _program(request),
        **_shortlist(request, **chosen.chosen),
    }
    return render(request, "engagements/matching.html", context)


def _program(request):
    """The key of the program a link named, where it is one of this manager's."""
    program = row_named(Program.objects.managed_by(request.user).open(), request.GET.get("program", ""))
    return str(program.pk) if program else ""


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(COACH, MANAGER)
def rematch(request, pk):
    """Another coach, without naming a cause; in the language of the executive."""
    engagement = get_object_or_404(Engagement.objects.visible_to(request.user).with_people(), pk=pk)
    if not can_manage(request.user, engagement):
        raise PermissionDenied
    form = RematchForm(request.POST or None, user=request.user, engagement=engagement)
    if request.method == "POST" and form.is_valid():
        return _match(request, engagement, form.cleaned_data["coach"])
    if request.method == "POST":
        messages.info(request, "Nothing changed: choose a coach from the list.")
    language = engagement.executive.language
    context = {
        "title": "Another coach",
        "engagement": engagement,
        "language": engagement.executive.get_language_display(),
        **_shortlist(request, language=language, besides=engagement.coach_id),
    }
    return show(request, "engagements/rematch.html", context)


def _match(request, engagement, coach):
    try:
        going_on = match_anew(engagement=engagement, coach=coach, by=request.user, now=timezone.now())
    except (NotPossible, BeyondPool) as error:
        messages.error(request, str(error))
        return redirect("engagement_detail", engagement.pk)
    words = "the engagement passes to" if going_on.pk == engagement.pk else "a new engagement is proposed with"
    messages.success(request, f"{engagement.executive}: {words} {coach}.")
    return redirect("engagement_detail", going_on.pk)


def _shortlist(request, **wanted):
    """A page of coaches with their experience."""
    today = timezone.localdate()
    coaches = coaches_to_match(user=request.user, today=today, **wanted)
    page = Paginator(coaches, COACHES_PER_PAGE).get_page(request.GET.get("page"))
    experience = experience_of(page.object_list)
    carried = {name: request.GET[name] for name in CARRIED if request.GET.get(name)}
    return {
        "rows": [_row(coach, experience[coach.pk], today) for coach in page],
        "summary": f"{page.start_index()} to {page.end_index()} of {page.paginator.count}",
        "previous_url": _address(carried, page.previous_page_number()) if page.has_previous() else "",
        "next_url": _address(carried, page.next_page_number()) if page.has_next() else "",
    }


def _address(carried, page):
    return f"?{urlencode({**carried, 'page': page})}"


def _row(coach, experience, today):
    profile = coach.coach_profile
    began = profile.training_began_on
    later = profile.available_from and profile.available_from > today
    return {
        "coach": coach,
        "profile": profile,
        "experience": experience,
        "years": (today - began).days // DAYS_A_YEAR if began and began <= today else None,
        "available_from": profile.available_from if later else None,
    }
