"""What is kept about me: the executive's pages behind a personal link and a code."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from engagements.access import LINK, open_to
from engagements.actions.looks import note_look
from engagements.limits import count_try
from engagements.models import LookedAt, LookRole, LookSubject
from engagements.models.personal_link import STAY_MINUTES
from trust.actions.own_page import engagement_of, manager_who_sees, other_managers
from trust.actions.own_record import own_record
from trust.exports import as_json, as_pdf
from trust.views.manager_page import manager_page
from trust.views.mine_door import behind_code

SESSIONS_SHOWN, LOOKS_SHOWN = 6, 8  # before the rest folds away
DOWNLOADS, WINDOW_SECONDS = 20, 10 * 60  # making a PDF costs work
HOURS_TERMS = "name, address, dates and hours, for whoever grants a credential to your coach"
SUPERVISION_TERMS = "to the colleague who looks at your coach's work, without names and dates"
FORMATS = {"json": (as_json, "application/json"), "pdf": (as_pdf, "application/pdf")}


@require_safe
@open_to(LINK)
@behind_code
def mine(request, link, now):
    """Everything of the executive's, who looked at it, what the company sees, and what can be asked for."""
    engagement = engagement_of(link, now)
    record = own_record(engagement, now)
    return render(request, "trust/mine.html", {"link": link, "engagement": engagement, **_page(record)})


def _page(record):
    """The record, cut where a phone would scroll for long."""
    looks, sessions = record["looks"], record["sessions"]
    return {
        "kept": record,
        "agreement": record["agreement_versions"][0] if record["agreement_versions"] else None,
        "earlier_agreements": record["agreement_versions"][1:],
        "sessions": sessions[:SESSIONS_SHOWN],
        "more_sessions": sessions[SESSIONS_SHOWN:],
        "looks": looks[:LOOKS_SHOWN],
        "more_looks": looks[LOOKS_SHOWN:],
        "summaries": [one for one in sessions if one["shared_summary"]],
        "has_open_opinions": any(one["is_open"] and one["kind"] == "EXPORT" for one in record["requests"]),
        "has_open_erasure": any(one["is_open"] and one["kind"] == "ERASURE" for one in record["requests"]),
        "has_open_objection": any(one["is_open"] and one["kind"] == "OBJECTION" for one in record["requests"]),
        "consents": _consents(record),
        "stay": STAY_MINUTES,
    }


def _consents(record):
    """What the executive may agree to: [(what, label, since, terms)]. Erased, there is nothing left to show."""
    choices, is_erased = record["choices"], record["engagement"]["content_erased_at"]
    hours = ("hours", "Named in my coach's log of hours", choices["hours_consented_at"], HOURS_TERMS)
    shown = ("supervision", "Shown in supervision", choices["supervision_consented_at"], SUPERVISION_TERMS)
    return [hours] if is_erased else [hours, shown]


@require_safe
@open_to(LINK)
@behind_code
def mine_managers_view(request, link, now):
    """The program manager's page about this engagement, made by the same code for one of them."""
    engagement = engagement_of(link, now)
    manager = manager_who_sees(engagement)
    context = {
        "link": link,
        "engagement": engagement,
        "manager": manager,
        "others": other_managers(engagement, manager),
    }
    if manager is not None:
        with timezone.override(manager.time_zone):
            return render(request, "trust/mine_managers_view.html", context | manager_page(engagement, manager, now))
    return render(request, "trust/mine_managers_view.html", context)


@require_safe
@open_to(LINK)
@behind_code
def mine_export(request, link, now, format):
    """The record as a file, made at this moment. No name of a person in the name of the file."""
    if format not in FORMATS:
        raise Http404
    if count_try(request, "export", seconds=WINDOW_SECONDS) > DOWNLOADS:
        messages.error(request, "Many files were made just now. Wait ten minutes, then try again.")
        return redirect("mine", link.pk)
    engagement = engagement_of(link, now)
    if request.method == "GET":
        looked_at = {"subject_type": LookSubject.ENGAGEMENT, "subject_ids": [engagement.pk]}
        note_look(by=None, role=LookRole.EXECUTIVE, what=LookedAt.EXPORT, now=now, **looked_at)
    make, content_type = FORMATS[format]
    response = HttpResponse(make(own_record(engagement, now)), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="what-is-kept-about-me.{format}"'
    return response
