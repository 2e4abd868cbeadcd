"""Judging: the same answer whichever way it is asked, and sensible whatever it is told."""

import subprocess
import sys
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from trust.detection import BUILT_IN_THRESHOLDS, State, judge, judging
from trust.detection.judging import judge_panel
from trust.detection.single import strand_weights
from trust.trajectory import BUILT_IN, Evidence, filters
from trust.trajectory.packing import arrays
from trust.trajectory.panel import Panel

from .histories import START, course, histories, simulated_histories

BASE_DIR = Path(__file__).resolve().parents[3]
MANY = simulated_histories(80)
FALLING = (5.2, 5.6, 5.8, 5.9, 5.9, 4.8, 4.2, 3.8)


def judged(histories):
    return judge_panel(Panel.of(histories), BUILT_IN, BUILT_IN_THRESHOLDS)


def same(one, other):
    return all(np.array_equal(a, b, equal_nan=True) for a, b in zip(arrays(one), arrays(other), strict=True))


def last_state(history, **more):
    return judge(history, **more)[-1].state


def test_the_order_of_the_engagements_does_not_matter():
    order = np.random.default_rng(0).permutation(len(MANY))
    straight, _ = judged(MANY)
    shuffled, _ = judged([MANY[i] for i in order])
    for f in fields(straight):
        assert np.array_equal(getattr(straight, f.name)[..., order, :], getattr(shuffled, f.name), equal_nan=True)


def test_chunking_does_not_matter():
    whole, _ = judged(MANY)
    for i in (0, 41, 79):
        alone, _ = judged([MANY[i]])
        t = len(MANY[i])
        for f in fields(whole):
            assert np.array_equal(
                getattr(whole, f.name)[..., i, :t], getattr(alone, f.name)[..., 0, :t], equal_nan=True
            )


def test_a_state_kept_after_each_session_gives_the_same_judgements_as_a_replay():
    c = filters.compiled(BUILT_IN)
    panel = Panel.of(MANY[:5])
    replayed, memory = judged(MANY[:5])
    for i, history in enumerate(MANY[:5]):
        rows = judging.blank(c, 1).pack()
        for k in range(len(history)):
            kept, outcome = judging.session(
                judging.restore(rows, c), c, panel.column(k, [i]), strand_weights(["BALANCED"]), BUILT_IN_THRESHOLDS
            )
            rows = kept.pack()
            for f in fields(outcome):
                assert np.array_equal(
                    getattr(outcome, f.name)[..., 0], getattr(replayed, f.name)[..., i, k], equal_nan=True
                )
        assert np.array_equal(rows[0], memory.pack()[i], equal_nan=True)


def test_a_state_packed_by_another_version_is_refused():
    with pytest.raises(ValueError, match="a packed state has"):
        judging.restore(np.zeros((1, 7)), filters.compiled(BUILT_IN))


def test_a_session_does_not_change_the_memory_it_starts_from():
    c = filters.compiled(BUILT_IN)
    panel = Panel.of([course(5, 6)])
    memory = judging.blank(c, 1)
    before = memory.pack()
    judging.session(memory, c, panel.column(0, [0]), strand_weights(["BALANCED"]), BUILT_IN_THRESHOLDS)
    assert np.array_equal(memory.pack(), before, equal_nan=True)


def test_a_judgement_uses_only_what_was_known_then():
    history = MANY[3]
    for k in range(1, len(history)):
        assert judge(history)[k - 1] == judge(history[:k])[-1]


@given(histories())
@settings(max_examples=40, deadline=None)
def test_in_any_history_probabilities_are_probabilities(history):
    until = history[-1].on + timedelta(days=40)
    found = judge(history, until=until, orientation="RELATIONAL", cadence_weeks=3)
    assert len(found) == len(history) + 1
    for j in found:
        for p in (j.p_stalled, j.p_regressing, j.p_point_of_trust):
            assert 0 <= p <= 1
        assert j.state in State


def test_an_empty_history_is_no_judgement():
    assert judge([]) == []
    assert judge([], until=START) == []


def test_a_single_session_is_too_early_to_tell_and_rings_nothing():
    (j,) = judge(course(1))
    assert j.state == State.TOO_EARLY
    assert j.alarm is None
    assert j.fall is None


def test_nothing_rated_is_no_data():
    assert last_state(course(None, None, None, None, check_in_invited=False)) == State.NO_DATA


def test_ratings_that_stopped_are_no_data_again():
    history = course(5.5, 5.6, 5.6, None, None, None, None, check_in_invited=False)
    assert last_state(history) == State.NO_DATA


def test_steady_growth_is_building_and_then_trusted():
    states = [j.state for j in judge(course(4.6, 5, 5.3, 5.6, 5.9, 6, 6.2, 6.2))]
    assert states[:2] == [State.TOO_EARLY] * 2
    assert states[-1] == State.TRUSTED


def test_a_long_fall_is_regressing_and_rings_once_in_four_sessions():
    found = judge(course(*FALLING))
    assert found[-1].p_regressing > 0.6
    assert found[-1].state in (State.REGRESSING, State.PULLED_BACK)
    alarms = [j.alarms for j in found if ("ALARM", "REGRESSING") in j.alarms]
    assert len(alarms) == 1


