"""The program manager's page of an engagement: what it shows them, and, by link, the executive."""

from django.utils import timezone

from engagements.actions.texts import TextErased, disclosed_objectives
from engagements.models import Agreement, Conversation, Extension, Session
from engagements.models.gathered import gather_for
from engagements.progress import attended
from trust.models import Flag
from trust.sentences import age_in_words, flag_for_manager
from trust.views.acting import asked_of
from trust.views.coach_page import used_words
from trust.views.erased_page import why_erased


def manager_page(engagement, user, now):
    """The context of trust/_managers_head.html and _managers_content.html: what this program manager may know.

    Nothing confidential is read here, so nothing can be shown.
    """
    rows = gather_for(_lists, user, engagement_id=engagement.pk)
    sessions = rows["sessions"]
    engagement.take_figures(sessions, now)
    upcoming = [session for session in sessions if session.is_scheduled and session.starts_at >= now]
    past = [session for session in sessions if session not in upcoming]
    return {
        "title": engagement.executive.name,
        "engagement": engagement,
        "flags": [_flag(flag, engagement, user, now) for flag in rows["flags"]],
        "objectives": _objectives(engagement, user),
        "agreement": next(iter(rows["agreement"]), None),
        "why_erased": why_erased(engagement, user),
        "upcoming": upcoming[::-1],
        "past": past,
        "attendance": attended(past).words,
        "used_words": used_words(engagement),
        "extensions": rows["extensions"],
        "conversations": rows["conversations"],
    }


def _lists(user, *, engagement_id):
    flags = Flag.objects.disclosed_to(user).filter(engagement=engagement_id).open().most_urgent_first()
    return {
        "sessions": Session.objects.visible_to(user).filter(engagement=engagement_id).newest_first(),
        "flags": flags.only("kind", "opened_at", "responded_at", "nudged_at"),  # the evidence is not even fetched
        "agreement": Agreement.objects.visible_to(user).current().filter(engagement=engagement_id),
        "extensions": Extension.objects.managed_by(user).filter(engagement=engagement_id).oldest_first(),
        "conversations": Conversation.objects.managed_by(user).filter(engagement=engagement_id).newest_first(),
    }


def _flag(flag, engagement, user, now):
    """Kind, age and whether the coach has responded."""
    return {
        "kind": flag.kind,
        "label": flag.get_kind_display(),
        "sentence": flag_for_manager(flag.kind),
        "age": age_in_words((timezone.localdate(now) - timezone.localdate(flag.opened_at)).days),
        "is_answered": flag.is_answered,
        **asked_of(flag, engagement.coach_id, user, now),
    }


def _objectives(engagement, user):
    try:
        return disclosed_objectives(user=user, engagement=engagement)
    except TextErased:
        return []
