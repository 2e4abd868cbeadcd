"""The portfolio as a file: exactly the rows, order and columns that are seen, all pages of them."""

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from coaching.exports.sheet import as_csv, as_xlsx
from coaching.forms.portfolio import COLUMNS, PortfolioFilter
from coaching.keyset import everything
from coaching.views.portfolio import STATUS_LABELS, told_of
from coaching.views.portfolio_rows import as_of_now, flags_of, standings, stretches
from engagements.access import MANAGER, open_to
from engagements.actions.looks import note_look
from engagements.limits import count_use
from engagements.models import LookedAt, LookRole, LookSubject

DOWNLOADS, WINDOW_SECONDS = 30, 10 * 60  # making a file costs work
AT_A_TIME = 1000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {"csv": ("text/csv; charset=utf-8", as_csv), "xlsx": (XLSX, as_xlsx)}
# Headings of what stands in one cell on the page and in several in a file.
SEVERAL = {
    "executive": ["Executive"],
    "left": ["Sessions agreed", "Sessions held", "Sessions booked", "Sessions left"],
    "flag": ["Flags", "No response yet"],
}


@require_safe
@open_to(MANAGER)
def portfolio_export(request, format):
    """Written while it is sent: no file of 100,000 rows is held in memory. Dates are in the viewer's zone."""
    if format not in FORMATS:
        raise Http404
    user, now = request.user, timezone.now()
    if count_use("portfolio", user.pk, seconds=WINDOW_SECONDS, now=now)[0] > DOWNLOADS:
        messages.error(request, "Many files were made just now. Wait ten minutes, then try again.")
        query = request.GET.urlencode()
        return redirect(f"{reverse('portfolio')}?{query}" if query else "portfolio")
    chosen = PortfolioFilter(request.GET, user=user)
    content_type, written = FORMATS[format]
    head = [heading for name in chosen.columns for heading in SEVERAL.get(name, [COLUMNS[name]])]
    if request.method == "HEAD":
        return HttpResponse(content_type=content_type)
    _note(user, chosen, now)
    zone = timezone.get_current_timezone()  # the middleware has let go of it when the rows are written
    response = StreamingHttpResponse(written(head, _rows(user, chosen, now, zone)), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="portfolio.{format}"'
    return response


def _note(user, chosen, now):
    """The ledger names each program of which rows leave the house, before they do."""
    programs = standings(user, chosen).order_by("program_id").values_list("program_id", flat=True).distinct()
    terms = {"role": LookRole.MANAGER, "what": LookedAt.EXPORT, "subject_type": LookSubject.PROGRAM}
    if found := list(programs):
        note_look(by=user, subject_ids=found, now=now, **terms)


def _rows(user, chosen, now, zone):
    for some in everything(stretches(user, chosen), AT_A_TIME):
        rows = as_of_now(user, [row for _, row in some], now)
        flags = flags_of(user, [row["row_key"] for row in rows]) if "flag" in chosen.columns else {}
        for row in rows:
            with timezone.override(zone):
                yield _cells(row, flags.get(row["row_key"], []), chosen.columns, now)


def _cells(row, flags, columns, now):
    told = [told_of(flag, now) for flag in flags]
    cells = {
        "executive": [row["row_executive"]],
        "coach": [row["row_coach"]],
        "program": [row["row_program"]],
        "status": [STATUS_LABELS[row["row_status"]]],
        "left": [row["row_budget"], row["row_held"], row["row_booked"], row["row_left"]],
        "last": [_day(row["row_last"])],
        "next": [_day(row["row_next"])],
        "flag": [
            "; ".join(f"{flag['label']} {flag['age']}" for flag in told),
            "; ".join(str(flag["label"]) for flag in told if not flag["is_answered"]),
        ],
    }
    return [cell for name in columns for cell in cells[name]]


def _day(moment):
    return timezone.localdate(moment) if moment else None
