"""The two strands as a person can read them: levels and standard deviations on the 1..7 scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .filters import COURSE_COGNITIVE, COURSE_RELATIONAL, Compiled, Filters

COURSES = [COURSE_COGNITIVE, COURSE_RELATIONAL]
# Nobody can be less sure than not to know where between 1 and 7 a level stands.
WIDEST = 3.0


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
    """Levels of both strands according to the course each strand's trend filter follows."""
    d = f.drift
    executive, coach = d.executive[COURSES], d.coach[COURSES]
    neutral = (executive + coach) / 2
    sd = np.sqrt((d.ee[COURSES] + 2 * d.ec[COURSES] + d.cc[COURSES]) / 4)
    voice = np.concatenate([coach, executive]) + c.voice_shift
    strand = neutral + (c.voice_shift[:2] + c.voice_shift[2:]) / 2
    return Levels(_on_scale(strand), np.minimum(sd, WIDEST), _on_scale(voice), neutral)


def _on_scale(level: np.ndarray) -> np.ndarray:
    # The model is linear and may step over the edge of the scale by a little; nobody can have given more than 7.
    return np.clip(level, 1.0, 7.0)
