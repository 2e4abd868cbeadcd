"""Sessions: schedule, move, cancel, missed. By the coach of the engagement."""

import zoneinfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from engagements.access import COACH, MANAGER, open_to
from engagements.actions.sessions import (
    AlreadyThere,
    NotNow,
    cancel_session,
    mark_missed,
    move_session,
    restore_session,
    schedule_series,
    schedule_session,
)
from engagements.forms.sessions import CancelForm, MoveForm, ScheduleForm
from engagements.models import Engagement, Session
from engagements.models.session import LATE_CANCELLATION_HOURS
from engagements.permissions import can_log
from engagements.views.going_back import go_back, way_back
from engagements.views.session_rows import notice_words
from engagements.views.showing import show

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
@open_to(COACH, MANAGER)
def session_schedule(request, pk):
    """One session or a series. What speaks against a time is said once and can be overruled."""
    now = timezone.now()
    rows = Engagement.objects.visible_to(request.user).with_people().with_session_figures(now)
    engagement = get_object_or_404(rows, pk=pk)
    if not can_log(request.user, engagement):
        raise PermissionDenied
    if not engagement.is_open:
        messages.info(request, "This engagement has ended: no further sessions.")
        return redirect("engagement_detail", engagement.pk)
    zone = timezone.get_current_timezone()
    form = ScheduleForm(request.POST or None, engagement=engagement, zone=zone, now=now)
    if request.method == "POST" and form.is_valid() and form.is_confirmed():
        _schedule(request, engagement, form, now)
        return redirect("engagement_detail", engagement.pk)
    context = {
        "title": "Schedule sessions",
        "engagement": engagement,
        "form": form,
        "other_zone": _other_zone(engagement.executive, zone, now),
    }
    return show(request, "engagements/session_schedule.html", context)


def _schedule(request, engagement, form, now):
    """Makes the session or the series, and says what was made."""
    common = {"engagement": engagement, "by": request.user, "now": now, **form.details}
    try:
        if form.is_series:
            cleaned = form.cleaned_data
            every, count = cleaned["every_weeks"], cleaned["count"]
            first = {"first_at": cleaned["starts_at"], "time_zone": form.zone.key}
            made = schedule_series(count=count, every_weeks=every, **first, **common)
        else:
            made = [schedule_session(starts_at=form.cleaned_data["starts_at"], **common)]
    except AlreadyThere:
        made = []
    except NotNow as error:
        messages.error(request, str(error))
        return
    _say_scheduled(request, engagement.executive, made, len(form.times))


def _say_scheduled(request, executive, made, wanted):
    if not made:
        messages.info(request, "Nothing was added: there is a session at that time already.")
    elif len(made) == 1 and wanted == 1:
        messages.success(request, f"Scheduled: {when_words(made[0].starts_at, executive)}.")
    else:
        skipped = f" {wanted - len(made)} were there already." if len(made) < wanted else ""
        first, last = (f"{timezone.localtime(made[i].starts_at):%-d %b %Y}" for i in (0, -1))
        messages.success(request, f"{len(made)} sessions scheduled, from {first} to {last}.{skipped}")


@require_http_methods(FORM)
@open_to(COACH, MANAGER)
def session_move(request, pk):
    """Another time, length or place for a session that is scheduled."""
    session = _loggable(request.user, pk)
    if not session.is_scheduled:
        return _too_late(request, session)
    now, zone = timezone.now(), timezone.get_current_timezone()
    form = MoveForm(request.POST or None, session=session, zone=zone, now=now)
    is_sent = request.method == "POST" and form.is_valid() and form.is_confirmed()
    if is_sent and _move(request, session, form, now):
        return go_back(request, "engagement_detail", session.engagement_id)
    context = {
        "title": "Move a session",
        "session": session,
        "engagement": session.engagement,
        "form": form,
        "other_zone": _other_zone(session.engagement.executive, zone, session.starts_at),
        "next": way_back(request, "engagement_detail", session.engagement_id),
    }
    return show(request, "engagements/session_move.html", context)


