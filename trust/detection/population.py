"""An organization's own parameters: how its voices usually rate, shrunk towards the built-in population. Pure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trust.trajectory.panel import Panel
from trust.trajectory.parameters import BUILT_IN, Parameters

# So many engagements count as much as what is built in. Voices differ by about .6 between people, so that the mean
# of forty is known to a tenth of a point, which is where moving the whole population begins to be safe.
SHRINKAGE_ENGAGEMENTS = 40
# A shift is fitted on at least this many engagements with ratings of that voice.
LEAST_ENGAGEMENTS = 20
# Sessions that tell the usual level of a voice: not the first ones, when everybody still warms up.
FIRST_SESSION = 2
SESSIONS = 6
# Mean ratings (executive, coach) over these sessions in the built-in population.
BUILT_IN_MEANS = (5.68, 5.25)


def fit_parameters(panel: Panel, *, version: str, base: Parameters = BUILT_IN) -> Parameters:
    """Parameters for the organization whose past sessions stand in the panel.

    Only the voices' shift is fitted: it is the part that differs between organizations and that needs no labels.
    Gives `base` unchanged when neither voice has enough engagements. Judge later sessions with the result; the
    sessions it was fitted on keep the version they were judged with.
    """
    window = panel.ratings[:, FIRST_SESSION : FIRST_SESSION + SESSIONS]
    executive, coach = _shift(window[..., 2:], BUILT_IN_MEANS[0]), _shift(window[..., :2], BUILT_IN_MEANS[1])
    if executive is None and coach is None:
        return base
    shift = (executive or 0.0, coach or 0.0)
    return replace(base, version=version, voice_shift=shift, fitted_on=int(panel.present.sum()))


def _shift(ratings: np.ndarray, usual: float) -> float | None:
    """How far one voice lies above the built-in population, shrunk; ratings are (n, sessions, 2)."""
    given = np.isfinite(ratings)
    counts = given.sum((1, 2))
    rated = counts > 0
    if rated.sum() < LEAST_ENGAGEMENTS:
        return None
    means = np.where(given, ratings, 0.0).sum((1, 2))[rated] / counts[rated]
    return float((means.mean() - usual) * rated.sum() / (rated.sum() + SHRINKAGE_ENGAGEMENTS))
