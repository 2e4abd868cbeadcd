"""Requests of executives about what is kept: asked by link, answered by people, each with a clock.

Nothing is given out, put right or erased because time has passed: a request that is overdue is shown as overdue.
"""

import zoneinfo
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse

from engagements.actions.audit import record
from engagements.actions.letters import owe_letter
from engagements.actions.personal_links import make_link
from engagements.actions.texts import write_text
from engagements.models import (
    DataRequest,
    Engagement,
    ExportItem,
    ItemDecision,
    Letter,
    LetterStatus,
    Purpose,
    RequestKind,
    RequestStatus,
    TextKind,
)
from engagements.models.data_request import ANSWER_DAYS
from trust.actions.erasing import erase_engagement_content
from trust.actions.opinions import opinions_about

REMINDED_BEFORE = timedelta(days=7)
MOST_CORRECTIONS = 20  # open at once; a person writes fewer, a script more


class AlreadyAsked(Exception):
    """A request of this kind is open already."""


class NothingToAskFor(Exception):
    """There is no opinion that could be given out."""


class RequestClosed(Exception):
    """It was answered or taken back in the meantime."""


class GivenOut(Exception):
    """What was given out cannot be held back any more."""


# --- asking -------------------------------------------------------------------------------------


@transaction.atomic
def ask_for_opinions(*, engagement, now):
    """One item per opinion that is kept now, for the coach to decide on. Raises AlreadyAsked, NothingToAskFor."""
    engagement = _locked(engagement)
    opinions = opinions_about(engagement) if engagement.content_erased_at is None else []
    if not opinions:
        raise NothingToAskFor
    request = _open(engagement, RequestKind.EXPORT, now)
    items = [ExportItem(request=request, kind=one.kind, subject_id=one.subject_id) for one in opinions]
    ExportItem.objects.bulk_create(items)
    return request


@transaction.atomic
def make_request(*, engagement, kind, now, words=""):
    """A correction, an objection or an erasure, in the executive's words, sealed. Raises AlreadyAsked."""
    request = _open(_locked(engagement), kind, now)
    _write(request, TextKind.REQUEST, words, None, now)
    return request


def _open(engagement, kind, now):
    same = DataRequest.objects.filter(engagement=engagement, kind=kind).open()
    if same.count() >= (MOST_CORRECTIONS if kind == RequestKind.CORRECTION else 1):
        raise AlreadyAsked
    zone = zoneinfo.ZoneInfo(engagement.program.time_zone)
    due_on = now.astimezone(zone).date() + timedelta(days=ANSWER_DAYS)
    try:
        with transaction.atomic():
            request = DataRequest.objects.create(engagement=engagement, kind=kind, asked_at=now, due_on=due_on)
    except IntegrityError as error:
        raise AlreadyAsked from error
    record(by=None, verb="request.made", subject=request, engagement=engagement, now=now, detail={"kind": str(kind)})
    for person in answering(request):
        _tell(request, person, now)
    return request


def answering(request):
    """The people who answer it: the coach; for erasing the managers of the program, and the coach learns of it."""
    people = [request.engagement.coach]
    if request.kind == RequestKind.ERASURE:
        managers = request.engagement.program.managers.filter(removed_at__isnull=True, user__is_active=True)
        people += [membership.user for membership in managers.select_related("user").order_by("user__name", "pk")]
    return list(dict.fromkeys(people))


def _tell(request, person, now):
    letter = {"to_user": person, "engagement": request.engagement, "path": reverse("data_request", args=[request.pk])}
    owe_letter(kind="request_asked", key=f"request:{request.pk}:{person.pk}", now=now, **letter)
    reminded_at = now + timedelta(days=ANSWER_DAYS) - REMINDED_BEFORE
    key = f"{_reminder(request)}{person.pk}"
    owe_letter(kind="request_reminder", key=key, now=now, send_after=reminded_at, **letter)


def _reminder(request):
    return f"reminder:{request.pk}:"


@transaction.atomic
def take_back_request(*, request, now):
    """The executive does not want it any more. Raises RequestClosed."""
    request = _open_request(request)
    request.status = RequestStatus.WITHDRAWN
    request.save(update_fields=["status"])
    _stop_reminding(request)
    record(by=None, verb="request.taken_back", subject=request, engagement=request.engagement, now=now)
    return request


