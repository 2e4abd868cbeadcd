"""Noting that a conversation with a coach took place, by a manager of the program."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from engagements.access import COACH, MANAGER, open_to
from engagements.actions.conversations import note_conversation, remove_conversation
from engagements.forms.acting import ConversationForm
from engagements.models import Conversation, Engagement
from engagements.permissions import can_manage, can_take_back_conversation
from engagements.views.going_back import go_back, way_back
from engagements.views.showing import show


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(COACH, MANAGER)
def conversation_note(request, pk):
    """When; what was said is nowhere. Those noted before can be taken away."""
    engagement = get_object_or_404(Engagement.objects.visible_to(request.user).with_people(), pk=pk)
    if not can_manage(request.user, engagement):
        raise PermissionDenied
    form = ConversationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note_conversation(engagement=engagement, by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, "Noted: that you talked, and when.")
        return go_back(request, "engagement_detail", engagement.pk)
    context = {
        "title": "We talked",
        "engagement": engagement,
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "back": way_back(request, "engagement_detail", engagement.pk),
        "noted": [(row, can_take_back_conversation(request.user, row)) for row in _noted(request.user, engagement)],
    }
    return show(request, "engagements/conversation_note.html", context)


def _noted(user, engagement):
    rows = Conversation.objects.managed_by(user).filter(engagement=engagement)
    return rows.select_related("noted_by", "engagement__program").newest_first()


@require_POST
@open_to(MANAGER)
def conversation_remove(request, pk):
    """It was noted by mistake."""
    rows = Conversation.objects.managed_by(request.user).select_related("engagement__program")
    conversation = get_object_or_404(rows, pk=pk)
    if not can_take_back_conversation(request.user, conversation):
        raise PermissionDenied
    remove_conversation(conversation=conversation, by=request.user, now=timezone.now())
    messages.success(request, "Taken away.")
    return redirect("conversation_note", conversation.engagement_id)
