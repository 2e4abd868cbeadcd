"""Alarms: silence afterwards, hysteresis, and a budget that is kept without labels."""

import numpy as np
import pytest

from trust.benchmark.trial import BUDGET, budget, engine_scores
from trust.benchmark.world import STRANGE, simulate
from trust.detection import BUILT_IN_THRESHOLDS, alarms
from trust.detection.budget import LEAST_MONTHS, count_alarms, moved, thresholds_for_budget
from trust.detection.population import BUILT_IN_MEANS, fit_parameters
from trust.trajectory import BUILT_IN
from trust.trajectory.panel import Panel

LINE = BUILT_IN_THRESHOLDS.regressing


def steps(*p_regressing):
    mute, told = np.zeros((2, 1)), []
    for p in p_regressing:
        found, mute = alarms.step(np.array([[0.0], [p]]), mute, BUILT_IN_THRESHOLDS)
        told.append(alarms.STEPS[int(found[alarms.REGRESSING, 0])])
    return told


def test_an_alarm_is_followed_by_three_silent_sessions():
    assert steps(0.9, 0.9, 0.9, 0.9, 0.9) == ["ALARM", None, None, None, "ALARM"]


def test_a_watch_is_a_lower_step_and_brings_no_silence():
    watch = (BUILT_IN_THRESHOLDS.watch_regressing + LINE) / 2
    assert steps(0.01, watch, watch, LINE) == [None, "WATCH", "WATCH", "ALARM"]


def test_a_finding_stays_open_until_well_below_the_line_that_opened_it():
    is_open, told = np.zeros((2, 1)), []
    for share in (0.9, 1.0, 0.8, 0.65, 0.5, 0.8):
        is_open = alarms.standing(np.array([[0.0], [share * LINE]]), is_open, BUILT_IN_THRESHOLDS)
        told.append(bool(is_open[alarms.REGRESSING, 0]))
    assert told == [False, True, True, True, False, False]


def test_too_few_months_leave_the_built_in_lines():
    p = np.full((2, 3, 4), 0.9)
    found = thresholds_for_budget(p, np.ones((3, 4), bool), LEAST_MONTHS - 1, 4)
    assert found is BUILT_IN_THRESHOLDS


def test_a_budget_has_to_be_positive():
    with pytest.raises(ValueError, match="budget must be positive"):
        thresholds_for_budget(np.zeros((2, 1, 1)), np.ones((1, 1), bool), 1000, 0)


def test_a_larger_budget_draws_a_lower_line():
    rng = np.random.default_rng(0)
    p, present = rng.beta(1, 6, (2, 400, 10)), np.ones((400, 10), bool)
    lines = [thresholds_for_budget(p, present, 2000, b).regressing for b in (1, 4, 8)]
    assert lines[0] > lines[1] > lines[2]
    spent = count_alarms(p, present, thresholds_for_budget(p, present, 2000, 4))
    assert spent == pytest.approx(80, abs=3)


def test_moved_lines_keep_their_order():
    lines = moved(BUILT_IN_THRESHOLDS, 0.7)
    assert lines.watch_regressing < lines.regressing
    assert lines.watch_stalled < lines.stalled
    assert lines.regressing > BUILT_IN_THRESHOLDS.regressing


@pytest.mark.parametrize("world", STRANGE, ids=lambda world: world.name)
def test_the_budget_is_kept_in_worlds_the_engine_was_not_tuned_on(world):
    lives = simulate(world, 4000, seed=1)
    assert 3 <= budget(world, lives, engine_scores(lives.panel)).realised <= 5
    assert BUDGET == 4


def panel_with(mean, engagements, sessions=8):
    panel = Panel.empty(engagements, sessions)
    panel.present[:], panel.held[:] = True, True
    panel.ratings[..., :2], panel.ratings[..., 2:] = BUILT_IN_MEANS[1] + mean, BUILT_IN_MEANS[0] + mean
    return panel


def test_an_organization_with_few_engagements_keeps_the_built_in_parameters():
    assert fit_parameters(panel_with(0.8, 10), version="org") is BUILT_IN


def test_an_organization_s_shift_is_shrunk_and_grows_with_what_is_known():
    few, many = (fit_parameters(panel_with(0.8, n), version="org").voice_shift[0] for n in (25, 400))
    assert 0.2 < few < many < 0.8
    assert fit_parameters(panel_with(0.8, 400), version="org").version == "org"


def test_a_generous_population_is_judged_like_the_usual_one_once_its_shift_is_known():
    lives = simulate(STRANGE[0], 400, seed=1)
    fitted = fit_parameters(lives.panel, version="org")
    raised = lives.panel.ratings + np.array([fitted.voice_shift[1]] * 2 + [fitted.voice_shift[0]] * 2)
    p = engine_scores(lives.panel)
    q = engine_scores(
        Panel(lives.panel.day, lives.panel.present, lives.panel.held, lives.panel.invited, raised), fitted
    )
    assert np.abs(p - q).max() < 1e-9
