"""The page of an engagement whose content was erased: when and why, and the dates and attendance that stay."""

from django.db.models import prefetch_related_objects

from engagements.models import DataRequest, RequestKind, RequestStatus
from engagements.progress import attended
from engagements.views.session_rows import session_rows
from trust.views.coach_page import used_words

ASKED = "The executive asked for it."
OVER = "The time for which the program keeps it was over."


def erased_page(engagement, user, now):
    """The context of trust/engagement_detail_erased.html, for the engagement's coach."""
    sessions = list(engagement.sessions.newest_first())
    prefetch_related_objects(sessions, "moves")
    engagement.take_figures(sessions, now)
    return {
        "title": engagement.executive.name,
        "engagement": engagement,
        "why_erased": why_erased(engagement, user),
        "rows": session_rows(sessions, user=user, engagement=engagement, now=now),
        "attendance": attended(sessions).words,
        "used_words": used_words(engagement),
        "agreement": engagement.agreements.current().first(),
    }


def why_erased(engagement, user):
    """One sentence; empty where nothing was erased."""
    if engagement.content_erased_at is None:
        return ""
    asked = DataRequest.objects.visible_to(user).filter(engagement=engagement, kind=RequestKind.ERASURE)
    return ASKED if asked.filter(status=RequestStatus.GRANTED).exists() else OVER
