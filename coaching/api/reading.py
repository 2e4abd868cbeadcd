"""What can be read: programs, engagements, sessions, flags and frozen reports, each as on the pages."""

import uuid

from django.utils import timezone
from ninja import Query, Router

from coaching.api import rows, schemas
from coaching.api.door import PersonalToken
from coaching.api.lists import one_of, page_of
from engagements.access import COACH, MANAGER
from engagements.actions.looks import note_engagements_look
from engagements.models import (
    Engagement,
    LookedAt,
    LookRole,
    Program,
    ReportLine,
    Scope,
    Session,
    SponsorReport,
)
from engagements.permissions import manages_from_outside
from trust.actions.reports import figures_open_to
from trust.models import Flag

router = Router()


def _reads(scope=Scope.READ, *circles):
    return PersonalToken(scope, *(circles or (COACH, MANAGER)))


@router.get("programs", auth=_reads(), response=schemas.Programs, url_name="api_programs", tags=["Programs"])
def list_programs(request, page: Query[schemas.Page]):
    """Programs you manage, and those you coach in."""
    visible = Program.objects.visible_to(request.auth.user).select_related("organization")
    shown, following = page_of(visible, page)
    managed = _managed(request.auth.user)
    return {"items": [rows.program_row(program, managed) for program in shown], "next": following}


@router.get("programs/{uuid:pk}", auth=_reads(), response=schemas.ProgramOut, url_name="api_program", tags=["Programs"])
def show_program(request, pk: uuid.UUID):
    """One program."""
    visible = Program.objects.visible_to(request.auth.user).select_related("organization")
    return rows.program_row(one_of(visible, pk), _managed(request.auth.user))


def _managed(user):
    return set(Program.objects.managed_by(user).values_list("pk", flat=True))


@router.get(
    "engagements", auth=_reads(), response=schemas.Engagements, url_name="api_engagements", tags=["Engagements"]
)
def list_engagements(request, page: Query[schemas.EngagementFilter]):
    """Engagements you coach, and those of programs you manage: dates and attendance."""
    now = timezone.now()
    visible = _engagements(request.auth.user, now)
    if page.program:
        visible = visible.filter(program_id=page.program)
    if page.status:
        visible = visible.filter(status=page.status)
    shown, following = page_of(visible, page)
    rows.note_told(request.auth.user, shown, now)
    return {"items": [rows.engagement_row(one, request.auth.user) for one in shown], "next": following}


@router.get(
    "engagements/{uuid:pk}",
    auth=_reads(),
    response=schemas.EngagementOut,
    url_name="api_engagement",
    tags=["Engagements"],
)
def show_engagement(request, pk: uuid.UUID):
    """One engagement."""
    now = timezone.now()
    engagement = one_of(_engagements(request.auth.user, now), pk)
    rows.note_told(request.auth.user, [engagement], now)
    return rows.engagement_row(engagement, request.auth.user)


def _engagements(user, now):
    return Engagement.objects.visible_to(user).with_people().with_session_figures(now)


@router.get("sessions", auth=_reads(), response=schemas.Sessions, url_name="api_sessions", tags=["Sessions"])
def list_sessions(request, page: Query[schemas.SessionFilter]):
    """Sessions: when, how long, and whether they took place."""
    visible = _sessions(request.auth.user)
    if page.engagement:
        visible = visible.filter(engagement_id=page.engagement)
    if page.status:
        visible = visible.filter(status=page.status)
    shown, following = page_of(visible, page)
    rows.note_told(request.auth.user, [session.engagement for session in shown], timezone.now())
    return {"items": [rows.session_row(session) for session in shown], "next": following}


@router.get("sessions/{uuid:pk}", auth=_reads(), response=schemas.SessionOut, url_name="api_session", tags=["Sessions"])
def show_session(request, pk: uuid.UUID):
    """One session."""
    session = one_of(_sessions(request.auth.user), pk)
    rows.note_told(request.auth.user, [session.engagement], timezone.now())
    return rows.session_row(session)


def _sessions(user):
    return Session.objects.visible_to(user).select_related("engagement")


@router.get("flags", auth=_reads(), response=schemas.Flags, url_name="api_flags", tags=["Flags"])
def list_flags(request, page: Query[schemas.FlagFilter]):
    """Open flags: for their coach, and for a program manager as far as the agreement opens them."""
    now = timezone.now()
    visible = _flags(request.auth.user)
    if page.engagement:
        visible = visible.filter(engagement_id=page.engagement)
    shown, following = page_of(visible, page)
    rows.note_told(request.auth.user, [flag.engagement for flag in shown], now)
    return {"items": [rows.flag_row(flag, request.auth.user, now) for flag in shown], "next": following}


@router.get("flags/{uuid:pk}", auth=_reads(), response=schemas.FlagOut, url_name="api_flag", tags=["Flags"])
def show_flag(request, pk: uuid.UUID):
    """One open flag."""
    now = timezone.now()
    flag = one_of(_flags(request.auth.user), pk)
    rows.note_told(request.auth.user, [flag.engagement], now)
    return rows.flag_row(flag, request.auth.user, now)


def _flags(user):
    return Flag.objects.visible_to(user).open().select_related("engagement").defer("evidence")


@router.get(
    "reports", auth=_reads(Scope.REPORTS, MANAGER), response=schemas.Reports, url_name="api_reports", tags=["Reports"]
)
def list_reports(request, page: Query[schemas.ReportFilter]):
    """Frozen sponsor reports of programs you manage."""
    frozen = SponsorReport.objects.managed_by(request.auth.user).frozen()
    if page.program:
        frozen = frozen.filter(program_id=page.program)
    shown, following = page_of(frozen, page)
    outside = _managed_from_outside(request.auth.user, shown)
    items = [rows.report_row(report, is_outside=report.program_id in outside) for report in shown]
    return {"items": items, "next": following}


def _managed_from_outside(user, reports):
    programs = Program.objects.managed_from_outside_by(user).filter(pk__in={report.program_id for report in reports})
    return set(programs.values_list("pk", flat=True))


@router.get(
    "reports/{uuid:pk}",
    auth=_reads(Scope.REPORTS, MANAGER),
    response=schemas.WholeReportOut,
    url_name="api_report",
    tags=["Reports"],
)
def show_report(request, pk: uuid.UUID):
    """One frozen report: figures of the program, and what executives released."""
    user = request.auth.user
    report = one_of(SponsorReport.objects.managed_by(user).frozen().select_related("program"), pk)
    lines = list(ReportLine.objects.managed_by(user).filter(report=report).in_report().in_order())
    if lines:
        keys = {line.engagement_id for line in lines}
        terms = {"role": LookRole.MANAGER, "what": LookedAt.EXPORT, "engagement_ids": keys}
        note_engagements_look(by=user, now=timezone.now(), **terms)
    told = [{"engagement_id": line.engagement_id, "kind": line.kind, "figures": line.figures} for line in lines]
    is_outside = manages_from_outside(user, report.program)
    figures = figures_open_to(report, is_outside=is_outside)
    return rows.report_row(report, is_outside=is_outside) | {"figures": figures, "lines": told}
