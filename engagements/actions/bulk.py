"""The same done with many engagements: each in a transaction of its own, each with an outcome in words."""

import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction
from django.urls import reverse

from engagements.actions.audit import record
from engagements.actions.engagements import NotPossible, change_status
from engagements.actions.extensions import NotExtendable, give_more
from engagements.actions.letters import owe_letter
from engagements.actions.pool import BeyondPool
from engagements.actions.reminders import after_quiet_hours
from engagements.models import Engagement, Letter, Status

NOTHING_OWED = "nothing waits for a log, and the next session is booked or none is left"


class NotNeeded(Exception):
    """There is nothing to remind of, or it was done a moment ago; the message says which."""


@dataclass
class Outcome:
    """What became of many: those it was done with, and the others by reason."""

    done: list = field(default_factory=list)
    not_done: dict[str, list] = field(default_factory=dict)


def for_each(*, engagements, do: Callable) -> Outcome:
    """Does it with each; one that cannot be done does not hold up the others."""
    outcome = Outcome()
    for engagement in engagements:
        try:
            do(engagement)
        except (NotPossible, NotExtendable, BeyondPool, NotNeeded) as error:
            outcome.not_done.setdefault(str(error), []).append(engagement)
        else:
            outcome.done.append(engagement)
    return outcome


def why_no_reminder(engagement):
    """Why its coach need not be reminded, or an empty text; the engagement comes with_what_waits."""
    if engagement.status != Status.ACTIVE:
        return "it is not under way"
    if engagement.waits_for_log or (engagement.sessions_left > 0 and not engagement.has_booked):
        return ""
    return NOTHING_OWED


@transaction.atomic
def remind_coach(*, engagement, by, now):
    """Mails the coach that something waits for a log or nothing is booked; one mail a day. Raises NotNeeded.

    The mail names no executive: it leads to the coach's own first page.
    """
    rows = Engagement.objects.select_for_update(of=("self",)).select_related("coach").with_what_waits(now)
    engagement = rows.get(pk=engagement.pk)
    if why_not := why_no_reminder(engagement):
        raise NotNeeded(why_not)
    coach = engagement.coach
    at = after_quiet_hours(now, zone=coach.time_zone, quiet=(coach.quiet_from, coach.quiet_until))
    key = f"manager-reminds:{coach.pk}:{at.astimezone(zoneinfo.ZoneInfo(coach.time_zone)).date()}"
    if Letter.objects.filter(key=key).exclude(created_at=now).exists():
        raise NotNeeded("the coach was reminded today already")
    owe_letter(kind="manager_reminder", key=key, to_user=coach, path=reverse("home"), now=now, send_after=at)
    record(by=by, verb="engagement.coach_reminded", subject=engagement, engagement=engagement, now=now)


def why_no_pause(engagement):
    return "" if Status.PAUSED in engagement.next_statuses else f"it is {engagement.get_status_display().lower()}"


def pause(*, engagement, by, now):
    """Raises NotPossible."""
    if why_not := why_no_pause(Engagement.objects.get(pk=engagement.pk)):
        raise NotPossible(why_not)
    change_status(engagement=engagement, to=Status.PAUSED, by=by, now=now)


def why_no_extension(engagement):
    return "" if engagement.is_open else "it has ended"


def extend(*, engagement, sessions, seen_at, by, now):
    """Raises NotExtendable, also where something changed since `seen_at`: pressed twice, it is given once."""
    give_more(engagement=engagement, sessions=sessions, ends_on=None, by=by, now=now, seen_at=seen_at)