def _move(request, session, form, now):
    """Moves the session; False with the reason beside the field when its time is taken."""
    names = ("starts_at", "minutes", "place", "call_link", "asked_by")
    details = {name: form.cleaned_data[name] for name in names}
    try:
        moved = move_session(session=session, by=request.user, now=now, **details)
    except AlreadyThere:
        form.add_error("clock", "This engagement has another session at that time.")
        return False
    except NotNow as error:
        messages.error(request, str(error))
        return True
    when = when_words(moved.starts_at, session.engagement.executive)
    messages.success(request, f"The session is on {when}.")
    return True


@require_http_methods(FORM)
@open_to(COACH, MANAGER)
def session_cancel(request, pk):
    """Cancelled, by whom. The page says how late that is, and what was agreed for it."""
    session = _loggable(request.user, pk)
    if not (session.is_scheduled or session.is_missed):
        return _too_late(request, session)
    now = timezone.now()
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _cancel(request, session, form.cleaned_data["cancelled_by"], now)
        return go_back(request, "engagement_detail", session.engagement_id)
    hours = (session.starts_at - now).total_seconds() / 3600
    context = {
        "title": "Cancel a session",
        "session": session,
        "engagement": session.engagement,
        "form": form,
        "notice": notice_words(hours),
        "is_late": hours < LATE_CANCELLATION_HOURS,
        "late_hours": LATE_CANCELLATION_HOURS,
        "terms": session.engagement.agreements.current().first(),
        "next": way_back(request, "engagement_detail", session.engagement_id),
    }
    return show(request, "engagements/session_cancel.html", context)


def _cancel(request, session, party, now):
    try:
        cancelled = cancel_session(session=session, cancelled_by=party, by=request.user, now=now)
    except NotNow as error:
        messages.error(request, str(error))
    else:
        words = f"Cancelled by the {party.lower()}, {notice_words(cancelled.notice_hours)}."
        say_with_undo(request, words, cancelled)


@require_POST
@open_to(COACH, MANAGER)
def session_missed(request, pk):
    """The executive did not come: one tap."""
    session = _loggable(request.user, pk)
    try:
        mark_missed(session=session, by=request.user, now=timezone.now())
    except NotNow as error:
        messages.error(request, str(error))
    else:
        say_with_undo(request, "Noted as missed.", session)
    return go_back(request, "engagement_detail", session.engagement_id)


@require_POST
@open_to(COACH, MANAGER)
def session_restore(request, pk):
    """Takes back that a session was missed or cancelled."""
    session = _loggable(request.user, pk)
    try:
        restored = restore_session(session=session, by=request.user, now=timezone.now())
    except (AlreadyThere, NotNow) as error:
        messages.error(request, str(error))
    else:
        when, state = when_words(restored.starts_at, session.engagement.executive), "scheduled again"
        if restored.starts_at <= timezone.now():
            state = "waiting to be logged"
        messages.success(request, f"Taken back: the session of {when} is {state}.")
    return go_back(request, "engagement_detail", session.engagement_id)


def say_with_undo(request, words, session):
    """A message with a button that takes back what it says of a session."""
    messages.success(request, words, extra_tags=reverse("session_restore", args=[session.pk]))


def _loggable(user, pk):
    """The session, for the coach of its engagement: 404 for strangers, 403 for its program managers."""
    rows = Session.objects.visible_to(user).select_related("engagement__executive", "engagement__program")
    session = get_object_or_404(rows.select_related("engagement__coach"), pk=pk)
    if not can_log(user, session.engagement):
        raise PermissionDenied
    return session


def _too_late(request, session):
    messages.info(request, f"Nothing changed: this session is {session.get_status_display().lower()}.")
    return go_back(request, "engagement_detail", session.engagement_id)


def _other_zone(executive, zone, now):
    """The executive's zone, when their clock shows another time than the viewer's."""
    theirs = zoneinfo.ZoneInfo(executive.time_zone)
    return executive.time_zone if now.astimezone(theirs).utcoffset() != now.astimezone(zone).utcoffset() else ""


def when_words(moment, executive):
    """A moment in the viewer's zone, and in the executive's where that reads differently."""
    mine, theirs = timezone.localtime(moment), moment.astimezone(zoneinfo.ZoneInfo(executive.time_zone))
    words = f"{mine:%a %-d %b %Y, %H:%M}"
    if mine.utcoffset() == theirs.utcoffset():
        return words
    day = "" if mine.date() == theirs.date() else f"{theirs:%a} "
    return f"{words} ({day}{theirs:%H:%M} for {executive})"
