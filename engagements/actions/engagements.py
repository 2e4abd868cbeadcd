"""What may be done with an engagement as a whole."""

import zoneinfo
from datetime import timedelta

from django.db import IntegrityError, transaction

from engagements.actions.agreements import ask_where_open, open_agreement, stop_asking
from engagements.actions.audit import record
from engagements.actions.changes import touch
from engagements.actions.chemistry import end_vote, forget_chemistry, settle_rematch
from engagements.actions.endings import FOLLOWED_UP, plan_follow_ups
from engagements.actions.extension_ends import withdraw_open_request
from engagements.actions.objectives import add_objective
from engagements.actions.people import add_executive
from engagements.actions.pool import check_pool, lock_pool
from engagements.actions.sessions import cancel_session
from engagements.actions.standings import write_standings
from engagements.actions.texts import make_data_key
from engagements.models import Engagement, Executive, Party, Reason, Status
from engagements.models.chemistry import VOTED_IN
from engagements.models.engagement import ENDED, NEEDS_REASON, OPEN, TRANSITIONS

__all__ = [
    "AlreadyOpen", "CoachFixed", "NotPossible", "change_status", "create_engagement", "create_engagement_for",
    "edit_engagement", "touch",
]  # fmt: skip


class AlreadyOpen(Exception):
    """This executive already has an open engagement in this program."""


class NotPossible(Exception):
    """The engagement cannot move to that status; the message says why."""


class CoachFixed(NotPossible):
    """Something has been confided to this coach; another coach needs an engagement of their own."""


@transaction.atomic
def create_engagement(*, program, coach, executive, starts_on, by, now, objective="", **terms):
    """A new engagement with the program's rules, its own key, a first agreement and a stated objective.

    `terms` may name session_budget, cadence_weeks and ends_on; what is missing or empty follows from the program.
    Raises AlreadyOpen when the executive has an open one in this program, BeyondPool when its sessions are not left.
    """
    who = {"program": program, "coach": coach, "executive": executive}
    terms = _terms(program, starts_on, **terms)
    check_pool(lock_pool(program.pk), terms["session_budget"])
    try:
        with transaction.atomic():
            engagement = Engagement.objects.create(**who, **terms, created_at=now, changed_at=now)
    except IntegrityError as error:
        if Engagement.objects.filter(program=program, executive=executive, status__in=OPEN).exists():
            raise AlreadyOpen(f"{executive} already has an open engagement in {program}.") from error
        raise
    make_data_key(engagement.pk)
    open_agreement(engagement=engagement, disclosure=program.disclosure, now=now)
    if objective:
        add_objective(engagement=engagement, text=objective, by=by, now=now)
    record(by=by, verb="engagement.created", subject=engagement, engagement=engagement, now=now)
    write_standings([engagement.pk], now)
    return engagement


def _terms(program, starts_on, *, session_budget=None, cadence_weeks=None, ends_on=None):
    return {
        "starts_on": starts_on,
        "ends_on": ends_on or starts_on + timedelta(weeks=program.planned_weeks),
        "session_budget": session_budget or program.session_budget,
        "cadence_weeks": cadence_weeks or program.cadence_weeks,
        "check_ins_on": program.check_ins_on,
    }


@transaction.atomic
def create_engagement_for(*, program, person, by, now, **terms):
    """An engagement for an executive named by `person` (name, email, and further fields of Executive).

    Somebody of the program's organization with that address is the same person, and keeps the details we have.
    """
    known = Executive.objects.filter(organization=program.organization, email__iexact=person["email"].strip()).first()
    executive = known or add_executive(organization=program.organization, by=by, now=now, **person)
    return create_engagement(program=program, executive=executive, by=by, now=now, **terms)


