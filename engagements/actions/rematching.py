"""Another coach for an executive, without naming a cause."""

import zoneinfo

from django.db import transaction

from engagements.actions.audit import record
from engagements.actions.chemistry import settle_rematch
from engagements.actions.engagements import NotPossible, change_status, create_engagement, edit_engagement
from engagements.actions.pool import lock_pool
from engagements.actions.sessions import cancel_session
from engagements.models import Engagement, Party, Reason, Status
from engagements.models.session import COUNTED_KINDS

NEUTRAL = Reason.OTHER  # whatever the cause was: the re-match itself tells of none


@transaction.atomic
def rematch(*, engagement, coach, by, now):
    """Gives the executive another coach and returns the engagement that goes on. Raises NotPossible.

    Before anything was confided the engagement passes to the new coach. After that it ends, what was confided stays
    with the old coach, and a new one is proposed with the sessions that are left.
    """
    lock_pool(engagement.program_id)
    rows = Engagement.objects.select_for_update(of=("self",)).select_related("program", "executive", "coach")
    engagement = rows.get(pk=engagement.pk)
    if not engagement.is_open:
        raise NotPossible("This engagement has ended. A further one is a new engagement.")
    if coach.pk == engagement.coach_id:
        raise NotPossible(f"{coach} is the coach already.")
    record(by=by, verb="engagement.rematched", subject=engagement, engagement=engagement, now=now)
    if engagement.is_confided:
        return _begin_anew(engagement, coach, by, now)
    for session in engagement.sessions.upcoming(now).oldest_first():
        cancel_session(session=session, cancelled_by=Party.SPONSOR, by=by, now=now)
    settle_rematch(engagement=engagement, by=by, now=now)
    return edit_engagement(engagement=engagement, coach=coach, by=by, now=now)


def _begin_anew(engagement, coach, by, now):
    """The old one keeps the sessions that were held; what is left goes into the new one."""
    held = engagement.sessions.held().filter(kind__in=COUNTED_KINDS).count()
    left = max(engagement.session_budget - held, 1)
    end = Status.DECLINED if Status.DECLINED in engagement.next_statuses else Status.ENDED_EARLY
    if end == Status.ENDED_EARLY and held < engagement.session_budget:
        edit_engagement(engagement=engagement, session_budget=max(held, 1), by=by, now=now)
    change_status(engagement=engagement, to=end, reason=NEUTRAL, by=by, now=now)
    today = now.astimezone(zoneinfo.ZoneInfo(engagement.program.time_zone)).date()
    return create_engagement(
        program=engagement.program,
        coach=coach,
        executive=engagement.executive,
        starts_on=today,
        ends_on=engagement.ends_on if engagement.ends_on > today else None,
        session_budget=left,
        cadence_weeks=engagement.cadence_weeks,
        by=by,
        now=now,
    )
