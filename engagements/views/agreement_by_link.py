"""The executive's page behind an agreement link: read what was agreed, and accept it with one button."""

import zoneinfo

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from engagements.access import LINK, open_to
from engagements.actions.agreements import accept_by_link, agreement_behind
from engagements.actions.personal_links import LinkNotValid
from engagements.models import Purpose
from engagements.views.agreement_words import disclosures
from engagements.views.links import link_closed, link_of


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(LINK)
def agreement_by_link(request, pk):
    """Reading changes nothing; the button accepts, today where the executive is. A replaced version is closed."""
    now = timezone.now()
    try:
        link = link_of(request, pk, Purpose.AGREEMENT, now)
        if request.method == "POST":
            accept_by_link(link=link, now=now)
            return redirect("agreement_by_link", pk)
        agreement = agreement_behind(link)
    except LinkNotValid:
        return link_closed(request)
    with timezone.override(zoneinfo.ZoneInfo(link.engagement.executive.time_zone)):
        return render(request, "engagements/agreement_by_link.html", _page(link.engagement, agreement))


def _page(engagement, agreement):
    return {
        "agreement": agreement,
        "executive": engagement.executive,
        "coach": engagement.coach,
        "sponsor": engagement.program.organization,
        "program": engagement.program,
        "opened": [item for item in disclosures(agreement) if item["is_open"]],
        "closed": [item for item in disclosures(agreement) if not item["is_open"]],
        "is_changed": agreement.version > 1,
    }
