"""A program manager's discreet word to a coach: that they would like to talk, nothing else."""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse

from engagements.actions.audit import record
from engagements.actions.letters import owe_letter
from engagements.actions.reminders import after_quiet_hours
from trust.actions.flags import FlagClosed
from trust.models import Flag

ASK_AGAIN_AFTER = timedelta(days=3)  # time to call back; more often would be pressing


class AskedAlready(Exception):
    """The coach was asked about this flag a moment ago."""


@transaction.atomic
def ask_coach(*, flag, by, now):
    """Mails the coach that a word is wanted; the mail names no flag. Raises FlagClosed, AskedAlready."""
    rows = Flag.objects.select_for_update(of=("self",)).select_related("engagement__coach")
    flag = rows.get(pk=flag.pk)
    if not flag.is_open:
        raise FlagClosed("This flag was closed in the meantime.")
    if was_asked_lately(flag, now):
        raise AskedAlready("The coach was asked within the last three days. Give them time, or call.")
    flag.nudged_at, flag.nudged_by = now, by
    flag.save(update_fields=["nudged_at", "nudged_by"])
    coach = flag.engagement.coach
    owe_letter(
        kind="nudge",
        key=f"nudge:{flag.pk}:{now:%Y%m%d%H%M%S}",
        to_user=coach,
        engagement=flag.engagement,
        path=reverse("engagement_detail", args=[flag.engagement_id]),
        now=now,
        send_after=after_quiet_hours(now, zone=coach.time_zone, quiet=(coach.quiet_from, coach.quiet_until)),
    )
    record(by=by, verb="flag.coach_asked", subject=flag, engagement=flag.engagement, now=now)
    return flag


def was_asked_lately(flag, now):
    """Whether it is too soon to ask again."""
    return flag.nudged_at is not None and now - flag.nudged_at < ASK_AGAIN_AFTER
