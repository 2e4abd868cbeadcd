"""Judges engagements: reads their history, asks the engine and the rules, keeps the result, reconciles flags."""

from collections import defaultdict

from django.db import transaction

from trust.actions.assessing import assess
from trust.actions.batch import Batch, lock_engagements, session_rows
from trust.actions.calibrations import calibrations_of
from trust.actions.flags import KnownFlags, end_flags, reconcile_flags
from trust.actions.judgement_store import store_judgements
from trust.actions.point_proposals import Look, reconcile_points_of_trust
from trust.actions.prompts import ask_what_is_due
from trust.actions.slips import slips_of
from trust.actions.trust_findings import trust_finding
from trust.instrument import Voice
from trust.models import Judgement
from trust.process_rules import Finding, Verdict, process_findings
from trust.slips import rests_on_slips, with_slips

CHUNK = 500  # engagements per task: about a second of work, small enough to be done again after a crash


@transaction.atomic
def judge_engagements(engagement_ids, *, now):
    """Judges these engagements as of `now`; returns how many. Safe to run twice, and beside another run.

    What is written depends on the history alone: a second run writes nothing.
    """
    engagements = lock_engagements(engagement_ids)
    active = [engagement for engagement in engagements if engagement.is_active]
    resting = [engagement for engagement in engagements if not engagement.is_active]
    kept = {row.pk: row for row in Judgement.objects.filter(pk__in=[engagement.pk for engagement in engagements])}
    known = KnownFlags([engagement.pk for engagement in engagements])
    batch = Batch(active, session_rows([engagement.pk for engagement in active]), now=now)
    found = judge_batch(batch, kept)
    rows = [judgement_row(engagement, found.get(i), batch.counts[i], now) for i, engagement in enumerate(active)]
    rows += [_resting_row(engagement, kept.get(engagement.pk), now) for engagement in resting]
    store_judgements(rows, {engagement.pk: engagement.changed_at for engagement in engagements}, kept)
    courses = [batch.course(i) for i in range(len(active))]
    slips = slips_of([engagement for engagement in active if engagement.judging_declined_at is None], now=now)
    for i, engagement in enumerate(active):
        flag = known.open[engagement.pk].get("REGRESSING")
        trusted = _trust_findings(found.get(i), batch.hears_executive(i), slips.get(engagement.pk), flag)
        findings = [*process_findings(courses[i]), *trusted]
        reconcile_flags(engagement=engagement, findings=findings, now=now, known=known)
    looks = [Look(active[i], one.judgement, one.latest_on, one.trusted_since) for i, one in found.items()]
    reconcile_points_of_trust(looks=looks, now=now)
    held = {engagement.pk: course.sessions_held for engagement, course in zip(active, courses, strict=True)}
    ask_what_is_due({row.engagement_id: (row.state, held[row.engagement_id]) for row in rows[: len(active)]}, now=now)
    for engagement in resting:
        end_flags(engagement=engagement, now=now, known=known)
    return len(engagements)


def judge_batch(batch, kept):
    """{index: Assessment} of a whole batch, organization by organization; none where the executive objected."""
    groups = defaultdict(list)
    for i, engagement in enumerate(batch.engagements):
        if engagement.judging_declined_at is None:
            groups[engagement.program.organization_id].append(i)
    calibrated = calibrations_of(groups)
    by_version = defaultdict(list)
    for organization, which in groups.items():
        by_version[id(calibrated[organization])] += which
    found = {}
    for calibration in {id(one): one for one in calibrated.values()}.values():
        found |= assess(batch, by_version[id(calibration)], calibration, kept)
    return found


def judgement_row(engagement, verdict, count, now):
    """The row to keep of one active engagement, from the engine's verdict on its `count` sessions."""
    if verdict is None:
        return Judgement(engagement=engagement, state="NO_DATA", judged_at=now)
    told, level = verdict.judgement, verdict.judgement.point
    return Judgement(
        engagement=engagement,
        state=told.state.value,
        cognitive=level.cognitive,
        cognitive_sd=level.cognitive_sd,
        relational=level.relational,
        relational_sd=level.relational_sd,
        p_stalled=told.p_stalled,
        p_regressing=told.p_regressing,
        p_point_of_trust=told.p_point_of_trust,
        sessions_judged=int(count),
        parameters_version=f"{told.parameters_version} {told.thresholds_version}",
        memory=verdict.memory,
        memory_sessions=verdict.memory_sessions,
        mark=verdict.mark,
        judged_at=now,
    )


def _resting_row(engagement, stored, now):
    """Paused or ended: what was said last stands, unless the executive objected."""
    if stored is None or engagement.judging_declined_at is not None:
        return Judgement(engagement=engagement, state="NO_DATA", judged_at=now)
    values = {field.attname: getattr(stored, field.attname) for field in Judgement._meta.concrete_fields}
    return Judgement(**values | {"judged_at": now})


def _trust_findings(verdict, hears_executive, slips, flag):
    """Findings about both kinds; without any session left to judge, whatever the engine said is over.

    `slips` in a row and the open `flag` about losing ground, or None.
    """
    stands_on_slips = flag is not None and rests_on_slips(flag.evidence)
    return [
        with_slips(one, slips, stands_on_slips=stands_on_slips) if one.kind == "REGRESSING" else one
        for one in _engine_findings(verdict, hears_executive)
    ]


def _engine_findings(verdict, hears_executive):
    if verdict is None:
        return [Finding(kind, Verdict.CLEAR) for kind in ("REGRESSING", "STALLED")]
    told = verdict.judgement
    since = dict(told.standing)
    chances = {"REGRESSING": told.p_regressing, "STALLED": told.p_stalled}
    if told.sessions < 2:
        chances = dict.fromkeys(chances, 0.0)  # one session is a start, not a course
    if "REGRESSING" in since:
        # The graver word is enough: what loses ground is not standing still.
        chances["STALLED"] = 0.0
        since.pop("STALLED", None)
    return [
        trust_finding(
            kind,
            p,
            stands_since=since.get(kind),
            thresholds=verdict.thresholds,
            evidence=_evidence(told, p, hears_executive),
        )
        for kind, p in chances.items()
    ]


def _evidence(told, p, hears_executive):
    fall = told.fall
    if fall is not None and fall.voice == Voice.EXECUTIVE and not hears_executive:
        fall = None
    return {
        "chance": round(p, 2),
        "is_fresh": told.is_fresh_rupture,
        "unanswered": told.unanswered,
        "missed": told.missed,
        "fall": fall
        and {
            "strand": fall.strand,
            "voice": fall.voice,
            "from": round(fall.from_level, 1),
            "to": round(fall.to_level, 1),
            "sessions": fall.sessions,
        },
    }
