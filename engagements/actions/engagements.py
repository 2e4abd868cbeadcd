"""What may be done with an engagement as a whole."""

from datetime import timedelta

from django.db import IntegrityError, transaction

from engagements.actions.agreements import open_agreement
from engagements.actions.audit import record
from engagements.actions.objectives import add_objective
from engagements.actions.texts import make_data_key
from engagements.models import Engagement, Status
from engagements.models.engagement import ENDED, NEEDS_REASON, OPEN, TRANSITIONS


class AlreadyOpen(Exception):
    """This executive already has an open engagement in this program."""


class NotPossible(Exception):
    """The engagement cannot move to that status; the message says why."""


@transaction.atomic
def create_engagement(
    *,
    program,
    coach,
    executive,
    starts_on,
    by,
    now,
    session_budget=None,
    cadence_weeks=None,
    ends_on=None,
    objective="",
):
    """A new engagement with the program's rules, its own key, a first agreement and a stated objective.

    Raises AlreadyOpen when the executive has an open one in this program.
    """
    try:
        with transaction.atomic():
            engagement = Engagement.objects.create(
                program=program,
                coach=coach,
                executive=executive,
                starts_on=starts_on,
                ends_on=ends_on or starts_on + timedelta(weeks=program.planned_weeks),
                session_budget=session_budget or program.session_budget,
                cadence_weeks=cadence_weeks or program.cadence_weeks,
                check_ins_on=program.check_ins_on,
                created_at=now,
                changed_at=now,
            )
    except IntegrityError as error:
        if Engagement.objects.filter(program=program, executive=executive, status__in=OPEN).exists():
            raise AlreadyOpen(f"{executive} already has an open engagement in {program}.") from error
        raise
    make_data_key(engagement.pk)
    open_agreement(engagement=engagement, disclosure=program.disclosure, now=now)
    if objective:
        add_objective(engagement=engagement, text=objective, by=by, now=now)
    record(by=by, verb="engagement.created", subject=engagement, engagement=engagement, now=now)
    return engagement


@transaction.atomic
def change_status(*, engagement, to, by, now, reason=""):
    """Moves an engagement along the table of transitions; raises NotPossible with the reason in words."""
    engagement = Engagement.objects.select_for_update().get(pk=engagement.pk)
    _check_transition(engagement, to, reason)
    before = engagement.status
    engagement.status = to
    engagement.reason = reason if to in NEEDS_REASON else ""
    engagement.ended_on = now.date() if to in ENDED else None
    engagement.changed_at = now
    engagement.save()
    detail = {"from": before, "to": str(to), "reason": str(engagement.reason)}
    record(by=by, verb="engagement.status_changed", subject=engagement, engagement=engagement, now=now, detail=detail)
    return engagement


def _check_transition(engagement, to, reason):
    if to not in TRANSITIONS[engagement.status]:
        raise NotPossible(f"An engagement that is {engagement.get_status_display().lower()} cannot become that.")
    if to in NEEDS_REASON and not reason:
        raise NotPossible("Say why, in one word from the list.")
    if to == Status.ACTIVE and not engagement.agreements.current().get().is_accepted:
        raise NotPossible("The agreement must be accepted by the executive and the sponsor first.")


@transaction.atomic
def edit_engagement(*, engagement, by, now, **changes):
    """Changes coach, dates, budget, cadence or check-ins; records which, not from what to what."""
    allowed = {"coach", "starts_on", "ends_on", "session_budget", "cadence_weeks", "check_ins_on"}
    assert set(changes) <= allowed, f"Not to be edited here: {set(changes) - allowed}"
    changed = sorted(name for name, value in changes.items() if getattr(engagement, name) != value)
    if not changed:
        return engagement
    for name in changed:
        setattr(engagement, name, changes[name])
    engagement.changed_at = now
    engagement.save(update_fields=[*changed, "changed_at"])
    detail = {"fields": changed}
    record(by=by, verb="engagement.edited", subject=engagement, engagement=engagement, now=now, detail=detail)
    return engagement


def touch(engagement_id, now):
    """Says that something a judgement rests on has changed; jobs find it by this stamp."""
    Engagement.objects.filter(pk=engagement_id).update(changed_at=now)
