"""When confidentiality had to end: the coach's records. To everybody else these pages do not exist."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from engagements.access import COACH, open_to
from engagements.actions.confidentiality import record_confidentiality_use, words_of_uses
from engagements.actions.texts import TextErased
from engagements.forms.confidentiality import ConfidentialityUseForm
from engagements.models import ConfidentialityUse, DraftKind, Engagement, LookedAt
from engagements.views.drafts import drafts_of, end_drafts_of, saves_in_place
from engagements.views.showing import show

ERASED = "The words of this engagement were erased; none can be added."


@require_safe
@open_to(COACH)
def confidentiality_uses(request, pk):
    """The records, newest first. They can be added to, not changed."""
    engagement = _confided(request.user, pk)
    uses = list(ConfidentialityUse.objects.confided_to(request.user).filter(engagement=engagement).newest_first())
    try:
        words, is_erased = words_of_uses(uses, user=request.user), False
    except TextErased:
        words, is_erased = {}, True
    context = {
        "title": "When confidentiality ended",
        "engagement": engagement,
        "uses": [(use, words.get(use.pk, "")) for use in uses],
        "is_erased": is_erased,
    }
    return show(request, "engagements/confidentiality_uses.html", context, what=LookedAt.AGREEMENT)


@saves_in_place
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@open_to(COACH)
def confidentiality_use_add(request, pk):
    """One more record."""
    engagement = _confided(request.user, pk)
    about, now = {"kind": DraftKind.CONFIDENTIALITY_USE, "subject_id": engagement.pk}, timezone.now()
    drafts = drafts_of(request, engagement=engagement, now=now, **about)
    form = ConfidentialityUseForm(request.POST if request.method == "POST" else None, initial=drafts.initial)
    if request.method == "POST" and form.is_valid():
        terms = {"engagement": engagement, "pk": form.key_in(engagement), "by": request.user, "now": now}
        try:
            record_confidentiality_use(**terms, **form.content)
        except TextErased:
            form.add_error("words", ERASED)
        else:
            end_drafts_of(request, engagement=engagement, now=now)
            messages.success(request, "Recorded. Only you and the executive can read it.")
            return redirect("confidentiality_uses", engagement.pk)
    context = {"title": "Confidentiality ended", "engagement": engagement, "form": form, "drafts": drafts}
    return show(request, "engagements/confidentiality_use_add.html", context, what=LookedAt.AGREEMENT)


def _confided(user, pk):
    return get_object_or_404(Engagement.objects.confided_to(user).with_people(), pk=pk)
