"""The short close of an engagement, and the follow-ups afterwards."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from engagements.access import COACH, LINK, open_to
from engagements.actions.endings import (
    FollowUpClosed,
    NotEnded,
    answer_follow_up,
    days_followed_up,
    follow_up_behind,
    opens_groups,
    write_ending,
)
from engagements.actions.personal_links import LinkNotValid
from engagements.actions.texts import TextErased, readable_texts
from engagements.forms.method import EndingForm, FollowUpForm
from engagements.models import DraftKind, Ending, Engagement, FollowUp, Party, Purpose, TextKind
from engagements.views.drafts import drafts_of, end_drafts_of, meets_others, saves_in_place
from engagements.views.links import link_closed, link_of
from engagements.views.showing import show

FORM = ["GET", "HEAD", "POST"]
ERASED = "The words of this engagement were erased; none can be added. Empty this field to save the rest."
FOR_COACH = "Sealed. Nobody but you can read it."
FOR_EXECUTIVE = "Your coach reads it, nobody else."


@saves_in_place
@sensitive_post_parameters("words")
@require_http_methods(FORM)
@open_to(COACH)
def ending(request, pk):
    """Objective reached, depth of change, referral: a minute, once the engagement has ended."""
    engagement = get_object_or_404(Engagement.objects.confided_to(request.user).with_people(), pk=pk)
    own, now = Ending.objects.confided_to(request.user).filter(engagement=engagement).first(), timezone.now()
    drafts = drafts_of(request, engagement=engagement, kind=DraftKind.ENDING, subject_id=engagement.pk, now=now)
    on_record = _initial(request.user, own)
    form = drafts.put_into(EndingForm(request.POST or None, initial=on_record))
    if (
        request.method == "POST"
        and form.is_valid()
        and not (own and meets_others(request, form, own.pk, words=on_record["words"]))
    ):
        try:
            write_ending(engagement=engagement, by=request.user, now=now, **form.cleaned_data)
        except TextErased:
            form.add_error("words", ERASED)
        except NotEnded as error:
            form.add_error(None, str(error))
        else:
            end_drafts_of(request, engagement=engagement, now=now)
            messages.success(request, f"The close is written. {_promised(engagement)}")
            return redirect("engagement_detail", engagement.pk)
    context = {"title": "Close of the engagement", "engagement": engagement, "form": form, "own": own}
    more = {"drafts": drafts, "lead": f"A minute, while it is fresh. {_promised(engagement)} Only you see this page."}
    return show(request, "engagements/ending.html", context | more)


def _promised(engagement):
    """When both are asked whether it lasts: as long as words are kept."""
    asked = days_followed_up(engagement)
    if not asked:
        return "Nobody is asked whether it lasts: what was written is erased before."
    earlier = ", ".join(str(days) for days in asked[:-1])
    words = f"{earlier} and {asked[-1]}" if earlier else str(asked[-1])
    return f"Whether it lasts, both of you are asked after {words} days."


def _initial(user, own):
    if own is None:
        return {}
    words = _words(user, TextKind.ENDING, own.pk)
    return {"reached": own.reached, "depth": own.depth, "is_referred": own.is_referred, "words": words}


def _words(user, kind, pk):
    return readable_texts(user=user, subject_ids=[pk]).get((kind, pk), "")


@saves_in_place
@sensitive_post_parameters("words")
@require_http_methods(FORM)
@open_to(COACH)
def follow_up(request, pk):
    """The coach's own answer."""
    rows = FollowUp.objects.confided_to(request.user).filter(party=Party.COACH)
    row, now = get_object_or_404(rows.select_related("engagement__executive"), pk=pk), timezone.now()
    drafts = drafts_of(request, engagement=row.engagement, kind=DraftKind.FOLLOW_UP, subject_id=row.pk, now=now)
    on_record = {"lasting": row.lasting, "words": _words(request.user, TextKind.FOLLOW_UP, row.pk)}
    form = drafts.put_into(FollowUpForm(request.POST or None, initial=on_record, reader=FOR_COACH))
    if (
        request.method == "POST"
        and form.is_valid()
        and not meets_others(request, form, row.pk, words=on_record["words"])
    ):
        try:
            answer_follow_up(follow_up=row, by=request.user, now=now, **form.cleaned_data)
        except TextErased:
            form.add_error("words", ERASED)
        except FollowUpClosed as error:
            form.add_error(None, str(error))
        else:
            end_drafts_of(request, engagement=row.engagement, now=now)
            messages.success(request, "Noted.")
            return redirect("engagement_detail", row.engagement_id)
    context = {"title": "Did it last?", "engagement": row.engagement, "row": row, "form": form, "drafts": drafts}
    return show(request, "engagements/follow_up.html", context)


@sensitive_post_parameters("words")
@require_http_methods(FORM)
@open_to(LINK)
def follow_up_by_link(request, pk):
    """The executive's answer. Their words are asked for anew each time: this page does not show them."""
    now = timezone.now()
    try:
        link = link_of(request, pk, Purpose.FOLLOW_UP, now)
        row = follow_up_behind(link)
    except (LinkNotValid, FollowUpClosed):
        return link_closed(request)
    form = FollowUpForm(request.POST or None, initial={"lasting": row.lasting}, reader=FOR_EXECUTIVE)
    if request.method == "POST" and form.is_valid():
        try:
            answer_follow_up(follow_up=row, by=None, now=now, **form.cleaned_data)
        except FollowUpClosed:
            return link_closed(request)
        except TextErased:
            form.add_error("words", ERASED)
        else:
            return redirect("follow_up_by_link", pk)
    engagement = link.engagement
    context = {
        "form": form,
        "row": row,
        "engagement": engagement,
        "coach": engagement.coach,
        "opens_groups": opens_groups(engagement),
    }
    return render(request, "engagements/follow_up_by_link.html", context)
