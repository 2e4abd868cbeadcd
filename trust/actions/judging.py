"""Judges engagements: reads their history, asks the engine and the rules, keeps the result, reconciles flags."""

import datetime
import zoneinfo

from django.db import transaction

from engagements.models import Engagement
from trust import detection
from trust.actions.evidence import Histories
from trust.actions.flags import end_flags, reconcile_flags
from trust.actions.trust_findings import trust_findings
from trust.models import Judgement
from trust.process_rules import process_findings

CHUNK = 500  # engagements per task: a few seconds of work, small enough to be done again after a crash


def judge_engagements(engagement_ids, *, now):
    """Judges these engagements as of `now`; returns how many. Safe to run twice, and beside another run."""
    histories = Histories(engagement_ids, now=now)
    for engagement in histories.engagements:
        _judge(engagement, histories, now)
    return len(histories.engagements)


@transaction.atomic
def _judge(engagement, histories, now):
    # The row lock makes two workers take turns; the one with the older history gives way.
    current = Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
    if current.changed_at != engagement.changed_at:
        return  # changed while we read: it is still owing and will be judged from the newer history
    if not engagement.is_active:
        end_flags(engagement=engagement, now=now)
        _keep(engagement, now, due_at=None)
        return
    history = histories.evidence(engagement)
    today = now.astimezone(zoneinfo.ZoneInfo(engagement.program.time_zone)).date()
    judgements = detection.judge(
        history,
        until=today,
        orientation=engagement.executive.orientation,
        cadence_weeks=engagement.cadence_weeks,
    )
    hears_executive = histories.hears_executive(engagement)
    findings = [
        *process_findings(histories.course(engagement)),
        *trust_findings(judgements, hears_executive=hears_executive),
    ]
    reconcile_flags(engagement=engagement, findings=findings, now=now)
    _keep(engagement, now, due_at=next_midnight(now), **_values(history, judgements))


def _values(history, judgements):
    last = judgements[-1] if judgements else None
    level = last and last.point
    return {
        "state": str(last.state) if last else "NO_DATA",
        "p_stalled": last and last.p_stalled,
        "p_regressing": last and last.p_regressing,
        "p_point_of_trust": last and last.p_point_of_trust,
        "parameters_version": last.parameters_version if last else "",
        "sessions_judged": len(history),
        "cognitive": level and level.cognitive,
        "cognitive_sd": level and level.cognitive_sd,
        "relational": level and level.relational,
        "relational_sd": level and level.relational_sd,
    }


def _keep(engagement, now, **values):
    Judgement.objects.update_or_create(engagement=engagement, defaults={"judged_at": now, **values})


def next_midnight(now):
    """When time alone may change a judgement again: every rule counts in days."""
    tomorrow = now.astimezone(datetime.UTC).date() + datetime.timedelta(days=1)
    return datetime.datetime.combine(tomorrow, datetime.time(), tzinfo=datetime.UTC)
