"""The page of an engagement: everything for its coach; dates, attendance and flags for its program manager."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from engagements.access import COACH, EVERYBODY, MANAGER, open_to
from engagements.actions.texts import TextErased, disclosed_objectives
from engagements.models import Engagement
from engagements.permissions import can_read_content
from engagements.views.showing import show
from trust.models import Flag
from trust.sentences import age_in_words, flag_for_manager
from trust.views.coach_page import coach_page, used_words
from trust.views.erased_page import erased_page, why_erased


@require_safe
@open_to(COACH, MANAGER)
def engagement_detail(request, pk):
    """Who is both coach and program manager sees the coach's page."""
    now = timezone.now()
    engagements = Engagement.objects.visible_to(request.user).with_people().with_session_figures(now)
    engagement = get_object_or_404(engagements.with_erasure(), pk=pk)
    if can_read_content(request.user, engagement) and engagement.content_erased_at is not None:
        return show(request, "trust/engagement_detail_erased.html", erased_page(engagement, request.user, now))
    if can_read_content(request.user, engagement):
        return show(request, "trust/engagement_detail.html", coach_page(engagement, request.user, now))
    return show(request, "trust/engagement_detail_manager.html", _manager_page(engagement, request.user, now))


@require_safe
@open_to(EVERYBODY)
def how_judged(request):
    """The method in plain words, and what it cannot do."""
    return render(request, "trust/how_judged.html", {"title": "How is this judged?"})


def _manager_page(engagement, user, now):
    """What a program manager may know. Nothing confidential is read here, so nothing can be shown."""
    sessions = list(engagement.sessions.newest_first())
    upcoming = [session for session in sessions if session.is_scheduled and session.starts_at >= now]
    past = [session for session in sessions if session not in upcoming]
    kept, expected = sum(s.is_held for s in past), sum(s.is_held or s.is_missed for s in past)
    return {
        "title": engagement.executive.name,
        "engagement": engagement,
        "flags": _disclosed_flags(engagement, user, now),
        "objectives": _objectives(engagement, user),
        "agreement": engagement.agreements.current().first(),
        "why_erased": why_erased(engagement, user),
        "upcoming": upcoming[::-1],
        "past": past,
        "attendance": f"{kept} of {expected}" if expected else "–",
        "used_words": used_words(engagement),
    }


def _disclosed_flags(engagement, user, now):
    """Kind, age and whether the coach has responded; the evidence is not even fetched."""
    rows = Flag.objects.disclosed_to(user).filter(engagement=engagement).open().most_urgent_first()
    return [
        {
            "kind": flag.kind,
            "label": flag.get_kind_display(),
            "sentence": flag_for_manager(flag.kind),
            "age": age_in_words((timezone.localdate(now) - timezone.localdate(flag.opened_at)).days),
            "is_answered": flag.is_answered,
        }
        for flag in rows.only("kind", "opened_at", "responded_at")
    ]


def _objectives(engagement, user):
    try:
        return disclosed_objectives(user=user, engagement=engagement)
    except TextErased:
        return []
