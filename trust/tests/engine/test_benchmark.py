"""The benchmark: its metrics, its rules, its worlds, and the claim itself on a small scale."""

import json
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from trust.benchmark import scoring
from trust.benchmark.baselines import BASELINES, series
from trust.benchmark.trial import ENGINE, RATE, baseline_lines, engine_line, engine_scores
from trust.benchmark.world import NEVER, REFERENCE, REGRESSING, STRANGE, Lives, simulate
from trust.trajectory.panel import Panel


@pytest.fixture(scope="module")
def lives():
    return simulate(REFERENCE, 1500, seed=4)


def two_lives(truth=(REGRESSING, 0), onset=(3, NEVER)):
    """A regressing and a healthy engagement of eight sessions a month apart."""
    panel = Panel.empty(2, 8)
    panel.present[:], panel.held[:] = True, True
    panel.day[:] = 739000 + 30.4 * np.arange(8)
    return Lives(panel, np.array(truth), np.array(onset), np.zeros(2, bool), np.zeros((2, 2, 8)))


def test_an_alarm_after_the_onset_is_a_hit_and_one_in_healthy_time_is_false():
    task = scoring.task(two_lives(), REGRESSING)
    scores = np.zeros((2, 8))
    scores[0, 5], scores[1, 2] = 1, 1
    caught, delay = scoring.hits(task, scores, 1)
    assert caught.tolist() == [True, False]
    assert delay[0] == 2
    healthy_months = 2 + 7  # before the onset of the one, all of the other
    assert scoring.false_alarms(task, scores, 1) == pytest.approx(100 / healthy_months)


def test_an_alarm_in_the_last_planned_session_comes_too_late():
    task = scoring.task(two_lives(), REGRESSING)
    scores = np.zeros((2, 8))
    scores[0, 7] = 1
    assert not scoring.hits(task, scores, 1)[0].any()


def test_three_silent_sessions_follow_an_alarm():
    rung = scoring.ring(np.ones((1, 9)), 1)
    assert np.flatnonzero(rung[0]).tolist() == [0, 4, 8]


def test_no_score_stands_in_a_first_session_and_the_last_one_stands_where_there_is_none():
    kept = scoring.usable(np.array([[0.9, 0.3, np.nan, 0.5]]), np.ones((1, 4), bool))
    assert kept[0].tolist() == [-np.inf, 0.3, 0.3, 0.5]


def test_certainty_about_the_truth_scores_perfectly(lives):
    task = scoring.task(lives, REGRESSING)
    found = scoring.score(task, task.bad.astype(float), RATE)
    assert found.sensitivity == 1
    assert found.auc == 1
    assert found.calibration_error == 0


def test_the_simulated_truth_is_never_in_the_panel(lives):
    ratings = lives.panel.ratings[lives.panel.present]
    assert np.nanmin(ratings) >= 1
    assert np.nanmax(ratings) <= 7
    assert np.isnan(lives.panel.ratings[~lives.panel.present]).all()
    assert not np.isfinite(lives.panel.ratings[~lives.panel.held]).any()


def test_the_same_seed_is_the_same_world(lives):
    again = simulate(REFERENCE, 1500, seed=4)
    assert np.array_equal(again.panel.ratings, lives.panel.ratings, equal_nan=True)


@pytest.mark.parametrize("rule", BASELINES.values(), ids=BASELINES)
def test_a_rule_sees_a_lasting_fall_and_uses_no_later_session(rule, lives):
    y = series(lives.panel, stalled=False)
    days = lives.panel.day - lives.panel.day[:, :1]
    fallen = y.copy()
    fallen[0] = [6.0] * 8 + [4.5, 3.2] + [2.0] * (y.shape[1] - 10)
    whole = rule(fallen, days)[0]
    assert np.nanmax(whole[8:11]) > np.nanmax(whole[3:8])
    cut = fallen.copy()
    cut[0, 10:] = np.nan
    assert rule(cut, days)[0, 3:10] == pytest.approx(whole[3:10], rel=0.1)  # but for the population's own figures


def test_the_engine_beats_every_published_rule_by_far(lives):
    engine = engine_line(REFERENCE, lives, engine_scores(lives.panel), resamples=0)
    rules = baseline_lines(REFERENCE, lives)
    assert engine.regressing.sensitivity > max(line.regressing.sensitivity for line in rules) + 0.1
    assert engine.stalled.sensitivity > max(line.stalled.sensitivity for line in rules) + 0.1
    assert engine.regressing.calibration_error < 0.03
    assert engine.stalled.calibration_error < 0.03


def test_the_strange_worlds_are_three_and_unlike_each_other():
    assert len({world.name for world in STRANGE}) == 3
    assert len({(world.answers, world.regressing, world.points, world.noise) for world in STRANGE}) == 3


def test_the_command_prints_tables_or_json():
    out = StringIO()
    call_command("trust_benchmark", "--engagements", "500", "--resamples", "0", "--json", stdout=out)
    found = json.loads(out.getvalue())
    assert {line["method"] for line in found["lines"]} == {ENGINE, *BASELINES}
    assert len(found["budgets"]) == 4
    assert len(found["ablations"]) == 4


def test_a_benchmark_on_a_handful_is_refused():
    with pytest.raises(CommandError, match="Fewer than 500"):
        call_command("trust_benchmark", "--engagements", "10")
