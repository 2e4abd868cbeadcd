"""How rows are told, and the access ledger that says who was told."""

from django.utils import timezone

from engagements.actions.looks import note_engagements_look, note_list_look
from engagements.models import LookedAt, LookRole
from engagements.permissions import can_read_content
from trust.actions.reports import digest_open_to

SESSION = ("id", "engagement_id", "kind", "status", "starts_at", "minutes")
ENGAGEMENT = (
    "id", "program_id", "status", "starts_on", "ends_on", "ended_on", "cadence_weeks", "session_budget",
    "sessions_held", "sessions_booked", "last_session_at", "next_session_at",
)  # fmt: skip
PROGRAM = ("id", "name", "time_zone", "cadence_weeks", "session_budget", "planned_weeks")
REPORT = ("id", "program_id", "period_from", "period_until", "names_engagements", "frozen_at")


def _told(row, names):
    return {name: getattr(row, name) for name in names}


def program_row(program, managed):
    told = {"organization": program.organization.name, "is_open": program.closed_at is None}
    return _told(program, PROGRAM) | told | {"is_managed": program.pk in managed}


def engagement_row(engagement, user):
    """Dates, attendance and names; needs with_people and with_session_figures."""
    names = {"executive": engagement.executive.name, "coach": engagement.coach.name}
    return _told(engagement, ENGAGEMENT) | names | {"is_own": can_read_content(user, engagement)}


def session_row(session):
    return _told(session, SESSION)


def flag_row(flag, user, now):
    """For a program manager kind, age and whether there was a response; for the coach its level and moment, too."""
    age = (timezone.localdate(now) - timezone.localdate(flag.opened_at)).days
    told = _told(flag, ("id", "engagement_id", "kind", "is_answered")) | {"age_days": max(0, age)}
    is_own = can_read_content(user, flag.engagement)
    return told | {"level": flag.level if is_own else None, "opened_at": flag.opened_at if is_own else None}


def report_row(report, *, is_outside):
    return _told(report, REPORT) | {"digest": digest_open_to(report, is_outside=is_outside)}


def note_told(user, engagements, now):
    """Writes into the ledger what these answers told: own engagements one by one, managed ones by their program."""
    own = {one.pk for one in engagements if can_read_content(user, one)}
    if own:
        terms = {"role": LookRole.COACH, "what": LookedAt.LIST, "engagement_ids": own}
        note_engagements_look(by=user, now=now, **terms)
    programs = {one.program_id for one in engagements if one.pk not in own}
    if programs:
        note_list_look(by=user, program_ids=programs, now=now)
