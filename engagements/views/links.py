"""Where a personal link arrives: the address is swapped for a short-lived cookie, and the page follows."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from engagements.access import ANYBODY, LINK, open_to
from engagements.actions.personal_links import LinkNotValid, find_link, link_by_key, send_links_to
from engagements.forms.links import AskForLinkForm
from engagements.limits import count_try
from engagements.link_cookies import link_cookie, put_link_cookie
from engagements.models import Purpose
from engagements.models.personal_link import VALID_DAYS

PAGES = {
    Purpose.MINE: "mine",
    Purpose.AGREEMENT: "agreement_by_link",
    Purpose.EXPERIMENTS: "experiments_by_link",
    Purpose.CHEMISTRY: "chemistry_by_link",
    Purpose.FOLLOW_UP: "follow_up_by_link",
    Purpose.REPORT: "report_by_link",
}
# Whoever guesses is slowed down; a right link opens whatever was tried before from the same address.
WRONG_TRIES, WINDOW_SECONDS = 30, 10 * 60
ASKED_TOGETHER = 20  # from one client address in a window; an office shares one


@require_safe
@open_to(LINK)
def personal_link(request, token):
    """Looking changes nothing: a mail scanner may open this as often as it likes, and can post nothing."""
    try:
        link = find_link(token=token, now=timezone.now())
    except LinkNotValid:
        return link_closed(request, is_guess=True)
    return swap(reverse(PAGES[link.purpose], args=[link.pk]), key=link.pk, purpose=link.purpose)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(ANYBODY)
def mine_ask(request):
    """An executive asks for a link to what is kept about them. The answer is the same for every address."""
    form = AskForLinkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if count_try(request, "ask", seconds=WINDOW_SECONDS) <= ASKED_TOGETHER:
            send_links_to(email=form.cleaned_data["email"], now=timezone.now())
        return render(request, "engagements/mine_asked.html", {"days": VALID_DAYS[Purpose.MINE]})
    return render(request, "engagements/mine_ask.html", {"form": form})


def swap(path, *, key, purpose):
    """The answer that leads from a link's address to its page, and names nothing on the way."""
    response = put_link_cookie(redirect(path), key=key, path=path, purpose=purpose)
    response["Referrer-Policy"] = "no-referrer"
    return response


def link_closed(request, *, is_guess=False):
    """The one answer for links that are unknown, expired, used or revoked, and where the cookie is gone."""
    response = render(request, "link_closed.html", status=404)
    if is_guess and count_try(request, "link", seconds=WINDOW_SECONDS) > WRONG_TRIES:
        response = render(request, "429.html", status=429)
        response["Retry-After"] = str(WINDOW_SECONDS)
    response["Referrer-Policy"] = "no-referrer"
    return response


def link_of(request, pk, purpose, now):
    """The link behind a page, by the cookie that its address was swapped for; raises LinkNotValid."""
    if link_cookie(request, key=pk, purpose=purpose) != str(pk):
        raise LinkNotValid
    return link_by_key(pk=pk, purpose=purpose, now=now)
