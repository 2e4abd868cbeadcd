"""The first page after signing in: a coach's day, or the way to the page that is theirs."""

from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from engagements.access import EVERYBODY, open_to
from engagements.models import Engagement, FollowUp, Session
from engagements.models.session import LONGEST_MINUTES
from engagements.permissions import can_import_roster, is_administrator, is_coach, is_program_manager
from engagements.views.showing import show_list
from trust.models import Flag, FlagKind, FlagLevel
from trust.sentences import age_in_words, flag_for_coach
from trust.views.request_rows import requests_waiting

DAYS_AHEAD = 7
MOST_ROWS = 12  # one screen; the rest is a click away


@require_safe
@open_to(EVERYBODY)
def home(request):
    """Coaches see their day; who only manages programs goes to the portfolio; others are told where to go."""
    user, now = request.user, timezone.now()
    if is_coach(user):
        context = _day_of(user, now)
        return show_list(request, "coaching/home.html", context, engagements=_engagements_on(context))
    if is_program_manager(user):
        return redirect("portfolio")
    context = {
        "title": "Welcome",
        "is_administrator": is_administrator(user),
        "may_import": can_import_roster(user),
    }
    return render(request, "coaching/home_without_engagements.html", context)


def _day_of(user, now):
    sessions = Session.objects.confided_to(user).select_related("engagement__executive")
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow = (midnight + timedelta(days=1, hours=12)).replace(hour=0)  # also on days of 23 or 25 hours
    upcoming = sessions.upcoming(now).filter(starts_at__gte=tomorrow, starts_at__lt=midnight + timedelta(DAYS_AHEAD))
    attention = _attention(user, now)
    today = _today(sessions, now, tomorrow)
    to_log = _over(sessions, now, today)
    return {
        "title": _greeting(now),
        "day": timezone.localdate(now),
        "today": today,
        "to_log": to_log[:MOST_ROWS],
        "has_more_to_log": len(to_log) > MOST_ROWS,
        "attention": attention[:MOST_ROWS],
        "more_attention": max(len(attention) - MOST_ROWS, 0),
        "quiet": _quiet(user, now, attention),
        "follow_ups": list(FollowUp.objects.confided_to(user).waiting_for_coach(now).oldest_first()[:MOST_ROWS]),
        "next_days": list(upcoming.oldest_first()),
        "programs": _programs(user) if is_program_manager(user) else None,
        "requests": requests_waiting(user, now),
        "has_engagements": Engagement.objects.confided_to(user).exists(),
    }


def _engagements_on(context):
    """The engagements that this page names."""
    sessions = [*context["today"], *context["to_log"], *context["next_days"]]
    flags = [flag for flags in context["attention"] for flag in flags]
    named = [*(session.engagement for session in sessions), *(flag["engagement"] for flag in flags)]
    return {engagement.pk: engagement for engagement in (*named, *context["quiet"])}.values()


def _today(sessions, now, tomorrow):
    """Sessions going on right now, however many others wait for a log, and those to come before midnight."""
    earliest = now - timedelta(minutes=LONGEST_MINUTES)
    counts = Q(starts_at__gte=now) | Q(engagement__content_erased_at__isnull=True)  # as upcoming() and to_log() do
    rows = sessions.scheduled().filter(counts, starts_at__gt=earliest, starts_at__lt=tomorrow)
    return [session for session in rows.oldest_first() if session.ends_at > now]


def _over(sessions, now, today):
    """Sessions that are over and wait for a log, the oldest first; one more than are shown."""
    begun = sessions.to_log(now).oldest_first()[: MOST_ROWS + 1 + len(today)]
    return [session for session in begun if session.ends_at <= now][: MOST_ROWS + 1]


def _programs(user):
    """For a coach who manages programs too: how many engagements there need a conversation."""
    flags = Flag.objects.disclosed_to(user).open()
    figures = {"in_need": Count("engagement", distinct=True)}
    unanswered = Q(responded_at__isnull=True)
    return flags.aggregate(**figures, unanswered=Count("engagement", distinct=True, filter=unanswered))


def _greeting(now):
    hour = timezone.localtime(now).hour
    return f"Good {'morning' if hour < 12 else 'afternoon' if hour < 18 else 'evening'}"


def _attention(user, now):
    """Own engagements with open flags, each flag a sentence: unanswered first, only watched ones last."""
    flags = Flag.objects.visible_to(user).filter(engagement__coach=user).open().most_urgent_first()
    rows = {}
    for flag in flags.select_related("engagement__executive"):
        rows.setdefault(flag.engagement_id, []).append(_flag(flag, now))
    for flags_of_row in rows.values():
        flags_of_row.sort(key=_can_wait)  # stable: urgency stays the order within
    return sorted(rows.values(), key=lambda flags: _can_wait(flags[0]))


def _can_wait(flag):
    return flag["is_watch"], flag["is_answered"]


def _flag(flag, now):
    name = flag.engagement.executive.name
    return {
        "engagement": flag.engagement,
        "label": flag.get_kind_display(),
        "kind": flag.kind,
        "sentence": flag_for_coach(flag.kind, flag.evidence, executive=name, level=flag.level),
        "age": age_in_words((timezone.localdate(now) - timezone.localdate(flag.opened_at)).days),
        "is_answered": flag.is_answered,
        "is_watch": flag.level == FlagLevel.WATCH,
    }


def _quiet(user, now, attention):
    """Active engagements with nothing booked, longest ago first; those flagged as quiet are above already."""
    flagged = [flag["engagement"].pk for flags in attention for flag in flags if flag["kind"] == FlagKind.QUIET]
    booked = Session.objects.confided_to(user).upcoming(now).filter(engagement=OuterRef("pk"))
    engagements = Engagement.objects.confided_to(user).active().exclude(Exists(booked)).exclude(pk__in=flagged)
    rows = engagements.with_people().with_session_figures(now).filter(sessions_left__gt=0)
    return list(rows.order_by("last_session_at", "pk")[:MOST_ROWS])
