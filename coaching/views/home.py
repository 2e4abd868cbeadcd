"""The first page after signing in: a coach's day, or the way to the page that is theirs."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from engagements.models import Engagement, Session
from engagements.permissions import can_import_roster, is_administrator, is_coach, is_program_manager
from trust.models import Flag
from trust.sentences import age_in_words, flag_for_coach

DAYS_AHEAD = 7
MOST_ROWS = 12  # one screen; the rest is a click away


@require_safe
def home(request):
    """Coaches see their day; who only manages programs goes to the portfolio; others are told where to go."""
    user, now = request.user, timezone.now()
    if is_coach(user):
        return render(request, "coaching/home.html", _day_of(user, now))
    if is_program_manager(user):
        return redirect("portfolio")
    context = {
        "title": f"Welcome, {user.get_short_name()}",
        "is_administrator": is_administrator(user),
        "may_import": can_import_roster(user),
    }
    return render(request, "coaching/home_without_engagements.html", context)


def _day_of(user, now):
    sessions = Session.objects.confided_to(user).select_related("engagement__executive", "engagement__program")
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow = (midnight + timedelta(days=1, hours=12)).replace(hour=0)  # also on days of 23 or 25 hours
    upcoming = sessions.upcoming(now).oldest_first()
    attention = _attention(user, now)
    to_log = list(sessions.to_log(now).oldest_first()[: MOST_ROWS + 1])
    return {
        "title": _greeting(user, now),
        "today": list(upcoming.filter(starts_at__lt=tomorrow)),
        "to_log": to_log[:MOST_ROWS],
        "has_more_to_log": len(to_log) > MOST_ROWS,
        "attention": attention[:MOST_ROWS],
        "more_attention": max(len(attention) - MOST_ROWS, 0),
        "quiet": _quiet(user, now, {row["engagement"].pk for row in attention}),
        "next_days": list(upcoming.filter(starts_at__gte=tomorrow, starts_at__lt=midnight + timedelta(DAYS_AHEAD))),
        "manages": is_program_manager(user),
        "has_engagements": Engagement.objects.confided_to(user).exists(),
    }


def _greeting(user, now):
    hour = timezone.localtime(now).hour
    part = "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"
    return f"Good {part}, {user.get_short_name()}"


def _attention(user, now):
    """Open flags of own engagements, alarms before watches, each as a sentence."""
    flags = Flag.objects.visible_to(user).filter(engagement__coach=user).open().most_urgent_first()
    rows = [_attention_row(flag, now) for flag in flags.select_related("engagement__executive")]
    return sorted(rows, key=lambda row: row["is_watch"])  # stable: urgency stays the order within


def _attention_row(flag, now):
    executive = flag.engagement.executive
    return {
        "engagement": flag.engagement,
        "name": executive.name,
        "label": flag.get_kind_display(),
        "kind": flag.kind,
        "sentence": flag_for_coach(flag.kind, flag.evidence, executive=executive.name, level=flag.level),
        "age": age_in_words((timezone.localdate(now) - timezone.localdate(flag.opened_at)).days),
        "is_answered": flag.is_answered,
        "is_watch": flag.level != "ALARM",
    }


def _quiet(user, now, flagged):
    """Active engagements with nothing booked and nothing owed, longest ago first; flagged ones are above already."""
    booked = Session.objects.scheduled().filter(engagement=OuterRef("pk"))
    engagements = Engagement.objects.confided_to(user).active().exclude(Exists(booked)).exclude(pk__in=flagged)
    rows = engagements.with_people().with_session_figures(now).filter(sessions_left__gt=0)
    return list(rows.order_by("last_session_at", "pk")[:MOST_ROWS])
