"""The agreement of an engagement: read, revise, note who accepted it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from engagements.access import COACH, MANAGER, open_to
from engagements.actions.agreements import AlreadyAccepted, Replaced, record_acceptance, revise_agreement
from engagements.forms.agreements import AcceptanceForm, AgreementForm
from engagements.forms.programs import DISCLOSURE_HELP
from engagements.models import DISCLOSURES, Engagement
from engagements.permissions import can_change_status, can_manage

FORM = ["GET", "HEAD", "POST"]


@require_safe
@open_to(COACH, MANAGER)
def agreement_detail(request, pk):
    """The current version, who accepted it, and the versions before it."""
    engagement, agreement = _current(request.user, pk)
    return render(request, "engagements/agreement_detail.html", _page(request, engagement, agreement))


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
    return render(request, "engagements/agreement_edit.html", context)


def _say_revised(request, before, revised):
    if revised.pk == before.pk:
        messages.info(request, "Nothing was changed.")
    else:
        messages.success(request, f"Version {revised.version} stands. Both sides have to accept it.")


@require_http_methods(FORM)
@open_to(COACH, MANAGER)
def agreement_accept(request, pk):
    """Notes that the executive or the sponsor accepted: by coach or manager."""
    engagement, agreement = _current(request.user, pk)
    if not can_change_status(request.user, engagement):
        raise PermissionDenied
    if agreement.is_accepted:
        messages.info(request, "Both sides have accepted this version.")
        return redirect("agreement_detail", engagement.pk)
    form = AcceptanceForm(request.POST or None, agreement=agreement)
    if request.method == "POST" and form.is_valid():
        _accept(request, agreement, form.cleaned_data)
        return redirect("agreement_detail", engagement.pk)
    context = {"title": "Record an acceptance", "engagement": engagement, "agreement": agreement, "form": form}
    return render(request, "engagements/agreement_accept.html", context)


def _accept(request, agreement, words):
    party, day = words["party"], words["accepted_on"]
    try:
        record_acceptance(agreement=agreement, party=party, accepted_on=day, by=request.user, now=timezone.now())
    except (AlreadyAccepted, Replaced) as error:
        messages.info(request, str(error))
    else:
        messages.success(request, f"Noted: accepted by the {party.lower()} on {day:%-d %B %Y}.")


def _current(user, pk):
    engagement = get_object_or_404(Engagement.objects.visible_to(user).with_people(), pk=pk)
    return engagement, get_object_or_404(engagement.agreements.current())


def _page(request, engagement, agreement):
    """What the page shows: ready lists and what may be done."""
    may_accept = can_change_status(request.user, engagement) and not agreement.is_accepted
    return {
        "title": "Agreement",
        "engagement": engagement,
        "agreement": agreement,
        "disclosures": _disclosures(agreement),
        "acceptances": _acceptances(agreement),
        "earlier": engagement.agreements.exclude(pk=agreement.pk).newest_first(),
        "may_revise": can_manage(request.user, engagement),
        "form": AcceptanceForm(None, agreement=agreement) if may_accept else None,
        "may_begin": agreement.is_accepted and engagement.status == "CONTRACTED",
    }


def _disclosures(agreement):
    """Each field of the schedule: words, and whether it is opened."""
    named = {name: str(agreement._meta.get_field(name).verbose_name) for name in DISCLOSURES}
    return [
        {"words": named[name], "help": DISCLOSURE_HELP[name], "is_open": getattr(agreement, name)}
        for name in DISCLOSURES
    ]


def _acceptances(agreement):
    return [
        ("Executive", agreement.executive_accepted_on, agreement.executive_recorded_by),
        ("Sponsor", agreement.sponsor_accepted_on, agreement.sponsor_recorded_by),
    ]
