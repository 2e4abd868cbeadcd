"""The benchmark itself: the engine against the published rules, in several simulated worlds."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import numpy as np

from trust.detection.budget import count_alarms, months_of, thresholds_for_budget
from trust.detection.judging import judge_panel
from trust.detection.thresholds import BUILT_IN_THRESHOLDS
from trust.trajectory.panel import Panel
from trust.trajectory.parameters import BUILT_IN, Parameters, Switching

from . import baselines, scoring
from .world import REFERENCE, REGRESSING, STALLED, STRANGE, Lives, World, simulate

ENGAGEMENTS = 4000
SEED = 20261122
# False alarms per 100 engagement-months at which methods are compared.
RATE = 2.0
# Alarms of both kinds per 100 engagement-months for the check of the budget.
BUDGET = 4.0
KINDS = {"regressing": REGRESSING, "stalled": STALLED}
ENGINE = "trust engine"


@dataclass(frozen=True, slots=True)
class Line:
    """One method in one world."""

    world: str
    method: str
    regressing: scoring.Result
    stalled: scoring.Result
    interval_regressing: tuple[float, float] | None = None
    interval_stalled: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """Alarms per 100 engagement-months that a budget led to, on engagements it was not set on."""

    world: str
    budget: float
    realised: float
    frozen: float  # with the built-in thresholds instead


def engine_scores(panel: Panel, parameters: Parameters = BUILT_IN) -> np.ndarray:
    """P(stalled), P(regressing) of every session, (2, n, t)."""
    return judge_panel(panel, parameters, BUILT_IN_THRESHOLDS)[0].p


def engine_line(world: World, lives: Lives, p: np.ndarray, resamples: int) -> Line:
    """The engine in one world, with bootstrap intervals."""
    tasks = {name: scoring.task(lives, kind) for name, kind in KINDS.items()}
    by_kind = {"stalled": p[0], "regressing": p[1]}
    found = {name: scoring.score(tasks[name], by_kind[name], RATE) for name in KINDS}
    bounds = {
        f"interval_{name}": scoring.interval(tasks[name], by_kind[name], rate=RATE, resamples=resamples)
        for name in KINDS
        if resamples
    }
    return Line(world.name, ENGINE, found["regressing"], found["stalled"], **bounds)


def baseline_lines(world: World, lives: Lives) -> list[Line]:
    """All published rules in one world."""
    days = lives.panel.day - lives.panel.day[:, :1]
    tasks = {name: scoring.task(lives, kind) for name, kind in KINDS.items()}
    read = {name: baselines.series(lives.panel, stalled=name == "stalled") for name in KINDS}
    return [
        Line(
            world.name,
            method,
            scoring.score(tasks["regressing"], rule(read["regressing"], days), RATE),
            scoring.score(tasks["stalled"], rule(read["stalled"], days), RATE),
        )
        for method, rule in baselines.BASELINES.items()
    ]


def ablations(lives: Lives) -> list[Line]:
    """The engine without one of its sources each, in the reference world."""
    silent = _equal_attendance(BUILT_IN)
    ratings = lives.panel.ratings
    nobody = np.full_like(ratings[..., :2], np.nan)
    without = {
        "without check-ins": (replace(lives.panel, ratings=np.concatenate([ratings[..., :2], nobody], -1),
                                      invited=np.zeros_like(lives.panel.invited)), BUILT_IN),
        "the executive's voice alone": (
            replace(lives.panel, ratings=np.concatenate([nobody, ratings[..., 2:]], -1)), BUILT_IN),
        "without attendance": (lives.panel, silent),
        "relational strand alone": (
            replace(lives.panel, ratings=np.where([False, True, False, True], ratings, np.nan)), BUILT_IN),
    }  # fmt: skip
    return [
        replace(engine_line(REFERENCE, lives, engine_scores(panel, parameters), 0), method=name)
        for name, (panel, parameters) in without.items()
    ]


def _equal_attendance(parameters: Parameters) -> Parameters:
    """Parameters to which a missed session or an unanswered check-in says nothing."""

    def deaf(signal: Switching) -> Switching:
        return replace(signal, p_missed=(0.1,) * 6, p_silent=(0.4,) * 6)

    return replace(parameters, composite=deaf(parameters.composite), strand=deaf(parameters.strand))


def budget(world: World, lives: Lives, p: np.ndarray) -> Spent:
    """Set the lines on one half of a world's engagements, without labels, and count alarms on the other."""
    half = np.arange(len(lives.truth)) % 2 == 0
    past, next_ = lives.panel.rows(half), lives.panel.rows(~half)
    months = months_of(next_)
    lines = thresholds_for_budget(p[:, half], past.present, months_of(past), BUDGET)
    realised, frozen = (
        100 * count_alarms(p[:, ~half], next_.present, t) / months for t in (lines, BUILT_IN_THRESHOLDS)
    )
    return Spent(world.name, BUDGET, realised, frozen)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one run of the benchmark found."""

    engagements: int
    seed: int
    parameters: str
    lines: list[Line]
    ablations: list[Line]
    budgets: list[Spent]

    def to_dict(self) -> dict:
        """Plain data for JSON."""
        return asdict(self)


def run(engagements: int = ENGAGEMENTS, seed: int = SEED, resamples: int = 100) -> Report:
    """The whole benchmark."""
    lines, budgets, without = [], [], []
    for number, world in enumerate((REFERENCE, *STRANGE)):
        lives = simulate(world, engagements, seed + number)
        p = engine_scores(lives.panel)
        lines += [engine_line(world, lives, p, resamples), *baseline_lines(world, lives)]
        budgets.append(budget(world, lives, p))
        if world is REFERENCE:
            without = ablations(lives)
    return Report(engagements, seed, BUILT_IN.version, lines, without, budgets)
