"""Pages about an engagement, and the access ledger that says who got them.

A look is written once the page stands, so that a page that failed or was refused is no look; a ledger that cannot
be written is an error, and the page is not given. A form that comes back shows the page as well, and counts.
"""

from django.shortcuts import render
from django.utils import timezone

from engagements.actions.looks import note_engagement_look, note_list_look, note_own_list_look
from engagements.models import LookedAt
from engagements.permissions import can_read_content


def show(request, template, context, *, what=LookedAt.ENGAGEMENT):
    """A page about `context["engagement"]`, and the look at it."""
    response = render(request, template, context)
    if request.method != "HEAD":  # nothing was shown
        note_engagement_look(by=request.user, engagement=context["engagement"], now=timezone.now(), what=what)
    return response


def show_list(request, template, context, *, engagements):
    """A page that lists these engagements, and the look at it: own ones one by one, because a coach sees no others
    of the program; managed ones by their program.
    """
    response = render(request, template, context)
    if request.method == "HEAD":
        return response
    own = {engagement.pk for engagement in engagements if can_read_content(request.user, engagement)}
    if own:
        note_own_list_look(by=request.user, engagement_ids=own, now=timezone.now())
    _note_programs(request.user, {engagement.program_id for engagement in engagements if engagement.pk not in own})
    return response


def show_programs(request, template, context, *, program_ids):
    """A page that names executives of these programs to somebody who manages them, and the look at it."""
    response = render(request, template, context)
    if request.method != "HEAD":
        _note_programs(request.user, program_ids)
    return response


def _note_programs(user, program_ids):
    if program_ids:
        note_list_look(by=user, program_ids=program_ids, now=timezone.now())
