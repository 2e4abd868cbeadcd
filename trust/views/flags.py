"""Flags: respond, resolve, re-open, and later whether it helped. By the coach of the engagement."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from engagements.access import COACH, MANAGER, open_to
from engagements.views.showing import show
from trust.actions.flags import (
    FlagClosed,
    FlagOpen,
    NotAnswered,
    NotResolved,
    answer_flag,
    note_helped,
    reopen_flag,
    resolve_flag,
)
from trust.forms.flags import AnswerForm, HelpedForm
from trust.models import Flag, NextStep
from trust.permissions import can_answer_flag
from trust.sentences import flag_for_coach


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(COACH, MANAGER)
def flag_respond(request, pk):
    """What is behind it, and what comes next; an answer that is none comes back with the choices."""
    flag = _answerable(request.user, pk)
    form = AnswerForm(
        request.POST if request.method == "POST" else None, initial={"cause": flag.cause, "next_step": flag.next_step}
    )
    if not form.is_valid():
        sentence = flag_for_coach(flag.kind, flag.evidence, executive=flag.engagement.executive.name, level=flag.level)
        context = {"title": "Respond to a flag", "flag": flag, "sentence": sentence, "form": form}
        context["engagement"] = flag.engagement
        return show(request, "trust/flag_respond.html", context)
    try:
        answer_flag(flag=flag, by=request.user, now=timezone.now(), **form.cleaned_data)
    except FlagClosed:
        messages.info(request, "This flag was closed in the meantime. Re-open it to respond.")
        return redirect("engagement_detail", flag.engagement_id)
    if form.cleaned_data["next_step"] == NextStep.REPAIR:
        return redirect(f"{reverse('rupture_open', args=[flag.engagement_id])}?flag={flag.pk}")
    messages.success(request, "Your response is noted. The flag stays open until you resolve it or it clears.")
    return redirect("engagement_detail", flag.engagement_id)


@require_POST
@open_to(COACH, MANAGER)
def flag_helped(request, pk):
    """Later: did it help?"""
    flag = _answerable(request.user, pk)
    form = HelpedForm(request.POST)
    try:
        if form.is_valid():
            note_helped(flag=flag, helped=form.cleaned_data["helped"], by=request.user, now=timezone.now())
            messages.success(request, "Noted. That is how we learn which steps are worth it.")
        else:
            messages.info(request, "Choose one of the three.")
    except NotAnswered as error:
        messages.info(request, str(error))
    return redirect("engagement_detail", flag.engagement_id)


@require_POST
@open_to(COACH, MANAGER)
def flag_resolve(request, pk):
    """Dealt with."""
    flag = _answerable(request.user, pk)
    try:
        resolve_flag(flag=flag, by=request.user, now=timezone.now())
    except FlagClosed:
        messages.info(request, "This flag was closed in the meantime.")
    else:
        messages.success(request, "Resolved. It comes back only if something new happens.")
    return redirect("engagement_detail", flag.engagement_id)


@require_POST
@open_to(COACH, MANAGER)
def flag_reopen(request, pk):
    """Resolved too soon."""
    flag = _answerable(request.user, pk)
    try:
        reopen_flag(flag=flag, by=request.user, now=timezone.now())
    except (FlagOpen, NotResolved) as error:
        messages.info(request, str(error))
    else:
        messages.success(request, "The flag is open again.")
    return redirect("engagement_detail", flag.engagement_id)


def _answerable(user, pk):
    """The flag, for its coach: 404 for strangers, 403 for program managers to whom it is disclosed."""
    flag = get_object_or_404(Flag.objects.visible_to(user).select_related("engagement__executive"), pk=pk)
    if not can_answer_flag(user, flag):
        raise PermissionDenied
    return flag
