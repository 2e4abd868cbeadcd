"""What an organization is judged with follows its own past, without labels."""

from datetime import timedelta

import numpy as np
import pytest

from coaching.tests.cast import at
from engagements.models import Engagement, Executive, Session, SessionStatus, Status
from trust.actions.calibrating import calibrate_all
from trust.actions.calibrations import calibrations_of
from trust.actions.judging import judge_engagements
from trust.detection import BUILT_IN_THRESHOLDS
from trust.models import Calibration, Judgement, Reading
from trust.trajectory import BUILT_IN

pytestmark = pytest.mark.django_db
SESSIONS = 10


def people_of(side, count, lift):
    """Engagements whose coach rates `lift` points above the usual, with plain noise; rows only, no actions."""
    chance = np.random.default_rng(7)
    executives = [
        Executive(organization=side.organization, name=f"X{k}", email=f"x{k}@{side.program.pk}.example")
        for k in range(count)
    ]
    Executive.objects.bulk_create(executives)
    start = at(-180)
    rows = [
        Engagement(
            program=side.program, coach=side.coach, executive=executive, status=Status.ACTIVE,
            starts_on=start.date(), ends_on=start.date() + timedelta(days=200), session_budget=12, cadence_weeks=2,
        )
        for executive in executives
    ]  # fmt: skip
    Engagement.objects.bulk_create(rows)
    sessions = [
        Session(engagement=row, starts_at=start + timedelta(days=14 * k), status=SessionStatus.HELD)
        for row in rows
        for k in range(SESSIONS)
    ]
    Session.objects.bulk_create(sessions)
    ratings = np.clip(chance.normal(4.8 + lift, 0.7, (len(sessions), 2)), 1, 7)
    Reading.objects.bulk_create(
        Reading(session=session, voice="COACH", cognitive=a, relational=b)
        for session, (a, b) in zip(sessions, ratings, strict=True)
    )
    return rows


def test_without_enough_history_everybody_is_judged_with_what_is_built_in(cast):
    calibrate_all(now=at())
    calibrated = calibrations_of([cast.mine.organization.pk])[cast.mine.organization.pk]
    assert (calibrated.parameters, calibrated.thresholds) == (BUILT_IN, BUILT_IN_THRESHOLDS)


def test_an_organization_whose_coaches_rate_high_gets_a_shift_of_its_own(cast):
    people_of(cast.mine, 40, lift=1.2)
    calibrate_all(now=at())
    own = calibrations_of([cast.mine.organization.pk])[cast.mine.organization.pk]
    assert own.parameters.voice_shift[1] > 0.1
    assert own.parameters.version != BUILT_IN.version


def test_the_lines_follow_the_budget_of_the_organization(cast):
    people_of(cast.mine, 90, lift=0)
    lines = []
    for budget in (2, 20):
        cast.mine.organization.alarm_budget = budget
        cast.mine.organization.save()
        calibrate_all(now=at())
        lines.append(calibrations_of([cast.mine.organization.pk])[cast.mine.organization.pk].thresholds.regressing)
    assert lines[0] > lines[1]


def test_a_second_night_without_news_makes_no_new_version(cast):
    people_of(cast.mine, 40, lift=1)
    assert calibrate_all(now=at()) > 0
    assert calibrate_all(now=at(1)) == 0


def test_judgements_name_the_version_they_were_made_with_and_follow_a_new_one(cast):
    rows = people_of(cast.mine, 40, lift=1)
    judge_engagements([rows[0].pk], now=at())
    before = Judgement.objects.get(pk=rows[0].pk)
    calibrate_all(now=at())
    judge_engagements([rows[0].pk], now=at())
    after = Judgement.objects.get(pk=rows[0].pk)
    assert before.parameters_version != after.parameters_version
    assert bytes(before.mark) != bytes(after.mark)
    assert Calibration.objects.filter(replaced_at__isnull=True).exists()
