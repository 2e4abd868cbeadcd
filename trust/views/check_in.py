"""The executive's page behind a check-in link: no account, no navigation, one link and one session."""

import zoneinfo

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from trust.actions.check_ins import CheckInClosed, answer_check_in
from trust.forms.check_in import CheckInForm
from trust.forms.ratings import rating_initial
from trust.instrument import Voice
from trust.models import CheckIn, Reading
from trust.nudges import nudge_judging


# The link is the only key, no cookie has a say: there is nothing that another site could borrow. And with
# "no-referrer" a browser sends no origin that a forgery check could read.
@csrf_exempt
@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request, token):
    """Five taps and Send. Looking changes nothing; unknown, closed and withdrawn links look the same."""
    response = _answer(request, token, timezone.now())
    response["Referrer-Policy"] = "no-referrer"
    return response


def _answer(request, token, now):
    asked = _open_check_in(token, now)
    if asked is None:
        return _closed(request)
    form = CheckInForm(request.POST if request.method == "POST" else None, initial=_answers_on_record(asked))
    if request.method == "POST" and form.is_valid():
        try:
            answer_check_in(token=token, ratings=form.ratings, is_shared=form.cleaned_data["is_shared"], now=now)
        except CheckInClosed:
            return _closed(request)
        nudge_judging(asked.session.engagement_id)
        return redirect("check_in", token)
    engagement = asked.session.engagement
    context = {"check_in": asked, "session": asked.session, "coach": engagement.coach, "form": form}
    with timezone.override(zoneinfo.ZoneInfo(engagement.executive.time_zone)):
        return render(request, "trust/check_in.html", context)


def _closed(request):
    return render(request, "trust/check_in_closed.html", status=404)


def _open_check_in(token, now):
    people = ("session__engagement__coach", "session__engagement__executive")
    return CheckIn.objects.open_at(now).with_token(token).select_related(*people).first()


def _answers_on_record(asked):
    """What this link said before; for a new one, whether this executive shared with this coach last time."""
    answers = Reading.objects.filter(voice=Voice.EXECUTIVE, session__engagement_id=asked.session.engagement_id)
    own = answers.filter(session=asked.session).first()
    if own is not None:
        return {**rating_initial(own.ratings), "is_shared": own.is_shared}
    last = answers.order_by("-recorded_at", "pk").first()
    return {"is_shared": last is not None and last.is_shared}
