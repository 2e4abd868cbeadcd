"""Before the next session: everything a coach wants to have read, on one screen that prints on one sheet."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from engagements.access import COACH, open_to
from engagements.models import Engagement, Session
from engagements.views.showing import show
from trust.instrument import COACH_ITEMS, EXECUTIVE_ITEMS, SEEN, Voice
from trust.models import Reading
from trust.views.coach_page import coach_page
from trust.views.erased_page import erased_page
from trust.views.method_rows import experiments_of, under_way


@require_safe
@open_to(COACH)
def session_prep(request, pk):
    """Last log, what was agreed and tried, the course of trust, open flags, what the executive answered."""
    now = timezone.now()
    session = get_object_or_404(Session.objects.confided_to(request.user), pk=pk)
    engagements = Engagement.objects.confided_to(request.user).with_people()
    engagement = get_object_or_404(engagements.with_erasure(), pk=session.engagement_id)
    if engagement.content_erased_at is not None:
        return show(request, "trust/engagement_detail_erased.html", erased_page(engagement, request.user, now))
    page = coach_page(engagement, request.user, now)
    context = page | {
        "title": f"Before {engagement.executive.name}",
        "session": session,
        "tried": under_way(experiments_of(request.user, engagement)),
        "answers": _latest_answers(request.user, engagement),
        "last_read": _last_read(request.user, engagement),
    }
    return show(request, "trust/session_prep.html", context)


def _latest_answers(user, engagement):
    """What the executive answered last and shared: (session, [(label, rating)]); None where nothing was shared."""
    reading = _latest(user, engagement, Voice.EXECUTIVE)
    return reading and (reading.session, _rated(reading, EXECUTIVE_ITEMS))


def _last_read(user, engagement):
    """The coach's own ratings and ticks of the latest session that has some, each as one line; None without any."""
    reading = _latest(user, engagement, Voice.COACH)
    if reading is None:
        return None
    strands = (("cognitive", reading.cognitive), ("relational", reading.relational))  # all there is where imported
    rated = [f"{label.lower()} {rating}" for label, rating in _rated(reading, COACH_ITEMS)]
    rated = rated or [f"{name} trust {mean:.1f}" for name, mean in strands if mean is not None]
    seen = [one.wording.lower() for one in SEEN if one.key in reading.seen]
    return {"session": reading.session, "rated": ", ".join(rated), "seen": ", ".join(seen)}


def _latest(user, engagement, voice):
    rows = Reading.objects.visible_to(user).of_engagement(engagement.pk).filter(voice=voice)
    return rows.select_related("session").order_by("-session__starts_at", "pk").first()


def _rated(reading, items):
    rated = [(item.label, reading.ratings[item.key]) for item in items]
    return [(label, rating) for label, rating in rated if rating is not None]
