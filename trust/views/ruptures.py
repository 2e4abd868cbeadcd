"""Rupture and repair: open a case, note what was tried, close it. Nobody but the coach learns that there is one."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from engagements.access import COACH, open_to
from engagements.actions.texts import TextErased, readable_texts
from engagements.models import DraftKind, Engagement, Session
from engagements.views.drafts import drafts_of, end_drafts_of, saves_in_place
from engagements.views.showing import show
from trust.actions.ruptures import (
    ATTEMPT_WORDS,
    WORDS,
    RuptureClosed,
    close_rupture,
    note_attempt,
    open_rupture,
    reopen_rupture,
)
from trust.forms.ruptures import AttemptForm, OutcomeForm, RuptureForm
from trust.models import Flag, Rupture, RuptureKind

SESSIONS_OFFERED = 8
FORM = ["GET", "HEAD", "POST"]
OPEN = "The case is open until you close it. Only you see it."
OPEN_ALREADY = "A case of this kind was open already: what you wrote stands with it."
ERASED = "The words of this engagement were erased; none can be added."


@saves_in_place
@sensitive_post_parameters("words")
@require_http_methods(FORM)
@open_to(COACH)
def rupture_open(request, pk):
    """Something hurt trust: by hand, or from a flag."""
    engagement = get_object_or_404(Engagement.objects.confided_to(request.user).with_people(), pk=pk)
    now = timezone.now()
    drafts = drafts_of(request, engagement=engagement, kind=DraftKind.RUPTURE, subject_id=engagement.pk, now=now)
    flag = _flag_asked_for(request, engagement)
    sessions = Session.objects.confided_to(request.user).filter(engagement=engagement).held().newest_first()
    initial = {"kind": RuptureKind.PUSHED_TOO_HARD if request.GET.get("why") == "pushed" else ""}
    form = drafts.put_into(RuptureForm(request.POST or None, sessions=sessions[:SESSIONS_OFFERED], initial=initial))
    if request.method == "POST" and form.is_valid():
        try:
            rupture = open_rupture(engagement=engagement, flag=flag, by=request.user, now=now, **form.cleaned_data)
        except TextErased:
            form.add_error("words", ERASED)
        else:
            end_drafts_of(request, engagement=engagement, now=now)
            messages.success(request, OPEN if rupture.opened_at == now else OPEN_ALREADY)
            return redirect("rupture_detail", rupture.pk)
    context = {"title": "Rupture and repair", "engagement": engagement, "form": form, "flag": flag, "drafts": drafts}
    return show(request, "trust/rupture_open.html", context)


@require_safe
@open_to(COACH)
def rupture_detail(request, pk):
    """The case: what happened, what was tried, how it ended."""
    rupture = _rupture_of(request.user, pk)
    return _page(request, rupture, AttemptForm(None))


@saves_in_place
@sensitive_post_parameters("words")
@require_POST
@open_to(COACH)
def rupture_attempt(request, pk):
    """One more thing that was tried."""
    rupture, now = _rupture_of(request.user, pk), timezone.now()
    form = AttemptForm(request.POST)
    if form.is_valid():
        try:
            note_attempt(rupture=rupture, by=request.user, now=now, **form.content_for(rupture))
        except TextErased:
            form.add_error("words", ERASED)
        except RuptureClosed as error:
            form.add_error(None, str(error))
        else:
            end_drafts_of(request, engagement=rupture.engagement, now=now)
            messages.success(request, "Noted.")
            return redirect("rupture_detail", rupture.pk)
    return _page(request, rupture, form)


@require_POST
@open_to(COACH)
def rupture_close(request, pk):
    """Repaired, or ended."""
    rupture = _rupture_of(request.user, pk)
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        messages.info(request, "Say how it ended.")
        return redirect("rupture_detail", rupture.pk)
    try:
        close_rupture(rupture=rupture, outcome=form.cleaned_data["outcome"], by=request.user, now=timezone.now())
    except RuptureClosed as error:
        messages.info(request, str(error))
    else:
        messages.success(request, "The case is closed. What you wrote stays with you.")
    return redirect("rupture_detail", rupture.pk)


@require_POST
@open_to(COACH)
def rupture_reopen(request, pk):
    """It is not over after all."""
    rupture = _rupture_of(request.user, pk)
    reopen_rupture(rupture=rupture, by=request.user, now=timezone.now())
    messages.success(request, "The case is open again.")
    return redirect("rupture_detail", rupture.pk)


def _rupture_of(user, pk):
    cases = Rupture.objects.confided_to(user).select_related("engagement__executive", "session")
    return get_object_or_404(cases, pk=pk)


def _flag_asked_for(request, engagement):
    """The flag a case is opened from, if the address names one of this engagement."""
    flags = Flag.objects.visible_to(request.user).filter(engagement=engagement)
    return next((flag for flag in flags if str(flag.pk) == request.GET.get("flag")), None)


def _page(request, rupture, form):
    engagement, now = rupture.engagement, timezone.now()
    drafts = drafts_of(request, engagement=engagement, kind=DraftKind.REPAIR, subject_id=rupture.pk, now=now)
    attempts = list(rupture.attempts.order_by("tried_on", "noted_at", "pk"))
    texts = readable_texts(user=request.user, subject_ids=[row.pk for row in (rupture, *attempts)])
    context = {
        "title": rupture.get_kind_display(),
        "rupture": rupture,
        "engagement": engagement,
        "words": texts.get((WORDS, rupture.pk), ""),
        "attempts": [(attempt, texts.get((ATTEMPT_WORDS, attempt.pk), "")) for attempt in attempts],
        "form": drafts.put_into(form),
        "drafts": drafts,
    }
    return show(request, "trust/rupture_detail.html", context)
