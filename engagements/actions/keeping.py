"""Whose time is over: engagements that ended longer ago than their program keeps words and ratings."""

import zoneinfo

from engagements.models import Engagement
from engagements.retention import MONTHS_DIFFER_BY, months_after, months_before

COLUMNS = ("pk", "ended_on", "program_id", "program__retention_months", "program__time_zone")


def kept_engagements(now, keys=None):
    """(key, program key, day of erasing, whether that day has come) of ended engagements, of `keys` or of all."""
    rows = Engagement.objects.with_content().filter(ended_on__isnull=False).order_by("ended_on", "pk")
    if keys is not None:
        rows = rows.filter(pk__in=keys)
    for key, ended_on, program_id, months, time_zone in rows.values_list(*COLUMNS).iterator():
        until = months_after(ended_on, months)
        yield key, program_id, until, until <= today_in(time_zone, now)


def engagements_past_retention(now, keys=None):
    """Keys of engagements, of `keys` or of all, whose content is to be erased now; the longest ended first."""
    return [key for key, _, _, is_due in kept_engagements(now, keys) if is_due]


def number_past(*, program, months, now):
    """How many engagements of a program would be erased tonight if words were kept for so many months."""
    today = today_in(program.time_zone, now)
    latest = months_before(today, months) + MONTHS_DIFFER_BY
    ended = Engagement.objects.with_content().filter(program=program, ended_on__lte=latest)
    return sum(months_after(day, months) <= today for day in ended.values_list("ended_on", flat=True))


def today_in(time_zone, now):
    """The date where a program runs."""
    return now.astimezone(zoneinfo.ZoneInfo(time_zone)).date()
