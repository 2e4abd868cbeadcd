"""The coach's private calendar address: make, renew, revoke; and what it answers to a calendar application."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from engagements.access import COACH, LINK, open_to
from engagements.actions.calendar_feed import FeedClosed, calendar_of, feed_behind, renew_feed, revoke_feed, token_of
from engagements.models import CalendarFeed
from engagements.views.links import link_closed


@require_safe
@open_to(COACH)
def calendar(request):
    """Shows the address to its owner."""
    feed = CalendarFeed.objects.open_for(request.user).first()
    address = settings.SITE_URL + reverse("calendar_feed", args=[token_of(feed)]) if feed else ""
    return render(request, "engagements/calendar.html", {"title": "Calendar", "feed": feed, "address": address})


@require_POST
@open_to(COACH)
def calendar_renew(request):
    """A fresh address; the one before ends."""
    renew_feed(user=request.user, now=timezone.now())
    messages.success(request, "The address is ready. Whoever has it sees when you work: give it to your calendar only.")
    return redirect("calendar")


@require_POST
@open_to(COACH)
def calendar_revoke(request):
    """No address any more."""
    revoke_feed(user=request.user, now=timezone.now())
    messages.success(request, "The address is closed. Your calendar stops following.")
    return redirect("calendar")


@require_safe
@open_to(LINK)
def calendar_feed(request, token):
    """What a calendar application gets."""
    try:
        feed = feed_behind(token=token)
    except FeedClosed:
        return link_closed(request, is_guess=True)
    response = HttpResponse(calendar_of(feed.user, now=timezone.now()), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="sessions.ics"'
    response["Referrer-Policy"] = "no-referrer"
    return response
