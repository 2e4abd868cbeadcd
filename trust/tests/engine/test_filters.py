"""The filters against a plain loop, against an independent library, and against what must hold in any case."""

from dataclasses import fields, replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings

from trust.detection import BUILT_IN_THRESHOLDS, judge
from trust.detection.judging import judge_panel
from trust.trajectory import BUILT_IN, Evidence, estimate, filters, switching, trend
from trust.trajectory.packing import arrays
from trust.trajectory.panel import Panel, Sessions
from trust.trajectory.parameters import Parameters

from . import scalar
from .histories import START, course, histories, random_history, simulated_histories

HELD_LOW = switching.HELD_LOW
IDENTITY = tuple(tuple(float(i == j) for j in range(6)) for i in range(6))


def one_mode(signal):
    """A signal without regimes, without a noise scale of its own and without attendance: a plain Kalman filter."""
    return replace(
        signal, transition=IDENTITY, start_weights=(0, 0, 0, 0, 1, 0), noise_weight=1e15,
        p_missed=(0.5,) * 6, p_silent=(0.5,) * 6,
    )  # fmt: skip


def furthest_from_the_plain_loop(many):
    outcome, _ = judge_panel(Panel.of(many), BUILT_IN, BUILT_IN_THRESHOLDS)
    expected = (np.array(scalar.probabilities(history, BUILT_IN)).T for history in many)
    return max(np.abs(outcome.p[:, i, : e.shape[1]] - e).max() for i, e in enumerate(expected))


def test_the_vectorised_engine_equals_the_plain_loop():
    assert furthest_from_the_plain_loop(simulated_histories(60)) < 1e-12


def test_the_vectorised_engine_stays_close_to_the_plain_loop_on_ratings_nobody_would_give():
    rng = np.random.default_rng(7)
    assert furthest_from_the_plain_loop([random_history(rng, n) for n in rng.integers(1, 25, 60)]) < 1e-10


def test_judging_one_engagement_equals_the_plain_loop():
    history = simulated_histories(1)[0]
    expected = np.array(scalar.probabilities(history, BUILT_IN))
    assert np.array([(j.p_stalled, j.p_regressing) for j in judge(history)]) == pytest.approx(expected, abs=1e-12)


@pytest.fixture
def ratings():
    """Irregular days and ratings of both voices with gaps, for the comparison with the library."""
    rng = np.random.default_rng(3)
    days = np.cumsum(rng.integers(4, 40, 20)).astype(float)
    y = rng.uniform(2, 7, (20, 2))
    y[rng.random((20, 2)) < 0.3] = np.nan
    return days, y


def test_without_regimes_the_switching_filter_equals_statsmodels(ratings):
    days, y = ratings
    p = one_mode(BUILT_IN.composite)
    reference = _library_filter(
        y, days, design=np.eye(2), noise=p.rating_sd,
        transition=lambda u: np.eye(2), intercept=lambda u: np.zeros(2),
        wander=lambda u: p.wander_sd**2 * u * np.array([[1, p.wander_correlation], [p.wander_correlation, 1]]),
        start=p.start_level, start_cov=_covariance(p),
    )  # fmt: skip
    c = filters.compiled(replace(BUILT_IN, composite=p, strand=p))
    f = filters.begin(c, 1)
    for k in range(len(days)):
        f = filters.advance(f, c, _session(days[k], y[k]))
        b = f.beliefs
        mean = [b.executive[HELD_LOW, 0, 0], b.coach[HELD_LOW, 0, 0]]
        cov = [b.var_executive[HELD_LOW, 0, 0], b.covariance[HELD_LOW, 0, 0], b.var_coach[HELD_LOW, 0, 0]]
        assert mean == pytest.approx(reference.filtered_state[:, k], abs=1e-9)
        assert cov == pytest.approx(reference.filtered_state_cov[[0, 0, 1], [0, 1, 1], k], abs=1e-9)


