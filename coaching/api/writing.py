"""What can be done: schedule a session, and log one. By the coach, through the same actions as the pages."""

import uuid
from functools import partial

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Header, Router, Status

from coaching.api import rows, schemas
from coaching.api.door import PersonalToken
from coaching.api.lists import one_of
from coaching.api.problems import Problem
from engagements.access import COACH, MANAGER
from engagements.actions.api_requests import once
from engagements.actions.erasure import refuse_form_if_erased
from engagements.actions.sessions import schedule_session
from engagements.models import Engagement, Scope, Session
from engagements.permissions import can_log
from trust.actions.session_log import log_session_once
from trust.models import CheckIn
from trust.nudges import nudge_check_in, nudge_judging

router = Router()

KEY = r"^[\x21-\x7e]+$"
Key = Header(
    None,
    alias="Idempotency-Key",
    min_length=1,
    max_length=120,
    pattern=KEY,
    description="With the same key and the same request, nothing is done twice: for 48 hours",
)


@router.post(
    "engagements/{uuid:pk}/sessions",
    auth=PersonalToken(Scope.SESSIONS, COACH, MANAGER),
    response={201: schemas.SessionOut},
    url_name="api_session_schedule",
    tags=["Sessions"],
)
def schedule(
    request, response: HttpResponse, pk: uuid.UUID, body: schemas.SessionIn, idempotency_key: str | None = Key
):
    """Schedules a session of an engagement you coach."""
    visible = Engagement.objects.visible_to(request.auth.user).select_related("program")
    engagement = _loggable(request.auth.user, one_of(visible, pk))
    now = timezone.now()
    make = partial(schedule_session, engagement=engagement, by=request.auth.user, now=now, **body.dict())
    return _done_once(request, response, idempotency_key, now, 201, make)


@router.post(
    "sessions/{uuid:pk}/log",
    auth=PersonalToken(Scope.SESSIONS, COACH, MANAGER),
    response={200: schemas.SessionOut},
    url_name="api_session_log",
    tags=["Sessions"],
)
def log(request, response: HttpResponse, pk: uuid.UUID, body: schemas.LogIn, idempotency_key: str | None = Key):
    """Logs a session you held: how long, what you rated and saw, and words, which are sealed. Changes no log."""
    visible = Session.objects.visible_to(request.auth.user).select_related("engagement__program")
    session, now = one_of(visible, pk), timezone.now()
    _loggable(request.auth.user, session.engagement)
    content = body.dict() | {"note": _lines(body.note), "summary": _lines(body.summary)}
    return _done_once(
        request, response, idempotency_key, now, 200, partial(_log, session, content, request.auth.user, now)
    )


def _log(session, content, user, now):
    refuse_form_if_erased(session.engagement)
    with transaction.atomic():
        session = log_session_once(session=session, by=user, now=now, **content)
        nudge_judging(session.engagement_id)
        for key in CheckIn.objects.confided_to(user).filter(session=session).due(now).values_list("pk", flat=True):
            nudge_check_in(key)
    return session


def _lines(text):
    """Lines end in one character, as on the page."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _loggable(user, engagement):
    """A program manager may know that there is an engagement, and cannot log."""
    if not can_log(user, engagement):
        raise Problem(403, "Sessions are scheduled and logged by the coach of the engagement.")
    return engagement


def _done_once(request, response, key, now, status, work):
    """Status and session; with a key, what was done under it before is told again."""
    if key is None:
        session = work()
    else:
        said = (request.method, request.path, request.json_body)
        status, subject, was_done = once(
            user=request.auth.user, key=key, request=said, now=now, work=lambda: (status, work())
        )
        response["Idempotent-Replayed"] = "true" if was_done else "false"
        session = one_of(Session.objects.visible_to(request.auth.user), subject)
    if status == 201:
        response["Location"] = reverse("api_session", args=[session.pk])
    return Status(status, rows.session_row(session))
