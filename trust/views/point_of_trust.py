"""The point of trust: the coach confirms it, says "not yet", or that it was lost again. Nobody else learns of it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from engagements.access import COACH, open_to
from engagements.actions.erasure import refuse_form_if_erased
from engagements.actions.texts import TextErased, current_texts
from engagements.models import DraftKind, Engagement
from engagements.views.drafts import drafts_of, end_drafts_of, meets_others, saves_in_place
from engagements.views.showing import show
from trust.actions.point_of_trust import (
    NothingToDecide,
    NothingToRestOn,
    OutsidePeriod,
    confirm_point_of_trust,
    decline_point_of_trust,
    period_to_lose,
    period_to_reach,
    record_lost,
)
from trust.forms.point_of_trust import PointLostForm, PointOfTrustForm
from trust.instrument import SEEN
from trust.models import PointOfTrust
from trust.models.point import TEXT_KIND
from trust.views.point_words import reached_rows

ERASED = "The words of this engagement were erased; none can be added."
WORDINGS = {sign.key: sign.wording for sign in SEEN}


@saves_in_place
@sensitive_post_parameters("words")
@require_http_methods(["GET", "HEAD", "POST"])
@open_to(COACH)
def point_of_trust(request, pk):
    """Confirm what is proposed, put right what stands, or record it unasked."""
    engagement, now = _engagement_of(request.user, pk), timezone.now()
    points = _points_of(request.user, engagement)
    try:
        form = _form(request, engagement, points, now, request.POST if request.method == "POST" else None)
    except NothingToRestOn as refusal:
        messages.info(request, str(refusal))
        return redirect("engagement_detail", engagement.pk)
    if form.is_valid() and not _meets_others(request, form, points):
        try:
            confirm_point_of_trust(engagement=engagement, by=request.user, now=now, **form.cleaned_data)
        except TextErased:
            form.add_error("words", ERASED)
        except OutsidePeriod as refusal:
            form.add_error("reached_on", str(refusal))
        else:
            end_drafts_of(request, engagement=engagement, now=now)
            messages.success(request, "The point of trust is noted. Only you see it.")
            return redirect("engagement_detail", engagement.pk)
    return _page(request, engagement, points, now, form, None)


def _meets_others(request, form, points):
    """Whether words about the point that stands were saved elsewhere meanwhile."""
    point = _to_decide(points)
    if point is None:
        return False
    return meets_others(request, form, point.pk, words=_words_of(request.user, [point]).get(point.pk, ""))


@require_POST
@open_to(COACH)
def point_of_trust_decline(request, pk):
    """Not yet."""
    engagement = _engagement_of(request.user, pk)
    try:
        decline_point_of_trust(engagement=engagement, by=request.user, now=timezone.now())
    except NothingToDecide as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(
            request, "Noted: not yet. You are asked again after three more rated sessions at the earliest."
        )
    return redirect("engagement_detail", engagement.pk)


@require_POST
@open_to(COACH)
def point_of_trust_lost(request, pk):
    """Lost again; a day that cannot be comes back with the page."""
    engagement, now = _engagement_of(request.user, pk), timezone.now()
    points = _points_of(request.user, engagement)
    standing = next((point for point in points if point.is_standing), None)
    if standing is None:
        messages.info(request, "There is no point of trust that could be lost.")
        return redirect("engagement_detail", engagement.pk)
    lost = PointLostForm(request.POST, period=period_to_lose(standing, today=timezone.localdate(now)))
    if lost.is_valid():
        try:
            record_lost(engagement=engagement, by=request.user, now=now, **lost.cleaned_data)
        except (NothingToDecide, OutsidePeriod) as refusal:
            lost.add_error("lost_on", str(refusal))
        else:
            messages.success(request, "Noted as lost again. When it is back, record it anew.")
            return redirect("engagement_detail", engagement.pk)
    return _page(request, engagement, points, now, _form(request, engagement, points, now, None), lost)


def _engagement_of(user, pk):
    engagement = get_object_or_404(Engagement.objects.confided_to(user).with_people(), pk=pk)
    refuse_form_if_erased(engagement)
    return engagement


def _points_of(user, engagement):
    return list(PointOfTrust.objects.visible_to(user).filter(engagement=engagement).oldest_first())


def _form(request, engagement, points, now, data):
    """Filled with what stands, or with the day that is proposed. Raises NothingToRestOn."""
    period = period_to_reach(engagement, today=timezone.localdate(now))
    point, initial = _to_decide(points), {}
    if point is not None and point.is_standing:
        words = _words_of(request.user, [point]).get(point.pk, "")
        initial = {"reached_on": point.reached_on, "seen": point.seen, "words": words}
    elif point is not None:
        initial = {"reached_on": period.nearest(point.proposed_on)}
    return PointOfTrustForm(data, initial=initial, period=period)


def _to_decide(points):
    """What the form is about: what is proposed, or what stands."""
    return next((point for point in points if point.is_open or point.is_standing), None)


def _page(request, engagement, points, now, form, lost):
    point = _to_decide(points)
    today = timezone.localdate(now)
    if lost is None and point is not None and point.is_standing:
        lost = PointLostForm(None, initial={"lost_on": today}, period=period_to_lose(point, today=today))
    about = {"kind": DraftKind.POINT_OF_TRUST, "subject_id": engagement.pk, "now": now}
    drafts = drafts_of(request, engagement=engagement, **about)
    context = {
        "title": "Point of trust",
        "engagement": engagement,
        "point": point,
        "form": drafts.put_into(form),
        "drafts": drafts,
        "lost": lost,
        "earlier": _earlier(request.user, engagement, points),
    }
    return show(request, "trust/point_of_trust.html", context)


def _earlier(user, engagement, points):
    """Times it was reached and lost again, the latest first, with what was seen and said."""
    over = [point for point in points if point.lost_on is not None]
    if not over:
        return []
    words = _words_of(user, over)
    rows = reached_rows(engagement, list(engagement.sessions.oldest_first()), over)[::-1]
    return [
        {
            "row": row,
            "seen": [WORDINGS[key] for key in row.point.seen if key in WORDINGS],
            "words": words.get(row.point.pk, ""),
        }
        for row in rows
    ]


def _words_of(user, points):
    """The coach's own words by point; none where they were erased."""
    try:
        return current_texts(user=user, kind=TEXT_KIND, subject_ids=[point.pk for point in points])
    except TextErased:
        return {}
