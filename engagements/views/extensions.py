"""More sessions, or a later end: the coach asks, a manager of the program decides or gives unasked."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from engagements.access import COACH, MANAGER, open_to
from engagements.actions.extensions import (
    AskedBefore,
    ChangedSince,
    Decided,
    NotExtendable,
    approve_request,
    ask_for_more,
    decline_request,
    give_more,
    withdraw_request,
)
from engagements.actions.pool import BeyondPool, pool_of
from engagements.forms.acting import AskForMoreForm, GiveMoreForm, MoreForm
from engagements.forms.seen import seen_value
from engagements.models import Engagement, Extension
from engagements.permissions import can_manage, can_read_content
from engagements.views.showing import show, show_list

FORM = ["GET", "HEAD", "POST"]
GIVEN, DECLINED = "Given.", "Declined."
MAILED = "The coach gets a mail."
CHANGED = "Nothing more was given: this page was older than the last change. Above is what is agreed now."
ROWS_PER_PAGE = 50


@require_http_methods(FORM)
@open_to(COACH, MANAGER)
def extension_ask(request, pk):
    """By the coach of the engagement; what waits already can be taken back."""
    engagement = _visible(request.user, pk)
    if not can_read_content(request.user, engagement):
        raise PermissionDenied
    form = AskForMoreForm(request.POST or None, engagement=engagement)
    if request.method == "POST" and form.is_valid():
        try:
            ask_for_more(engagement=engagement, by=request.user, now=timezone.now(), **form.cleaned_data)
        except (AskedBefore, NotExtendable) as error:
            form.add_error("sessions", str(error))
        else:
            messages.success(request, "Asked. You get a mail when it is decided.")
            return redirect("engagement_detail", engagement.pk)
    waiting = Extension.objects.visible_to(request.user).open().filter(engagement=engagement).first()
    context = {"title": "Ask for more sessions", "engagement": engagement, "form": form, "waiting": waiting}
    return show(request, "engagements/extension_ask.html", context)


@require_POST
@open_to(COACH, MANAGER)
def extension_withdraw(request, pk):
    """The coach takes it back."""
    extension = _extension(request.user, pk)
    if not can_read_content(request.user, extension.engagement):
        raise PermissionDenied
    try:
        withdraw_request(extension=extension, by=request.user, now=timezone.now())
    except Decided as error:
        messages.info(request, str(error))
    else:
        messages.success(request, "Taken back.")
    return redirect("engagement_detail", extension.engagement_id)


@require_http_methods(FORM)
@open_to(COACH, MANAGER)
def extension_give(request, pk):
    """By a manager of the program, unasked: in force at once. Pressed twice it is given once."""
    now, engagement = timezone.now(), _visible(request.user, pk)
    if not can_manage(request.user, engagement):
        raise PermissionDenied
    form = GiveMoreForm(request.POST or None, engagement=engagement, initial={"seen": seen_value(now)})
    if request.method == "POST" and form.is_valid():
        try:
            _give(request, engagement, form)
        except ChangedSince:
            form.add_error("sessions", CHANGED)
        except (BeyondPool, NotExtendable) as error:
            form.add_error("sessions", str(error))
        else:
            messages.success(request, _words(GIVEN, request, engagement))
            return redirect("engagement_detail", engagement.pk)
    if form.is_bound:
        form.data = form.data.copy()
        form.data["seen"] = seen_value(now)  # what is shown now is what the next press rests on
    context = {
        "title": "More sessions",
        "engagement": engagement,
        "form": form,
        "pool": pool_of(engagement.program),
        "is_mailed": _is_mailed(request, engagement),
    }
    return show(request, "engagements/extension_give.html", context)


def _give(request, engagement, form):
    more = {name: form.cleaned_data[name] for name in ("sessions", "ends_on")}
    seen_at = form.cleaned_data["seen"]
    give_more(engagement=engagement, seen_at=seen_at, by=request.user, now=timezone.now(), **more)


@require_http_methods(FORM)
@open_to(COACH, MANAGER)
def extension_decide(request, pk):
    """A request of the coach: approve it as it is or changed, or decline it."""
    extension = _extension(request.user, pk)
    engagement = extension.engagement
    if not can_manage(request.user, engagement):
        raise PermissionDenied
    if request.method == "POST" and "decline" in request.POST:
        return _decided(request, engagement, lambda: _decline(request, extension), DECLINED)
    initial = {"sessions": extension.sessions_asked, "ends_on": extension.ends_on_asked}
    form = MoreForm(request.POST or None, engagement=engagement, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            return _decided(request, engagement, lambda: _approve(request, extension, form), GIVEN)
        except (BeyondPool, NotExtendable) as error:
            form.add_error("sessions", str(error))
    context = {
        "title": "Request for more sessions",
        "engagement": engagement,
        "extension": extension,
        "is_open": extension.is_open,
        "form": form,
        "pool": pool_of(engagement.program),
    }
    return show(request, "engagements/extension_decide.html", context)


def _approve(request, extension, form):
    approve_request(extension=extension, by=request.user, now=timezone.now(), **form.cleaned_data)


def _decline(request, extension):
    decline_request(extension=extension, by=request.user, now=timezone.now())


def _decided(request, engagement, decide, words):
    try:
        decide()
    except Decided as error:
        messages.info(request, str(error))
    else:
        messages.success(request, _words(words, request, engagement))
    return redirect("engagement_detail", engagement.pk)


def _words(words, request, engagement):
    return f"{words} {MAILED}" if _is_mailed(request, engagement) else words


def _is_mailed(request, engagement):
    """Nobody is mailed what they decided themselves."""
    return request.user.pk != engagement.coach_id


@require_safe
@open_to(MANAGER)
def extension_list(request):
    """Requests that wait for a decision, the oldest first."""
    rows = Extension.objects.managed_by(request.user).open().oldest_first()
    rows = rows.select_related("engagement__executive", "engagement__coach", "engagement__program")
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": "Requests for more sessions",
        "page": page,
        "rows": list(page),
        "previous_url": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "next_url": f"?page={page.next_page_number()}" if page.has_next() else "",
        "summary": f"{page.start_index()} to {page.end_index()} of {page.paginator.count}",
    }
    engagements = [row.engagement for row in page]
    return show_list(request, "engagements/extension_list.html", context, engagements=engagements)


def _visible(user, pk):
    return get_object_or_404(Engagement.objects.visible_to(user).with_people(), pk=pk)


def _extension(user, pk):
    rows = Extension.objects.visible_to(user)
    people = ("engagement__executive", "engagement__coach", "engagement__program__organization", "asked_by")
    return get_object_or_404(rows.select_related(*people), pk=pk)
