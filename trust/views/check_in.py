"""The executive's page behind a check-in link: no account, no navigation, one link and one session."""

import zoneinfo

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from engagements.access import LINK, open_to
from engagements.link_cookies import link_cookie
from engagements.views.links import link_closed, swap
from trust.actions.check_ins import CheckInClosed, answer_check_in, open_check_in
from trust.forms.check_in import CheckInForm
from trust.forms.ratings import rating_initial
from trust.models import CheckIn, Reading
from trust.nudges import nudge_judging

PURPOSE = "CHECK_IN"


@require_safe
@open_to(LINK)
def check_in_open(request, token):
    """Where the mail leads: swaps the address for a cookie. Looking changes nothing."""
    try:
        asked = open_check_in(token=token, now=timezone.now())
    except CheckInClosed:
        return link_closed(request, is_guess=True)
    return swap(reverse("check_in", args=[asked.pk]), key=asked.pk, purpose=PURPOSE)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@open_to(LINK)
def check_in(request, pk):
    """Five taps and Send, changeable until the link closes."""
    now = timezone.now()
    asked = _asked(request, pk, now)
    if asked is None:
        return link_closed(request)
    form = CheckInForm(request.POST if request.method == "POST" else None, initial=_answers_on_record(asked))
    if request.method == "POST" and form.is_valid():
        try:
            answer_check_in(check_in=asked, ratings=form.ratings, is_shared=form.cleaned_data["is_shared"], now=now)
        except CheckInClosed:
            return link_closed(request)
        nudge_judging(asked.session.engagement_id)
        return redirect("check_in", pk)
    engagement = asked.session.engagement
    context = {"check_in": asked, "session": asked.session, "coach": engagement.coach, "form": form}
    with timezone.override(zoneinfo.ZoneInfo(engagement.executive.time_zone)):
        return render(request, "trust/check_in.html", context)


def _asked(request, pk, now):
    if link_cookie(request, key=pk, purpose=PURPOSE) != str(pk):
        return None
    people = ("session__engagement__coach", "session__engagement__executive")
    return CheckIn.objects.open_at(now).filter(pk=pk).select_related(*people).first()


def _answers_on_record(asked):
    """What this link said before; for a new one, whether this executive shared with this coach last time."""
    answers = Reading.objects.of_executive(asked.session.engagement_id)
    own = answers.filter(session=asked.session).first()
    if own is not None:
        return {**rating_initial(own.ratings), "is_shared": own.is_shared}
    last = answers.order_by("-recorded_at", "pk").first()
    return {"is_shared": last is not None and last.is_shared}
