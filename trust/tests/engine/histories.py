"""Histories for the tests: written out, random, and drawn by hypothesis."""

from datetime import date, timedelta

import numpy as np
from hypothesis import strategies as st

from trust.benchmark.world import REFERENCE, simulate
from trust.trajectory import Evidence

START = date(2026, 1, 5)


def course(*levels, every=14, start=START, **more):
    """Sessions at which both voices rate both strands with these levels; None for a session nobody rates."""
    return [
        Evidence(
            on=start + timedelta(days=every * k), held=True, coach_cognitive=x, coach_relational=x,
            executive_cognitive=x, executive_relational=x, key=f"s{k + 1}", **more,
        )
        for k, x in enumerate(levels)
    ]  # fmt: skip


def random_history(rng, sessions):
    """A history with everything in it: gaps, absences, silence, single strands."""
    day, history = START, []
    for k in range(sessions):
        rate = [None if rng.random() < 0.35 else float(np.round(rng.uniform(1, 7), 3)) for _ in range(4)]
        held = bool(rng.random() < 0.85)
        history.append(Evidence(day, held, *rate, check_in_invited=bool(rng.random() < 0.8), key=str(k)))
        day += timedelta(days=int(rng.integers(0, 45)))
    return history


def simulated_histories(n, seed=2):
    """Histories as the benchmark's reference world gives them."""
    panel = simulate(REFERENCE, n, seed).panel
    return [[_evidence(panel, i, k) for k in range(panel.day.shape[1]) if panel.present[i, k]] for i in range(n)]


def _evidence(panel, i, k):
    ratings = [None if np.isnan(r) else float(r) for r in panel.ratings[i, k]]
    return Evidence(date.fromordinal(int(panel.day[i, k])), bool(panel.held[i, k]), *ratings, key=f"s{k + 1}")


rating = st.none() | st.floats(1, 7)


@st.composite
def histories(draw, least=1, most=12):
    """Any history the engine may be given."""
    day, history = START, []
    for k in range(draw(st.integers(least, most))):
        day += timedelta(days=draw(st.integers(0, 200)))
        history.append(
            Evidence(day, draw(st.booleans()), *(draw(rating) for _ in range(4)),
                     check_in_invited=draw(st.booleans()), key=str(k))
        )  # fmt: skip
    return history
