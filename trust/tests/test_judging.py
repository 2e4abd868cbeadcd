"""What the jobs make of an engagement's history."""

import pytest

from coaching.tests.cast import active_engagement, at
from engagements.actions.engagements import change_status, edit_engagement
from engagements.actions.people import add_executive
from engagements.actions.sessions import schedule_session
from engagements.models import Status
from trust.actions.flags import resolve_flag
from trust.actions.judging import judge_engagements
from trust.actions.session_log import log_not_held, log_session
from trust.models import FlagKind, Judgement, engagements_to_judge
from trust.tasks import judge, sweep_judgements

pytestmark = pytest.mark.django_db


def held(engagement, days_ago, rating, by):
    """A held session on which the coach gave every item the same rating."""
    when = at(-days_ago)
    session = schedule_session(engagement=engagement, starts_at=when, minutes=60, by=by, now=when)
    keys = ("value", "reliance", "direction", "candour", "care", "repair")
    return log_session(session=session, by=by, now=at(-days_ago, 2), minutes=60, ratings=dict.fromkeys(keys, rating))


@pytest.fixture
def engagement(cast):
    """A fresh engagement of Cora's, running for half a year."""
    executive = add_executive(
        organization=cast.mine.organization, name="Enno", email="enno@client.example", by=None, now=at()
    )
    return active_engagement(
        program=cast.mine.program, coach=cast.cora, executive=executive, by=cast.pia, starts_days_ago=180
    )


def flags(engagement):
    return set(engagement.flags.open().alarms().values_list("kind", flat=True))


def test_a_steep_and_lasting_fall_is_flagged_as_losing_ground(engagement, cast):
    for days, rating in zip(range(140, 0, -14), (4, 5, 5, 6, 6, 6, 3, 2, 2, 2), strict=True):
        held(engagement, days, rating, cast.cora)
    judge_engagements([engagement.pk], now=at())
    assert FlagKind.REGRESSING in flags(engagement)
    assert engagement.judgement.p_regressing > 0.5


def test_steady_growth_raises_no_trust_flag(engagement, cast):
    for days, rating in zip(range(140, 0, -14), (4, 4, 5, 5, 5, 6, 6, 6, 6, 7), strict=True):
        held(engagement, days, rating, cast.cora)
    judge_engagements([engagement.pk], now=at())
    assert not flags(engagement) & {FlagKind.REGRESSING, FlagKind.STALLED}


def test_judging_twice_changes_nothing(engagement, cast):
    for days, rating in zip(range(140, 0, -14), (4, 5, 5, 6, 6, 6, 3, 2, 2, 2), strict=True):
        held(engagement, days, rating, cast.cora)
    now = at()
    judge_engagements([engagement.pk], now=now)
    before = list(engagement.flags.order_by("pk").values()), list(Judgement.objects.order_by("pk").values())
    judge_engagements([engagement.pk], now=now)
    assert before == (list(engagement.flags.order_by("pk").values()), list(Judgement.objects.order_by("pk").values()))


def test_a_log_leaves_an_engagement_owing_a_judgement_until_the_sweep_pays_it(engagement, cast):
    judge_engagements(list(engagements_to_judge()), now=at(0, 1))
    held(engagement, 7, 5, cast.cora)
    engagement.refresh_from_db()
    engagement.judgement.judged_at = at(-30)
    engagement.judgement.save()
    assert engagement.pk in engagements_to_judge()
    sweep_judgements()
    assert engagement.pk not in engagements_to_judge()


def test_an_engagement_that_went_silent_is_flagged_and_the_flag_clears_when_a_session_is_booked(engagement, cast):
    held(engagement, 60, 5, cast.cora)
    judge([str(engagement.pk)])
    assert FlagKind.QUIET in flags(engagement)
    schedule_session(engagement=engagement, starts_at=at(5), minutes=60, by=cast.cora, now=at())
    judge([str(engagement.pk)])
    assert FlagKind.QUIET not in flags(engagement)


def test_a_flag_that_is_merely_held_tells_the_figures_of_today(engagement, cast):
    held(engagement, 100, 5, cast.cora)
    edit_engagement(engagement=engagement, ends_on=at(90).date(), by=cast.pia, now=at())
    judge([str(engagement.pk)])
    before = engagement.flags.open().get(kind=FlagKind.BUDGET).evidence
    for week in range(1, before["left"]):
        schedule_session(engagement=engagement, starts_at=at(7 * week), minutes=60, by=cast.cora, now=at())
    judge([str(engagement.pk)])
    after = engagement.flags.open().get(kind=FlagKind.BUDGET).evidence
    assert after["unused"] == 1 < before["unused"]


def test_a_paused_engagement_keeps_no_open_flag(engagement, cast):
    held(engagement, 60, 5, cast.cora)
    judge([str(engagement.pk)])
    change_status(engagement=engagement, to=Status.PAUSED, by=cast.cora, now=at())
    judge([str(engagement.pk)])
    assert not engagement.flags.open().exists()


def test_three_missed_in_a_row_are_flagged_and_two_are_not(engagement, cast):
    for days in (40, 26):
        session = schedule_session(engagement=engagement, starts_at=at(-days), minutes=60, by=cast.cora, now=at(-days))
        log_not_held(session=session, how="missed", by=cast.cora, now=at(-days, 2))
    judge([str(engagement.pk)])
    assert FlagKind.MISSED not in flags(engagement)
    session = schedule_session(engagement=engagement, starts_at=at(-12), minutes=60, by=cast.cora, now=at(-12))
    log_not_held(session=session, how="missed", by=cast.cora, now=at(-12, 2))
    judge([str(engagement.pk)])
    assert FlagKind.MISSED in flags(engagement)


def test_an_engagement_without_any_session_is_judged_as_having_no_data(engagement):
    judge([str(engagement.pk)])
    assert engagement.judgement.state == "NO_DATA"


def test_a_flag_the_coach_resolved_stays_closed_until_a_new_session_speaks(engagement, cast):
    for days, rating in zip(range(140, 0, -14), (4, 5, 5, 6, 6, 6, 3, 2, 2, 2), strict=True):
        held(engagement, days, rating, cast.cora)
    judge_engagements([engagement.pk], now=at())
    resolve_flag(flag=engagement.flags.get(kind=FlagKind.REGRESSING), by=cast.cora, now=at())
    for night in range(1, 12):
        judge_engagements([engagement.pk], now=at(night))
    assert FlagKind.REGRESSING not in flags(engagement)


def test_a_night_without_jobs_is_made_up_for_by_the_next_sweep_and_only_once(engagement, cast):
    held(engagement, 60, 5, cast.cora)
    judge_engagements([engagement.pk], now=at(-55))
    assert FlagKind.QUIET not in flags(engagement)
    sweep_judgements()
    assert FlagKind.QUIET in flags(engagement)
    judged_at = Judgement.objects.get(pk=engagement.pk).judged_at
    sweep_judgements()
    assert Judgement.objects.get(pk=engagement.pk).judged_at == judged_at


def test_what_loses_ground_is_not_called_stalled_as_well(engagement, cast):
    for days, rating in zip(range(196, 0, -14), (3, 4, 3, 4, 4, 3, 4, 4, 3, 3, 2, 1, 1, 1), strict=True):
        held(engagement, days, rating, cast.cora)
        judge_engagements([engagement.pk], now=at(-days, 3))
    assert FlagKind.REGRESSING in flags(engagement)
    assert FlagKind.STALLED not in flags(engagement)
    assert engagement.flags.filter(kind=FlagKind.STALLED, closed_at__isnull=False).exists()
