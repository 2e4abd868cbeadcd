"""Pages about an engagement, and the access ledger that says who got them.

A look is written once the page stands, so that a page that failed or was refused is no look; a ledger that cannot
be written is an error, and the page is not given. A form that comes back shows the page as well, and counts.
"""

from django.shortcuts import render
from django.utils import timezone

from engagements.actions.looks import note_engagement_look, note_engagements_look, note_list_look
from engagements.models import ImportKind, LookedAt, LookRole
from engagements.permissions import can_read_content, is_administrator


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
        terms = {"role": LookRole.COACH, "what": LookedAt.LIST, "engagement_ids": own}
        note_engagements_look(by=request.user, now=timezone.now(), **terms)
    _note_programs(request.user, {engagement.program_id for engagement in engagements if engagement.pk not in own})
    return response


def show_programs(request, template, context, *, program_ids):
    """A page that names executives of these programs to somebody who manages them, and the look at it."""
    response = render(request, template, context)
    if request.method != "HEAD":
        _note_programs(request.user, program_ids)
    return response


def note_import_look(request, kind, engagement_ids, *, what=LookedAt.LIST):
    """Whoever brings a file learns what is on record of the engagements in it: own ones, or a roster's."""
    found = {key for key in engagement_ids if key}
    if not found or request.method == "HEAD":
        return
    role = LookRole.COACH
    if kind == ImportKind.ROSTER:
        role = LookRole.ADMINISTRATOR if is_administrator(request.user) else LookRole.MANAGER
    note_engagements_look(by=request.user, role=role, what=what, engagement_ids=found, now=timezone.now())


def _note_programs(user, program_ids):
    if program_ids:
        note_list_look(by=user, program_ids=program_ids, now=timezone.now())
