"""The second step in front of "What is kept about me": a code, mailed at that moment, opens it for half an hour.

These addresses hold no token, and the site's own referrer policy stays: with "no-referrer" browsers send forms
without their origin, and they would be refused.
"""

import logging
import zoneinfo
from functools import wraps

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from engagements.access import LINK, open_to
from engagements.actions.personal_links import (
    LinkNotValid,
    TooManyCodes,
    end_stay,
    is_code_waiting,
    pass_code,
    passed_code,
    send_code,
)
from engagements.limits import count_try
from engagements.link_cookies import link_cookie, put_link_cookie, take_link_cookie
from engagements.models import Purpose
from engagements.models.personal_link import CODE_MINUTES, STAY_MINUTES
from engagements.views.links import link_closed, link_of
from trust.forms.mine import CodeForm

log = logging.getLogger(__name__)

PURPOSE = Purpose.MINE
CODE = "CODE"  # names the cookie that says which code was passed
STAY_SECONDS = STAY_MINUTES * 60
# From one client address; an office shares one. The limits that count stand with the link itself.
WINDOW_SECONDS, MOST_TRIES = 10 * 60, 40

TOO_MANY = "Too many tries from here just now. Wait ten minutes, then go on."
NOT_THIS = "These are not the digits that were mailed last. Look at the newest mail, and try again."
NO_USE = "This code is no use any more: it was too old, or tried too often. Have a new one mailed."
NO_MAIL = "The mail could not be sent just now. Try again in a few minutes."
ENOUGH = "Several codes were mailed within an hour. Use the newest one, or wait a while before the next."


def behind_code(view):
    """A page behind link and code; gets the link and the moment. Dates are in the executive's zone."""

    @wraps(view)
    def opened(request, pk, **kwargs):
        now = timezone.now()
        try:
            link = link_of(request, pk, PURPOSE, now)
        except LinkNotValid:
            return link_closed(request)
        with timezone.override(zoneinfo.ZoneInfo(link.engagement.executive.time_zone)):
            return view(request, link, now, **kwargs) if _is_in(request, link, now) else _to_the_code(request, link)

    return opened


def _is_in(request, link, now):
    """Asked of the database each time: a stay that was ended is over, whatever a cookie says."""
    code = link_cookie(request, key=link.pk, purpose=CODE, seconds=STAY_SECONDS)
    return code is not None and passed_code(link=link, pk=code, now=now) is not None


def _to_the_code(request, link):
    """What was typed into a page whose half hour was over is not lost: it stands on the page that asks for the code."""
    words = request.POST.get("words", "") if request.method == "POST" else ""
    if not words.strip():
        return redirect("mine_code", link.pk)
    words = words.encode(errors="replace").decode()
    return render(request, "trust/mine_code.html", _page(link, CodeForm(), timezone.now()) | {"typed": words})


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@open_to(LINK)
def mine_code(request, pk):
    """Two buttons: mail me a code, and go on with it. Looking changes nothing."""
    now = timezone.now()
    try:
        link = link_of(request, pk, PURPOSE, now)
    except LinkNotValid:
        return link_closed(request)
    if request.method == "POST" and count_try(request, "code", seconds=WINDOW_SECONDS) > MOST_TRIES:
        messages.error(request, TOO_MANY)
        return redirect("mine_code", pk)
    if request.method == "POST" and "code" not in request.POST:
        return _mail(request, link, now)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        code = pass_code(link=link, typed=form.cleaned_data["code"], now=now)
        if code is not None:
            return _in(link, code)
        form.add_error("code", NOT_THIS if is_code_waiting(link=link, now=now) else NO_USE)
    return render(request, "trust/mine_code.html", _page(link, form, now))


def _page(link, form, now):
    return {
        "link": link,
        "form": form,
        "is_sent": is_code_waiting(link=link, now=now),
        "minutes": CODE_MINUTES,
        "stay": STAY_MINUTES,
    }


def _mail(request, link, now):
    try:
        send_code(link=link, now=now)
    except TooManyCodes:
        messages.error(request, ENOUGH)
    except OSError as error:
        log.warning("A code could not be mailed (%s).", type(error).__name__)
        messages.error(request, NO_MAIL)
    return redirect("mine_code", link.pk)


def _in(link, code):
    """The stay begins: the cookie of the link anew, and one that names the code."""
    path = reverse("mine", args=[link.pk])
    response = redirect(path)
    put_link_cookie(response, key=link.pk, path=path, purpose=PURPOSE)
    put_link_cookie(response, key=link.pk, path=path, purpose=CODE, value=code.pk, seconds=STAY_SECONDS)
    return response


@require_POST
@open_to(LINK)
@behind_code
def mine_close(request, link, now):
    """Ends the stay and takes the cookies away: the next person at this screen sees nothing."""
    end_stay(link=link, now=now)
    response = render(request, "trust/mine_closed.html")
    for purpose in (PURPOSE, CODE):
        take_link_cookie(response, key=link.pk, path=reverse("mine", args=[link.pk]), purpose=purpose)
    response["Clear-Site-Data"] = '"cache"'
    return response
