"""The jobs' way of judging: many at once, from kept memory, and equal to a replay of the whole history."""

import random

import numpy as np
import pytest
from django.db import connection
from django.utils import timezone

from coaching.tests.cast import active_engagement, at
from engagements.actions.people import add_executive
from engagements.actions.sessions import schedule_session
from trust import detection
from trust.actions.batch import Batch, session_rows
from trust.actions.check_ins import answer_check_in, ask_for_check_in, claim_check_in, note_check_in_sent
from trust.actions.evidence import Histories
from trust.actions.judging import judge_batch, judge_engagements
from trust.actions.point_proposals import reached_since
from trust.actions.session_log import log_not_held, log_session
from trust.instrument import COACH_ITEMS, EXECUTIVE_ITEMS
from trust.models import Judgement
from trust.trajectory.panel import Panel

pytestmark = pytest.mark.django_db

COURSES = [(4, 5, 5, 6, 6, 3, 2, 2), (3, 3, 4, 3, 3, 3), (5, 6), (4, None, 5, None, None, 6, 6), (), (7, 7, 7, 7)]


def live(engagement, course, coach, chance):
    """Sessions every two weeks: rated, or missed where the course says None; now and then a check-in."""
    for k, rating in enumerate(course):
        when = at(-14 * (len(course) - k))
        session = schedule_session(engagement=engagement, starts_at=when, minutes=60, by=coach, now=when)
        if rating is None:
            log_not_held(session=session, how="missed", by=coach, now=when + timezone.timedelta(hours=2))
            continue
        log(session, rating, coach)
        if chance.random() < 0.7:
            answer(session, min(7, rating + 1), chance.random() < 0.5)


def log(session, rating, coach):
    ratings = {item.key: rating for item in COACH_ITEMS}
    log_session(
        session=session, by=coach, now=session.starts_at + timezone.timedelta(hours=2), minutes=60, ratings=ratings
    )


def answer(session, rating, is_shared):
    now = session.starts_at + timezone.timedelta(hours=3)
    check_in = ask_for_check_in(session=session, now=now)
    note_check_in_sent(check_in=claim_check_in(check_in_id=check_in.pk, now=now), now=now)
    ratings = {item.key: rating for item in EXECUTIVE_ITEMS}
    answer_check_in(check_in=check_in, ratings=ratings, is_shared=is_shared, now=now)


@pytest.fixture
def engagements(cast):
    """Six lives under one coach."""
    made, chance = [], random.Random(5)
    for number, course in enumerate(COURSES):
        executive = add_executive(
            organization=cast.mine.organization, name=f"E{number}", email=f"e{number}@client.example", by=None, now=at()
        )
        engagement = active_engagement(
            program=cast.mine.program, coach=cast.cora, executive=executive, by=cast.pia, starts_days_ago=200
        )
        live(engagement, course, cast.cora, chance)
        made.append(engagement)
    return made


def stored():
    columns = [field.attname for field in Judgement._meta.concrete_fields if field.attname != "judged_at"]
    rows = Judgement.objects.order_by("pk").values(*columns)
    return [{name: bytes(v) if isinstance(v, memoryview) else v for name, v in row.items()} for row in rows]


def judge_all(engagements, now):
    judge_engagements([engagement.pk for engagement in engagements], now=now)


def test_what_the_jobs_store_equals_a_replay_of_the_history(engagements):
    now = at()
    judge_all(engagements, now)
    histories = Histories([engagement.pk for engagement in engagements], now=now)
    for engagement in histories.engagements:
        history = histories.evidence(engagement)
        replayed = detection.judge(history, until=now.date(), cadence_weeks=engagement.cadence_weeks)
        row = Judgement.objects.get(pk=engagement.pk)
        if not history:
            assert row.state == "NO_DATA"
            continue
        last = replayed[-1]
        assert (row.state, row.p_stalled, row.p_regressing, row.p_point_of_trust) == pytest.approx(
            (last.state.value, last.p_stalled, last.p_regressing, last.p_point_of_trust), abs=1e-12
        )
        assert (row.cognitive, row.relational) == pytest.approx(
            (last.point.cognitive, last.point.relational), abs=1e-12
        )


def test_a_batch_reads_what_the_pages_read(engagements):
    now, ids = at(), [engagement.pk for engagement in engagements]
    histories = Histories(ids, now=now)
    batch = Batch(histories.engagements, session_rows(ids), now=now)
    panel = Panel.of([histories.evidence(engagement) for engagement in histories.engagements])
    for name in ("day", "present", "held", "invited", "ratings"):
        np.testing.assert_array_equal(getattr(batch.panel, name), getattr(panel, name))
    for i, engagement in enumerate(histories.engagements):
        assert batch.course(i) == histories.course(engagement)
        assert batch.hears_executive(i) == histories.hears_executive(engagement)


def test_going_on_from_kept_memory_gives_what_a_fresh_start_gives(engagements, cast):
    judge_all(engagements, at())
    for engagement in engagements:
        session = schedule_session(engagement=engagement, starts_at=at(0, -5), minutes=60, by=cast.cora, now=at(0, -6))
        log(session, 4, cast.cora)
    judge_all(engagements, at())
    resumed = stored()
    assert any(row["memory_sessions"] for row in resumed)
    Judgement.objects.all().delete()
    judge_all(engagements, at())
    assert stored() == resumed


def test_an_edited_rating_of_an_early_session_is_replayed_from_there(engagements, cast):
    judge_all(engagements, at())
    log(engagements[0].sessions.held().oldest_first()[1], 2, cast.cora)
    judge_all(engagements, at())
    edited = stored()
    Judgement.objects.all().delete()
    judge_all(engagements, at())
    assert stored() == edited


def test_how_engagements_are_cut_into_chunks_does_not_matter(engagements):
    now = at()
    judge_all(engagements, now)
    together = stored()
    Judgement.objects.all().delete()
    for engagement in reversed(engagements):
        judge_all([engagement], now)
    assert stored() == together


def test_a_second_run_writes_nothing(engagements):
    now = at()
    judge_all(engagements, now)
    first = list(Judgement.objects.order_by("pk").values_list("pk", "judged_at"))
    judge_all(engagements, now + timezone.timedelta(minutes=1))
    assert list(Judgement.objects.order_by("pk").values_list("pk", "judged_at")) == first


def test_the_number_of_queries_does_not_grow_with_the_engagements(engagements, django_assert_max_num_queries):
    judge_all(engagements, at())
    with django_assert_max_num_queries(12 if connection.vendor == "sqlite" else 14):
        judge_all(engagements, at())


def test_the_point_of_trust_is_dated_as_a_replay_dates_it(engagements):
    now = at()
    ids = [engagement.pk for engagement in engagements]
    judge_all(engagements, at(-20))  # from kept memory as well as from the start
    judge_all(engagements, now)
    batch = Batch(sorted(engagements, key=lambda one: one.pk), session_rows(sorted(ids)), now=now)
    kept = {row.pk: row for row in Judgement.objects.all()}
    found = judge_batch(batch, kept)
    histories = Histories(ids, now=now)
    for i, engagement in enumerate(batch.engagements):
        history = histories.evidence(engagement)
        since = reached_since(detection.judge(history)) if history else None
        assert (found[i].trusted_since if i in found else None) == since
    assert any(one.trusted_since for one in found.values())
