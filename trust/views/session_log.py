"""Logging a session: one page for a minute, and one tap for what did not take place."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from engagements.access import COACH, open_to
from engagements.actions.agreements import NotAgreed, has_agreement
from engagements.actions.erasure import refuse_form_if_erased
from engagements.actions.sessions import AlreadyThere, NotNow
from engagements.actions.texts import TextErased
from engagements.models import Engagement, LookedAt, Session, SessionKind
from engagements.views.going_back import go_back
from engagements.views.sessions import say_with_undo
from engagements.views.showing import show
from trust.actions.session_log import log_not_held, log_session, log_unscheduled_session
from trust.forms.not_held import NotHeldForm
from trust.forms.session_log import SessionLogForms
from trust.models import CheckIn
from trust.nudges import nudge_check_in, nudge_judging
from trust.views.log_record import earlier_versions, has_means_only, log_on_record
from trust.views.log_words import clash_words, logged_words, not_held_words, proposed_next

USUAL_MINUTES = 60
ERASED = "The words of this engagement were erased; none can be added. Empty this field to save the rest."


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@open_to(COACH)
def session_log(request, pk):
    """Log a session, or edit its log."""
    session, now = _session_of(request.user, pk), timezone.now()
    engagement = session.engagement
    refuse_form_if_erased(engagement)
    if request.method != "POST" and session.starts_at > now:
        context = {"session": session, "engagement": engagement}
        return show(request, "trust/session_log_not_yet.html", context, what=LookedAt.LOG)
    forms = _forms(request, engagement, now, session=session)
    if request.method == "POST" and forms.is_valid():
        try:
            logged = log_session(session=session, by=request.user, now=now, **forms.content_for(session))
            return _answer(request, logged, forms, now)
        except (AlreadyThere, NotNow) as refusal:
            forms.time.add_error("clock", str(refusal))
        except TextErased:
            forms.refuse_words(ERASED)
        except NotAgreed:
            forms.is_refused = True
    context = {
        "session": session,
        "history": earlier_versions(request.user, session),
        "has_means_only": has_means_only(request.user, session),
    }
    return _page(request, engagement, forms, now, context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@open_to(COACH)
def session_log_new(request, pk):
    """Log a session that was never scheduled."""
    engagements = Engagement.objects.confided_to(request.user).with_people()
    engagement, now = get_object_or_404(engagements, pk=pk), timezone.now()
    refuse_form_if_erased(engagement)
    forms = _forms(request, engagement, now)
    if request.method == "POST" and forms.is_valid():
        try:
            logged = log_unscheduled_session(
                engagement=engagement, pk=forms.log.key_in(engagement), by=request.user, now=now, **forms.content_for()
            )
            return _answer(request, logged, forms, now)
        except (AlreadyThere, NotNow) as refusal:
            forms.time.add_error("clock", str(refusal))
        except TextErased:
            forms.refuse_words(ERASED)
        except NotAgreed:
            forms.is_refused = True
    return _page(request, engagement, forms, now, {"session": None})


@require_POST
@open_to(COACH)
def session_not_held(request, pk):
    """Missed, or cancelled by one of three: one tap."""
    session, now = _session_of(request.user, pk), timezone.now()
    form = NotHeldForm(request.POST)
    if form.is_valid():
        _record_not_held(request, session, form, now)
    else:
        messages.warning(request, "Say whether it was missed, or by whom it was cancelled.")
    return go_back(request, "engagement_detail", session.engagement_id)


def _record_not_held(request, session, form, now):
    try:
        session = log_not_held(session=session, by=request.user, now=now, **form.content)
    except NotNow as refusal:
        messages.warning(request, str(refusal))
    else:
        nudge_judging(session.engagement_id)
        say_with_undo(request, not_held_words(session), session)


def _session_of(user, pk):
    people = ("engagement__executive", "engagement__program", "engagement__coach")
    return get_object_or_404(Session.objects.confided_to(user).select_related(*people), pk=pk)


def _forms(request, engagement, now, *, session=None):
    zone, minutes = timezone.get_current_timezone(), session.minutes if session else USUAL_MINUTES
    starts_at = session.starts_at if session else _quarter_before(now - timedelta(minutes=minutes))
    return SessionLogForms(
        request.POST if request.method == "POST" else None,
        now=now,
        zone=zone,
        log=log_on_record(request.user, session) if session else {},
        starts_at=starts_at,
        minutes=minutes,
        kind=session.kind if session else SessionKind.COACHING,
        next_at=proposed_next(engagement, starts_at, now, zone),
    )


def _quarter_before(moment):
    """The quarter of an hour a session that was not scheduled most likely began at."""
    return moment.replace(minute=moment.minute - moment.minute % 15, second=0, microsecond=0)


def _page(request, engagement, forms, now, context):
    booked = engagement.sessions.upcoming(now).oldest_first().first()
    zone = timezone.get_current_timezone_name()
    context |= {"engagement": engagement, "forms": forms, "booked": booked, "zone": zone}
    if not has_agreement(engagement.pk):
        context["missing"] = engagement.agreements.current().first()
    return show(request, "trust/session_log.html", context, what=LookedAt.LOG)


def _answer(request, session, forms, now):
    """Tells the workers, says what was done, and leads back to the engagement."""
    engagement = session.engagement
    nudge_judging(engagement.pk)
    for check_in_id in (
        CheckIn.objects.confided_to(request.user).filter(session=session).due(now).values_list("pk", flat=True)
    ):
        nudge_check_in(check_in_id)
    booked = engagement.sessions.upcoming(now).oldest_first().first()
    messages.success(request, logged_words(booked, engagement.executive, forms.left_open))
    if booked and forms.next and forms.next.next_at:
        for words in clash_words(booked):
            messages.warning(request, words)
    return redirect("engagement_detail", engagement.pk)