def test_a_sudden_drop_is_told_apart_from_a_slow_decline():
    rupture = judge(course(5.8, 6, 6, 6, 6, 4.2, 4.2))
    assert rupture[-1].is_fresh_rupture
    decline = judge(course(5.8, 6, 6, 5.7, 5.4, 5.1, 4.8, 4.5, 4.2))
    assert decline[-1].state == State.REGRESSING


def test_trust_regained_is_repaired():
    states = [j.state for j in judge(course(5.8, 6, 6, 6, 6, 3.8, 3.8, 5.9, 6, 6, 6))]
    assert State.REPAIRED in states
    assert states[-1] != State.REGRESSING


def test_no_growth_at_a_low_level_is_a_plateau():
    found = judge(course(4.4, 4.4, 4.5, 4.4, 4.4, 4.5, 4.4, 4.4))
    assert found[-1].state == State.PLATEAU
    assert ("ALARM", "STALLED") in [a for j in found for a in j.alarms]


def test_top_marks_all_the_way_are_flat_at_the_maximum():
    assert last_state(course(7, 7, 7, 7)) == State.FLAT_AT_MAXIMUM


def receptive_but_guarded():
    return [replace(e, coach_relational=4.7, executive_relational=4.9) for e in course(6, 6.1, 6.2, 6.2, 6.3)]


def test_a_relational_strand_that_lags_is_receptive_but_guarded():
    assert last_state(receptive_but_guarded()) == State.GUARDED


def test_the_lesser_strand_weighs_less_for_an_executive_who_leans_to_the_other():
    lean = {o: judge(receptive_but_guarded(), orientation=o)[-1] for o in ("COGNITIVE", "BALANCED", "RELATIONAL")}
    assert lean["COGNITIVE"].p_point_of_trust > lean["BALANCED"].p_point_of_trust
    assert lean["RELATIONAL"].state == State.GUARDED
    assert lean["COGNITIVE"].p_regressing == lean["RELATIONAL"].p_regressing


def test_an_unknown_orientation_is_refused():
    with pytest.raises(ValueError, match="orientation must be one of"):
        judge(course(5), orientation="NORTHERN")


def absent(history):
    return replace(history, held=False, **dict.fromkeys(
        ("coach_cognitive", "coach_relational", "executive_cognitive", "executive_relational")))  # fmt: skip


def test_missed_sessions_and_silence_are_evidence():
    calm = course(5.2, 5.6, 5.8, 5.8, 5.8, 5.8)
    missed = [*calm[:-2], *(absent(e) for e in calm[-2:])]
    silent = [*calm[:-2], *(replace(e, executive_cognitive=None, executive_relational=None) for e in calm[-2:])]
    p = [judge(history)[-1].p_regressing for history in (calm, silent, missed)]
    assert p[0] < p[1] < p[2]


def test_silence_is_no_evidence_where_no_check_in_was_invited():
    calm = course(5.2, 5.6, 5.8, 5.8, 5.8, 5.8)
    silent = [*calm[:-1], replace(calm[-1], executive_cognitive=None, executive_relational=None)]
    uninvited = [*silent[:-1], replace(silent[-1], check_in_invited=False)]
    assert judge(uninvited)[-1].p_regressing < judge(silent)[-1].p_regressing
    assert judge(uninvited)[-1].unanswered == 0
    assert judge(silent)[-1].unanswered == 1


def test_an_overdue_session_raises_the_probability_and_a_usual_interval_hardly_does():
    history = course(5.2, 5.6, 5.8, 5.8, 5.6)
    weeks = [
        judge(history, until=history[-1].on + timedelta(weeks=w), cadence_weeks=2)[-1].p_regressing for w in (1, 6, 12)
    ]
    assert weeks[0] < weeks[1]
    assert weeks[2] < 0.9  # silence alone proves nothing


def test_a_day_before_the_last_session_is_not_a_forecast():
    history = course(5, 5.5)
    assert len(judge(history, until=history[-1].on)) == 2


def test_a_judgement_names_the_sessions_of_a_fall_and_the_versions_it_was_made_with():
    j = judge(course(*FALLING))[-1]
    assert j.fall.size > 1
    assert j.fall.keys == tuple(f"s{k}" for k in range(9 - j.fall.sessions, 9))
    assert j.parameters_version == BUILT_IN.version
    assert j.thresholds_version == BUILT_IN_THRESHOLDS.version
    assert j.key == "s8"


def test_the_gap_between_the_voices_is_told():
    history = [replace(e, coach_relational=6.5, executive_relational=4.0) for e in course(6, 6, 6, 6)]
    assert judge(history)[-1].gap_relational < -1


def test_a_voice_that_said_nothing_is_not_quoted():
    history = [
        Evidence(e.on, True, coach_cognitive=e.coach_cognitive, coach_relational=e.coach_relational)
        for e in course(*FALLING)
    ]
    assert judge(history)[-1].fall.voice == "COACH"


def test_no_engagement_at_all_is_judged_as_nothing():
    outcome, memory = judge_panel(Panel.empty(0, 0), BUILT_IN, BUILT_IN_THRESHOLDS)
    assert outcome.p.shape == (2, 0, 0)
    assert memory.pack().shape[0] == 0
    assert same(outcome, outcome)


def test_importing_the_engine_does_not_import_numpy():
    asked = "import sys, trust.detection, trust.trajectory, trust.explanation; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], cwd=BASE_DIR, check=False).returncode == 0