# --- answering ----------------------------------------------------------------------------------


@transaction.atomic
def answer_request(*, request, is_granted, by, now, reason="", words=""):
    """Done, or declined for a reason; the words are sealed. Raises RequestClosed."""
    request = _open_request(request)
    _write(request, TextKind.REQUEST_ANSWER, words, by, now)
    return _close(request, is_granted, reason, by, now)


@transaction.atomic
def decide_item(*, item, is_released, by, now, reason=""):
    """Gives one opinion out, as it reads now, or holds it back. With the last one the request is answered.

    Raises RequestClosed, GivenOut.
    """
    request = _open_request(item.request)
    item = ExportItem.objects.select_for_update().get(pk=item.pk)
    if item.decision == ItemDecision.RELEASED:
        raise GivenOut
    item.decision = ItemDecision.RELEASED if is_released else ItemDecision.WITHHELD
    item.reason, item.decided_at, item.decided_by = reason, now, by
    item.save()
    if is_released:
        _seal_as_given_out(item, request.engagement, by, now)
    record(by=by, verb="request.item_decided", subject=item, engagement=request.engagement, now=now)
    if not request.items.filter(decision=ItemDecision.OPEN).exists():
        _close(request, True, "", by, now)
    return item


def _seal_as_given_out(item, engagement, by, now):
    """As it reads now, with the day of its session. Nothing is sealed of what is no longer kept."""
    opinion = {one.key: one for one in opinions_about(engagement)}.get((item.kind, item.subject_id))
    words = "" if opinion is None else f"{_session_of(opinion, engagement)}{opinion.words}"
    place = {"engagement_id": engagement.pk, "kind": TextKind.RELEASED, "subject_id": item.pk}
    write_text(**place, text=words, by=by, now=now)


def _session_of(opinion, engagement):
    """ "Session of 3 May 2026" and a line break; nothing for what belongs to no session."""
    if opinion.about_at is None:
        return ""
    day = opinion.about_at.astimezone(zoneinfo.ZoneInfo(engagement.executive.time_zone))
    return f"Session of {day.day} {day:%B %Y}\n"


@transaction.atomic
def give_out_the_rest(*, request, by, now):
    """Gives out every opinion that is not decided yet. Raises RequestClosed."""
    for item in _open_request(request).items.filter(decision=ItemDecision.OPEN).order_by("pk"):
        decide_item(item=item, is_released=True, by=by, now=now)


@transaction.atomic
def erase_as_asked(*, request, by, now):
    """A manager of the program has what was written and rated erased. Raises RequestClosed."""
    request = _open_request(request)
    _close(request, True, "", by, now)
    erase_engagement_content(engagement=request.engagement, by=by, now=now)
    return request


def _close(request, is_granted, reason, by, now):
    request.status = RequestStatus.GRANTED if is_granted else RequestStatus.DECLINED
    request.reason = "" if is_granted else reason
    request.answered_at, request.answered_by = now, by
    request.save()
    _stop_reminding(request)
    engagement = request.engagement
    make_link(engagement=engagement, purpose=Purpose.MINE, by=None, now=now, letter="request_answered")
    record(by=by, verb="request.answered", subject=request, engagement=engagement, now=now)
    return request


def _stop_reminding(request):
    reminders = Letter.objects.filter(key__startswith=_reminder(request), status=LetterStatus.DUE)
    reminders.update(status=LetterStatus.DROPPED)


def _open_request(request):
    rows = DataRequest.objects.select_for_update(of=("self",)).open().filter(pk=request.pk)
    request = rows.select_related("engagement__executive", "engagement__program", "engagement__coach").first()
    if request is None:
        raise RequestClosed
    return request


def _locked(engagement):
    rows = Engagement.objects.select_for_update(of=("self",)).select_related("executive", "program", "coach")
    return rows.get(pk=engagement.pk)


def _write(request, kind, words, by, now):
    if words:
        place = {"engagement_id": request.engagement_id, "kind": kind, "subject_id": request.pk}
        write_text(**place, text=words, by=by, now=now)
