"""The agreement of an engagement: read, revise, send to the executive, note that the sponsor accepted."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from engagements.access import COACH, MANAGER, open_to
from engagements.actions.agreements import (
    AlreadyAccepted,
    NotSent,
    Replaced,
    last_asked_at,
    record_acceptance,
    revise_agreement,
    send_agreement,
)
from engagements.forms.agreements import AcceptanceForm, AgreementForm
from engagements.models import Engagement, LookedAt, Party
from engagements.permissions import can_change_status, can_manage, can_read_content
from engagements.views.agreement_words import disclosures
from engagements.views.drafts import saves_in_place
from engagements.views.showing import show

FORM = ["GET", "HEAD", "POST"]


@require_safe
@open_to(COACH, MANAGER)
def agreement_detail(request, pk):
    """The current version, who accepted it, and the versions before it."""
    engagement, agreement = _current(request.user, pk)
    context = _page(request, engagement, agreement)
    return show(request, "engagements/agreement_detail.html", context, what=LookedAt.AGREEMENT)


@saves_in_place
@require_http_methods(FORM)
@open_to(COACH, MANAGER)
def agreement_edit(request, pk):
    """A new version, by a manager of the program."""
    engagement, agreement = _current(request.user, pk)
    if not can_manage(request.user, engagement):
        raise PermissionDenied
    form = AgreementForm(request.POST or None, agreement=agreement)
    if request.method == "POST" and form.is_valid():
        try:
            revised = revise_agreement(agreement=agreement, by=request.user, now=timezone.now(), **form.terms)
        except Replaced as error:
            messages.error(request, str(error))
        else:
            _say_revised(request, agreement, revised)
        return redirect("agreement_detail", engagement.pk)
    context = {"title": "Revise the agreement", "engagement": engagement, "agreement": agreement, "form": form}
    return show(request, "engagements/agreement_edit.html", context, what=LookedAt.AGREEMENT)


def _say_revised(request, before, revised):
    if revised.pk == before.pk:
        messages.info(request, "Nothing was changed.")
        return
    asked = f" {revised.engagement.executive} is asked by mail." if last_asked_at(revised) else ""
    messages.success(request, f"Version {revised.version} stands. Both sides have to accept it.{asked}")


@require_POST
@open_to(COACH, MANAGER)
def agreement_send(request, pk):
    """Mails the executive a link to read and accept the current version."""
    engagement, _ = _current(request.user, pk)
    if not can_change_status(request.user, engagement):
        raise PermissionDenied
    try:
        send_agreement(engagement=engagement, by=request.user, now=timezone.now())
    except NotSent as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, f"On its way to {engagement.executive}: a letter with the agreement to accept.")
    return redirect("agreement_detail", engagement.pk)


@require_http_methods(FORM)
@open_to(COACH, MANAGER)
def agreement_accept(request, pk):
    """Notes that the sponsor accepted: by coach or manager."""
    engagement, agreement = _current(request.user, pk)
    if not can_change_status(request.user, engagement):
        raise PermissionDenied
    if agreement.sponsor_accepted_on is not None:
        messages.info(request, "The sponsor has accepted this version.")
        return redirect("agreement_detail", engagement.pk)
    form = AcceptanceForm(request.POST or None, agreement=agreement)
    if request.method == "POST" and form.is_valid():
        _accept(request, agreement, form.cleaned_data["accepted_on"])
        return redirect("agreement_detail", engagement.pk)
    context = {"title": "The sponsor accepted", "engagement": engagement, "agreement": agreement, "form": form}
    return show(request, "engagements/agreement_accept.html", context, what=LookedAt.AGREEMENT)


def _accept(request, agreement, day):
    terms = {"party": Party.SPONSOR, "accepted_on": day, "by": request.user, "now": timezone.now()}
    try:
        record_acceptance(agreement=agreement, **terms)
    except (AlreadyAccepted, Replaced) as error:
        messages.info(request, str(error))
    else:
        messages.success(request, f"Noted: accepted by the sponsor on {day:%-d %B %Y}.")


def _current(user, pk):
    engagement = get_object_or_404(Engagement.objects.visible_to(user).with_people(), pk=pk)
    people = ("executive_recorded_by", "sponsor_recorded_by")
    return engagement, get_object_or_404(engagement.agreements.current().select_related(*people))


def _page(request, engagement, agreement):
    """What the page shows: ready lists and what may be done."""
    may_act = can_change_status(request.user, engagement)
    lacks_executive = agreement.executive_accepted_on is None
    return {
        "title": "Agreement",
        "engagement": engagement,
        "agreement": agreement,
        "disclosures": disclosures(agreement),
        "asked_at": last_asked_at(agreement) if lacks_executive else None,
        "may_send": may_act and lacks_executive and engagement.is_open,
        "earlier": engagement.agreements.exclude(pk=agreement.pk).newest_first(),
        "may_revise": can_manage(request.user, engagement),
        "form": AcceptanceForm(None, agreement=agreement) if may_act and not agreement.sponsor_accepted_on else None,
        "may_begin": agreement.is_accepted and engagement.status == "CONTRACTED",
        "is_confided": can_read_content(request.user, engagement),
    }
