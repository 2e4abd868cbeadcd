"""Logging a session: one page for a minute, and one tap for what did not take place."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from engagements.access import COACH, open_to
from engagements.actions.agreements import NotAgreed
from engagements.actions.erasure import refuse_form_if_erased
from engagements.actions.sessions import AlreadyThere, NotNow
from engagements.actions.texts import TextErased, restore_text
from engagements.forms.drafts import typing_of
from engagements.models import DraftKind, Engagement, LookedAt, SealedText, Session
from engagements.views.drafts import drafts_of, saves_in_place
from engagements.views.going_back import go_back
from engagements.views.sessions import say_with_undo
from engagements.views.showing import show
from trust.actions.log_version import ChangedMeanwhile, LogVersion
from trust.actions.method import left_out
from trust.actions.session_log import log_not_held, log_session, log_unscheduled_session
from trust.forms.not_held import NotHeldForm
from trust.forms.restore import RestoreForm
from trust.models import CheckIn
from trust.nudges import nudge_check_in, nudge_judging
from trust.views.log_both import show_both
from trust.views.log_page import log_forms, show_log
from trust.views.log_record import KINDS, LogRecord
from trust.views.log_words import clash_words, logged_words, not_held_words

ERASED = "The words of this engagement were erased; none can be added. Empty this field to save the rest."


@saves_in_place
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
    drafts = drafts_of(request, engagement=engagement, kind=DraftKind.LOG, subject_id=session.pk, now=now)
    record = LogRecord(request.user, session)
    forms = log_forms(request, engagement, now, drafts=drafts, session=session, record=record)
    if request.method == "POST" and forms.is_valid():
        save = partial(log_session, session=session, **forms.content_for(session))
        if (answer := _save(request, forms, now, save)) is not None:
            return answer
    context = {
        "session": session,
        "history": record.earlier_versions,
        "has_means_only": record.has_means_only,
    }
    return show_log(request, engagement, forms, now, context | {"drafts": drafts})


@saves_in_place
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@open_to(COACH)
def session_log_new(request, pk):
    """Log a session that was never scheduled."""
    engagements = Engagement.objects.confided_to(request.user).with_people()
    engagement, now = get_object_or_404(engagements, pk=pk), timezone.now()
    refuse_form_if_erased(engagement)
    drafts = drafts_of(request, engagement=engagement, kind=DraftKind.NEW_LOG, subject_id=engagement.pk, now=now)
    forms = log_forms(request, engagement, now, drafts=drafts)
    if request.method == "POST" and forms.is_valid():
        key = forms.log.key_in(engagement)
        save = partial(log_unscheduled_session, engagement=engagement, pk=key, **forms.content_for())
        if (answer := _save(request, forms, now, save)) is not None:
            return answer
    return show_log(request, engagement, forms, now, {"session": None, "drafts": drafts})


@require_POST
@open_to(COACH)
def session_log_restore(request, pk):
    """An earlier text becomes the current one; what stands there now stays in the history."""
    session = _session_of(request.user, pk)
    rows = SealedText.objects.confided_to(request.user).filter(subject_id=session.pk, kind__in=KINDS)
    form = RestoreForm(request.POST, rows=rows)
    if form.is_valid():
        revision = form.cleaned_data["text"]
        restore_text(revision=revision, by=request.user, now=timezone.now())
        messages.success(request, f"The {form.words} stands again. What it replaced is in the history.")
    else:
        messages.warning(request, "Choose the text that is to stand again.")
    return redirect("session_log", session.pk)


def _save(request, forms, now, save):
    """The answer to a log that was saved, or that met another; None where the form comes back with its problems."""
    typing = typing_of(request.POST)
    try:
        logged = save(by=request.user, now=now, began=LogVersion.parse(forms.log.cleaned_data["began"]), typing=typing)
        return _answer(request, logged, forms, now)
    except ChangedMeanwhile as change:
        return show_both(request, forms, change)
    except (AlreadyThere, NotNow) as refusal:
        forms.time.add_error("clock", str(refusal))
    except TextErased:
        forms.refuse_words(ERASED)
    except NotAgreed:
        forms.is_refused = True
    return None


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
    if left_out(session, forms.noted_steps):
        messages.warning(request, "An experiment was moved meanwhile, so your step was left out. Have a look at it.")
    if booked and forms.next and forms.next.next_at:
        for words in clash_words(booked):
            messages.warning(request, words)
    return redirect("engagement_detail", engagement.pk)
