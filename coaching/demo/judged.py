"""Judges demo engagements as time went by, so that flags have ages, answers and endings."""

import random
from datetime import timedelta

from trust.actions.flags import resolve_flag, respond_to_flag
from trust.actions.judging import CHUNK, judge_engagements
from trust.models import Flag, Response

# Days before now on which the past is judged: flags get ages that differ, in a handful of runs.
JUDGED_DAYS_AGO = (49, 28, 18, 11, 6, 2, 0)
SHARE_ANSWERED, SHARE_RESOLVED = 0.2, 0.2
RESPONSES = (Response.TALKED, Response.PLANNED, Response.PLANNED, Response.EXPECTED, Response.NOT_SO)


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
            respond_to_flag(flag=flag, response=dice.choice(RESPONSES), by=coach, now=moment)
            if dice.random() < SHARE_RESOLVED:
                resolve_flag(flag=flag, by=coach, now=moment)
