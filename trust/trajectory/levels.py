"""From beliefs to the two strands a person can read: levels and standard deviations on the 1..7 scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .filters import COGNITIVE, RELATIONAL, Compiled, Filters

STRANDS = [COGNITIVE, RELATIONAL]


@dataclass(slots=True)
class Levels:
    """Estimated levels of `n` engagements.

    `strand` and `sd` (2, n): cognitive, relational; the mean of both voices. `voice` (4, n): in the order of the
    ratings, as that voice perceives it, on that voice's own scale. `neutral` (2, n): `strand` without the shift of
    the organization's voices, the scale on which thresholds are set.
    """

    strand: np.ndarray
    sd: np.ndarray
    voice: np.ndarray
    neutral: np.ndarray


def levels(f: Filters, c: Compiled) -> Levels:
    """Levels of both strands according to the mixture over modes (its total variance, between modes included)."""
    b = f.beliefs
    weight = b.weight[:, STRANDS]
    per_mode = (b.executive[:, STRANDS] + b.coach[:, STRANDS]) / 2
    within = (b.var_executive[:, STRANDS] + 2 * b.covariance[:, STRANDS] + b.var_coach[:, STRANDS]) / 4
    neutral = (weight * per_mode).sum(0)
    variance = (weight * (within + (per_mode - neutral) ** 2)).sum(0)
    coach = (weight * b.coach[:, STRANDS]).sum(0)
    executive = (weight * b.executive[:, STRANDS]).sum(0)
    voice = np.concatenate([coach, executive]) + c.voice_shift
    strand = neutral + (c.voice_shift[:2] + c.voice_shift[2:]) / 2
    return Levels(_on_scale(strand), np.sqrt(variance), _on_scale(voice), neutral)


def _on_scale(level: np.ndarray) -> np.ndarray:
    # The model is linear and may step over the edge of the scale by a little; nobody can have given more than 7.
    return np.clip(level, 1.0, 7.0)
