"""The weekly digest of coaches and program managers: how much waits for them. Counts and a link, nothing else."""

import zoneinfo

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse

from engagements.actions.letters import owe_letter
from engagements.actions.reminders import after_quiet_hours
from engagements.models import DataRequest, Engagement, Extension, FollowUp, Letter, Session, User
from trust.models import Flag

MORNING = range(7, 12)  # hours of the day; later ones make up for a server that was down


def people_due(now):
    """Whose chosen day it is, in the morning where they are."""
    zones = User.objects.active().filter(digest_day__isnull=False).order_by().values_list("time_zone", flat=True)
    is_due = Q(pk__in=[])
    for zone in zones.distinct():
        local = now.astimezone(zoneinfo.ZoneInfo(zone))
        if local.hour in MORNING:
            is_due |= Q(time_zone=zone, digest_day=local.weekday())
    return User.objects.active().filter(is_due).order_by("pk")


@transaction.atomic
def owe_digest(*, user_id, now):
    """Owes this week's digest, where there is anything to tell; False where there is not, or it was owed before."""
    user = User.objects.active().filter(pk=user_id).first()
    if user is None or user.digest_day is None:
        return False
    local = now.astimezone(zoneinfo.ZoneInfo(user.time_zone))
    year, week, _ = local.isocalendar()
    key = f"digest:{user.pk}:{year}-{week:02d}"
    if Letter.objects.filter(key=key).exists():  # counting is the work; the key itself makes it happen once
        return False
    counts = counts_for(user, local.date(), now)
    if not any(counts.values()):
        return False
    letter = owe_letter(
        kind="digest",
        key=key,
        to_user=user,
        path=reverse("home"),
        counts=counts,
        now=now,
        send_after=after_quiet_hours(now, zone=user.time_zone, quiet=(user.quiet_from, user.quiet_until)),
    )
    return letter.created_at == now


def counts_for(user, today, now):
    """How much waits: for a program manager, for a coach, or for both at once."""
    flags = Flag.objects.disclosed_to(user).open()
    figures = Engagement.objects.confided_to(user).active().with_what_waits(now)
    return {
        "in_need": flags.aggregate(number=Count("engagement", distinct=True))["number"],
        "extensions": Extension.objects.managed_by(user).open().count(),
        "loose_ends": Engagement.objects.managed_by(user).nobody_closed(today).count(),
        "requests": DataRequest.objects.visible_to(user).open().count(),
        "to_log": Session.objects.confided_to(user).to_log(now).count(),
        "not_booked": figures.filter(has_booked=False, sessions_left__gt=0).count(),
        "follow_ups": FollowUp.objects.confided_to(user).waiting_for_coach(now).count(),
    }