@transaction.atomic
def change_status(*, engagement, to, by, now, reason=""):
    """Moves an engagement along the table of transitions; raises NotPossible with the reason in words.

    Contracting asks the executive to accept the agreement. With the end of an engagement its sessions to come are
    cancelled, and a request for more is taken back; those that have begun can still be logged.
    """
    engagement = _locked(engagement)
    _check_transition(engagement, to, reason)
    before = engagement.status
    engagement.status = to
    engagement.reason = reason if to in NEEDS_REASON else ""
    engagement.ended_on = _today_in(engagement.program, now) if to in ENDED else None
    engagement.changed_at = now
    engagement.save(update_fields=["status", "reason", "ended_on", "changed_at"])
    detail = {"from": before, "to": str(to), "reason": str(engagement.reason)}
    record(by=by, verb="engagement.status_changed", subject=engagement, engagement=engagement, now=now, detail=detail)
    if before in VOTED_IN and to not in VOTED_IN:
        end_vote(engagement, now)
    if to == Status.CONTRACTED:
        ask_where_open(engagement=engagement, by=by, now=now)
    if to in ENDED:
        stop_asking(engagement=engagement, now=now)
        settle_rematch(engagement=engagement, by=by, now=now)
        withdraw_open_request(engagement=engagement, by=by, now=now)
        _cancel_sessions_to_come(engagement, by, now)
    if to in FOLLOWED_UP:
        plan_follow_ups(engagement=engagement)
    write_standings([engagement.pk], now)
    return engagement


def _cancel_sessions_to_come(engagement, by, now):
    party = Party.COACH if by and by.pk == engagement.coach_id else Party.SPONSOR
    for session in engagement.sessions.upcoming(now).oldest_first():
        cancel_session(session=session, cancelled_by=party, by=by, now=now)


def _today_in(program, now):
    """The date on the calendar where the program runs."""
    return now.astimezone(zoneinfo.ZoneInfo(program.time_zone)).date()


def _locked(engagement):
    rows = Engagement.objects.select_for_update(of=("self",)).select_related("program")
    return rows.get(pk=engagement.pk)


def _check_transition(engagement, to, reason):
    if to not in TRANSITIONS[engagement.status]:
        raise NotPossible(f"An engagement that is {engagement.get_status_display().lower()} cannot become that.")
    if to in NEEDS_REASON and reason not in Reason.values:
        raise NotPossible("Say why: choose a reason from the list.")
    if to == Status.ACTIVE and not engagement.agreements.in_force().exists():
        raise NotPossible("The agreement must be accepted by the executive and the sponsor first.")


@transaction.atomic
def edit_engagement(*, engagement, by, now, **changes):
    """Changes coach, dates, budget, cadence or check-ins; records which, not from what to what.

    Raises CoachFixed for another coach once something was confided to this one: what an engagement holds is
    read by its coach, so a new coach would read what was said to somebody else. Raises BeyondPool.
    """
    allowed = {"coach", "starts_on", "ends_on", "session_budget", "cadence_weeks", "check_ins_on"}
    assert set(changes) <= allowed, f"Not to be edited here: {set(changes) - allowed}"
    program = lock_pool(engagement.program_id) if "session_budget" in changes else None
    engagement = _locked(engagement)
    if program is not None:
        check_pool(program, changes["session_budget"] - engagement.session_budget)
    changed = sorted(name for name, value in changes.items() if getattr(engagement, name) != value)
    if not changed:
        return engagement
    if "coach" in changed and engagement.is_confided:
        raise CoachFixed("Sessions or words were confided to this coach. End this engagement and open a new one.")
    if "coach" in changed:
        forget_chemistry(engagement, now)
        withdraw_open_request(engagement=engagement, by=by, now=now)
    for name in changed:
        setattr(engagement, name, changes[name])
    engagement.changed_at = now
    engagement.save(update_fields=[*changed, "readiness", "changed_at"])
    detail = {"fields": changed}
    record(by=by, verb="engagement.edited", subject=engagement, engagement=engagement, now=now, detail=detail)
    write_standings([engagement.pk], now)
    return engagement
