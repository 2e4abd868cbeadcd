"""Flags: respond, resolve, re-open. By the coach of the engagement."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from engagements.access import COACH, MANAGER, open_to
from trust.actions.flags import FlagClosed, FlagOpen, NotResolved, reopen_flag, resolve_flag, respond_to_flag
from trust.forms.flags import ResponseForm
from trust.models import Flag
from trust.permissions import can_answer_flag
from trust.sentences import flag_for_coach


@require_POST
@open_to(COACH, MANAGER)
def flag_respond(request, pk):
    """What the coach makes of it; an answer that is none comes back with the choices."""
    flag = _answerable(request.user, pk)
    form = ResponseForm(request.POST)
    if not form.is_valid():
        sentence = flag_for_coach(flag.kind, flag.evidence, executive=flag.engagement.executive.name, level=flag.level)
        context = {"title": "Respond to a flag", "flag": flag, "sentence": sentence, "form": form}
        return render(request, "trust/flag_respond.html", context)
    try:
        respond_to_flag(flag=flag, response=form.cleaned_data["response"], by=request.user, now=timezone.now())
    except FlagClosed:
        messages.info(request, "This flag was closed in the meantime. Re-open it to respond.")
    else:
        messages.success(request, "Your response is noted. The flag stays open until you resolve it or it clears.")
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