def test_the_trend_filter_equals_statsmodels(ratings):
    days, y = ratings
    p = BUILT_IN.trend_regressing
    start_cov = np.zeros((3, 3))
    start_cov[:2, :2], start_cov[2, 2] = _covariance(p), p.start_drift_sd**2
    reference = _library_filter(
        y, days, design=np.eye(2, 3), noise=p.rating_sd,
        transition=lambda u: np.array([[1, 0, u], [0, 1, p.coach_share * u], [0, 0, p.damping**u]]),
        intercept=lambda u: np.array([0, 0, (1 - p.damping**u) * p.usual_drift]),
        wander=lambda u: np.diag([p.wander_sd[0] ** 2, p.wander_sd[1] ** 2, p.drift_sd**2]) * u,
        start=(*p.start_level, p.start_drift), start_cov=start_cov,
    )  # fmt: skip
    c = filters.compiled(BUILT_IN)
    f = filters.begin(c, 1)
    for k in range(len(days)):
        f = filters.advance(f, c, _session(days[k], y[k]))
        d = f.drift
        state = [d.executive[0, 0], d.coach[0, 0], d.drift[0, 0]]
        cov = [part[0, 0] for part in (d.ee, d.ec, d.cc, d.ed, d.cd, d.dd)]
        expected = reference.filtered_state_cov[[0, 0, 1, 0, 1, 2], [0, 1, 1, 2, 2, 2], k]
        assert state == pytest.approx(reference.filtered_state[:, k], abs=1e-9)
        assert cov == pytest.approx(expected, abs=1e-9)


def _covariance(p):
    c = p.start_correlation * p.start_sd[0] * p.start_sd[1]
    return np.array([[p.start_sd[0] ** 2, c], [c, p.start_sd[1] ** 2]])


def _session(day, y):
    ratings = np.array([y[1], y[1], y[0], y[0]])[:, None]  # the same on both strands: the composite is the rating
    yes = np.ones(1, bool)
    return Sessions(np.array([day]), yes, yes, ratings)


def _library_filter(y, days, *, design, noise, transition, intercept, wander, start, start_cov):
    from statsmodels.tsa.statespace.kalman_filter import KalmanFilter

    steps = [max(d / 14, filters.SHORTEST_STEP) for d in np.diff(days)]
    steps.append(1.0)  # after the last session: not looked at
    k = KalmanFilter(k_endog=2, k_states=design.shape[1])
    k.bind(y.copy())
    k["design"], k["selection"] = design, np.eye(design.shape[1])
    k["obs_cov"] = np.diag(np.square(noise))
    k["transition"] = np.stack([transition(u) for u in steps], -1)
    k["state_intercept"] = np.stack([intercept(u) for u in steps], -1)
    k["state_cov"] = np.stack([wander(u) for u in steps], -1)
    k.initialize_known(np.array(start, float), np.array(start_cov, float))
    return k.filter()


def test_a_missing_session_is_pure_prediction():
    c = filters.compiled(replace(BUILT_IN, composite=one_mode(BUILT_IN.composite), strand=one_mode(BUILT_IN.strand)))
    panel = Panel.of([course(5, 6, None)])
    f = filters.begin(c, 1)
    for k in (0, 1):
        f = filters.advance(f, c, panel.column(k, [0]))
    after = filters.advance(f, c, panel.column(2, [0]))
    u = np.ones(1)
    for one, other in (
        (after.beliefs, switching.predict(f.beliefs, c.switching, u)),
        (after.drift, trend.predict_trend(f.drift, c.trend, u)),
    ):
        for a, b in zip(arrays(one), arrays(other), strict=True):
            assert a == pytest.approx(b, abs=1e-11)  # modes that were ruled out keep a weight of 1e-12 each


def test_without_evidence_from_attendance_a_silent_session_leaves_the_regimes_alone():
    deaf = replace(BUILT_IN.composite, p_missed=(0.5,) * 6, p_silent=(0.5,) * 6)
    c = filters.compiled(replace(BUILT_IN, composite=deaf, strand=deaf))
    panel = Panel.of([course(5, 6, None)])
    f = filters.begin(c, 1)
    for k in (0, 1):
        f = filters.advance(f, c, panel.column(k, [0]))
    after = filters.advance(f, c, panel.column(2, [0]))
    expected = switching.predict(f.beliefs, c.switching, np.ones(1))
    expected.weight /= expected.weight.sum(0)  # the rows of a printed transition matrix add up to one but for rounding
    for part in fields(expected):
        assert getattr(after.beliefs, part.name) == pytest.approx(getattr(expected, part.name), abs=1e-11)


