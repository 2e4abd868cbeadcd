"""What a coach takes away of their hours: the log as a file, and the letter an employer signs."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from engagements.access import COACH, open_to
from engagements.actions.hours import engagements_in_log, letter_figures, log_of, training_of
from engagements.actions.looks import note_engagements_look
from engagements.exports.hours import hours_csv, hours_pdf, hours_xlsx, letter_of, letter_pdf
from engagements.forms.hours import LetterForm
from engagements.limits import count_use
from engagements.models import LookedAt, LookRole

DOWNLOADS, WINDOW_SECONDS = 30, 10 * 60  # making a file costs work
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX, "pdf": "application/pdf"}
NOT_INTERNAL = "The letter is for coaches employed by the organization whose people they coach. Say here if you are."


@require_safe
@open_to(COACH)
def coaching_hours_export(request, format):
    """The log as a file, made at this moment. Names only of clients who agreed."""
    if format not in FORMATS:
        raise Http404
    if training_of(request.user) is None:
        messages.info(request, "Say first from when your hours count.")
        return redirect("hours_terms")
    if _is_too_many(request):
        return redirect("coaching_hours")
    content = _make(format, request.user)
    _note(request, engagements_in_log(request.user))
    return _file(content, FORMATS[format], f"coaching-hours.{format}")


def _make(format, coach):
    log = log_of(coach)
    if format == "csv":
        return hours_csv(log)
    if format == "xlsx":
        return hours_xlsx(log)
    return hours_pdf(log, coach=coach.name, since=training_of(coach), made_on=timezone.localdate())


@require_safe
@open_to(COACH)
def hours_letter(request):
    """The letter on a page that prints; the period comes with the address."""
    if not request.user.coach_profile.is_internal:
        return _to_terms(request)
    form = _letter_form(request)
    context = {"title": "Letter for your employer", "form": form, "query": request.GET.urlencode()}
    if form.is_valid():
        context["letter"] = _letter(request.user, form)
        _note_letter(request, form)
    return render(request, "engagements/hours_letter.html", context)


@require_safe
@open_to(COACH)
def hours_letter_pdf(request):
    """The same letter as a file."""
    if not request.user.coach_profile.is_internal:
        return _to_terms(request)
    form = _letter_form(request)
    if not form.is_valid() or _is_too_many(request):
        return redirect("hours_letter")
    content = letter_pdf(_letter(request.user, form))
    _note_letter(request, form)
    return _file(content, FORMATS["pdf"], "coaching-hours-letter.pdf")


def _to_terms(request):
    messages.info(request, NOT_INTERNAL)
    return redirect("hours_terms")


def _letter_form(request):
    coached = engagements_in_log(request.user)
    organizations = {one.program.organization_id: one.program.organization for one in coached}
    asked = {"since", "until", "organization"} & set(request.GET)
    today = timezone.localdate()
    initial = {"since": training_of(request.user) or date(today.year, 1, 1), "until": today}
    given = {"organizations": organizations.values(), "training_began_on": training_of(request.user)}
    return LetterForm(request.GET if asked else None, initial=initial, **given)


def _letter(coach, form):
    said = form.cleaned_data
    figures = letter_figures(coach, **said)
    since = max(said["since"], training_of(coach))
    names = {"coach": coach.name, "organization": said["organization"].name}
    return letter_of(**names, since=since, until=said["until"], figures=figures, made_on=timezone.localdate())


def _note_letter(request, form):
    organization = form.cleaned_data["organization"].pk
    told = [one for one in engagements_in_log(request.user) if one.program.organization_id == organization]
    _note(request, told)


def _note(request, engagements):
    if request.method == "HEAD" or not engagements:
        return
    terms = {"role": LookRole.COACH, "what": LookedAt.EXPORT, "engagement_ids": {one.pk for one in engagements}}
    note_engagements_look(by=request.user, now=timezone.now(), **terms)


def _is_too_many(request):
    if count_use("hours", request.user.pk, seconds=WINDOW_SECONDS, now=timezone.now())[0] <= DOWNLOADS:
        return False
    messages.error(request, "Many files were made just now. Wait ten minutes, then try again.")
    return True


def _file(content, content_type, name):
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
