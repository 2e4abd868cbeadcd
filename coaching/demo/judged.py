"""Judges demo engagements as time went by, so that flags have ages, answers and endings."""

import random
from datetime import timedelta

from trust.actions.flags import answer_flag, resolve_flag
from trust.actions.judging import CHUNK, judge_engagements
from trust.models import Cause, Flag, FlagKind, FlagLevel, NextStep

# Days before now on which the past is judged: flags get ages that differ, in a handful of runs.
JUDGED_DAYS_AGO = (49, 28, 18, 11, 6, 2, 0)
SHARE_ANSWERED, SHARE_RESOLVED = 0.2, 0.25
OLDEST_FLAG_DAYS = 45
ANSWERS = tuple(
    {"cause": cause, "next_step": step}
    for cause, step in (
        (Cause.SCHEDULING, NextStep.RHYTHM),
        (Cause.RELATIONSHIP, NextStep.TALK_NOW),
        (Cause.CONTEXT, NextStep.SPONSOR),
        (Cause.GOAL_WRONG, NextStep.NEW_GOAL),
        (Cause.LIFE_EVENT, NextStep.WAIT),
        (Cause.JUDGED_WRONGLY, NextStep.NOTHING),
    )
)


def live_through(stage, *, seed, now):
    """Plays the lives up to each judging day in turn, lets coaches answer, and judges."""
    for days in JUDGED_DAYS_AGO:
        moment = now - timedelta(days=days)
        stage.play_until(moment)
        _answer_flags(stage, random.Random(f"{seed}/answers/{days}"), moment)  # noqa: S311 - made-up data
        judge_in_chunks(stage.engagement_ids(), now=moment)


def judge_in_chunks(engagement_ids, *, now):
    for start in range(0, len(engagement_ids), CHUNK):
        judge_engagements(engagement_ids[start : start + CHUNK], now=now)


def _answer_flags(stage, dice, moment):
    """Some coaches respond to what was opened before; a few of them have dealt with it."""
    order = {pk: number for number, pk in enumerate(stage.engagement_ids())}
    waiting = Flag.objects.open().alarms().filter(engagement__in=order, responded_at__isnull=True)
    rows = waiting.select_related("engagement__coach")
    for flag in sorted(rows, key=lambda flag: (order[flag.engagement_id], flag.kind)):
        coach = flag.engagement.coach
        if dice.random() < SHARE_ANSWERED:
            answer_flag(flag=flag, **dice.choice(ANSWERS), by=coach, now=moment)
            # Losing ground takes longer than an answer, and a visitor should find it open.
            if dice.random() < SHARE_RESOLVED and flag.kind != FlagKind.REGRESSING:
                resolve_flag(flag=flag, by=coach, now=moment)


def judge_as_of_today(engagement_ids, *, seed, now):
    """For rows that were written in bulk: judged once, then flags get ages and answers as if found in time."""
    judge_in_chunks(engagement_ids, now=now)
    flags = Flag.objects.filter(engagement__in=engagement_ids, opened_at=now).select_related("engagement__executive")
    flags = sorted(flags, key=lambda flag: (flag.engagement.executive.email, flag.kind))
    dice = random.Random(f"{seed}/ages/{len(flags)}")  # noqa: S311 - made-up data
    for flag in flags:
        running = (now - flag.engagement.created_at).days // 2
        flag.opened_at = now - timedelta(days=dice.randint(0, min(running, OLDEST_FLAG_DAYS)))
        if flag.level == FlagLevel.ALARM and dice.random() < 2 * SHARE_ANSWERED:
            answer = dice.choice(ANSWERS)
            flag.cause, flag.next_step = answer["cause"], answer["next_step"]
            flag.responded_by_id = flag.engagement.coach_id
            flag.responded_at = flag.opened_at + (now - flag.opened_at) / 2
    Flag.objects.bulk_update(flags, ["opened_at", "cause", "next_step", "responded_at", "responded_by"], batch_size=500)