def test_the_order_of_the_voices_does_not_matter():
    c = filters.compiled(BUILT_IN).switching
    b = switching.predict(switching.begin(c, 1), c, np.ones(1))
    e, k = np.full((3, 1), 4.0), np.full((3, 1), 6.5)
    nobody = np.full((3, 1), np.nan)
    deaf = filters.compiled(replace(BUILT_IN, composite=one_mode(BUILT_IN.composite), strand=one_mode(BUILT_IN.strand)))
    c = deaf.switching
    together = switching.update(b, c, e, k, 0.0)
    executive_first = switching.update(switching.update(b, c, e, nobody, 0.0), c, nobody, k, 0.0)
    coach_first = switching.update(switching.update(b, c, nobody, k, 0.0), c, e, nobody, 0.0)
    scale = b.noise_scale  # the same for all only as long as it is not updated in between
    assert scale == pytest.approx(np.ones((3, 1)), rel=1)
    for part in ("executive", "coach", "var_executive", "covariance", "var_coach"):
        one = getattr(together, part)
        if np.allclose(executive_first.noise_scale, scale):
            assert one == pytest.approx(getattr(executive_first, part), abs=1e-12)
            assert one == pytest.approx(getattr(coach_first, part), abs=1e-12)


@given(histories())
@settings(max_examples=30, deadline=None)
def test_in_any_history_the_course_grows_surer_with_data_and_less_sure_with_time(history):
    c = filters.compiled(BUILT_IN)
    panel = Panel.of([history])
    f = filters.begin(c, 1)
    for k in range(len(history)):
        f = filters.advance(f, c, panel.column(k, [0]))
        later = trend.predict_trend(f.drift, c.trend, np.ones(1))
        much_later = trend.predict_trend(f.drift, c.trend, np.full(1, 4.0))
        asked = trend.update_trend(later, c.trend, np.full(1, 5.0), np.full(1, 5.0))
        for name in ("ee", "cc"):
            shown = [filters.COURSE_COGNITIVE, filters.COURSE_RELATIONAL]
            now, soon, late, seen = (getattr(s, name)[shown] for s in (f.drift, later, much_later, asked))
            assert (now < soon).all()
            assert (soon < late).all()
            assert (seen < soon).all()


@given(histories(least=2))
@settings(max_examples=30, deadline=None)
def test_in_any_history_every_number_is_finite_and_every_level_on_the_scale(history):
    until = history[-1].on + timedelta(days=60)
    for point in estimate(history, until=until):
        levels = [point.cognitive, point.relational, point.coach_cognitive, point.coach_relational]
        levels += [point.executive_cognitive, point.executive_relational]
        assert all(1 <= level <= 7 for level in levels)
        assert 0 < point.cognitive_sd <= 3
        assert 0 < point.relational_sd <= 3


def test_estimates_grow_surer_with_sessions_and_less_sure_while_waiting():
    history = course(5, 5.2, 5.4, 5.4, 5.6, 5.6)
    points = estimate(history, until=history[-1].on + timedelta(days=90))
    assert points[-2].relational_sd < points[0].relational_sd
    assert points[-1].relational_sd > points[-2].relational_sd
    assert points[-1].forecast
    assert points[-1].key == ""


def test_estimates_follow_what_both_voices_say():
    high, low = estimate(course(6, 6, 6, 6))[-1], estimate(course(4, 4, 4, 4))[-1]
    assert high.cognitive > 5.5 > 4.6 > low.cognitive


def test_an_estimate_and_a_judgement_tell_the_same_course():
    history = random_history(np.random.default_rng(5), 9)
    until = history[-1].on + timedelta(days=30)
    for mine, judged in zip(estimate(history, until=until), judge(history, until=until), strict=True):
        assert mine == judged.point


def test_ratings_outside_the_scale_are_refused():
    for wrong in (0.9, 7.1, float("nan")):
        with pytest.raises(ValueError, match="coach_cognitive must lie between 1 and 7"):
            Evidence(START, True, coach_cognitive=wrong)


def test_a_history_that_runs_backwards_is_refused():
    with pytest.raises(ValueError, match="runs backwards"):
        estimate(course(5, 5)[::-1])


def test_parameters_survive_the_way_to_a_database_and_back():
    assert Parameters.from_dict(BUILT_IN.to_dict()) == BUILT_IN
    import json

    assert Parameters.from_dict(json.loads(json.dumps(BUILT_IN.to_dict()))) == BUILT_IN
