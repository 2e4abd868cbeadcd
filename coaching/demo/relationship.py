"""How trust goes between two people, and what each of them would say about it. A simulator of our own.

Latent trust of a strand grows towards a ceiling, a little less each time; it can stand still, or break and be held
low, or break and be repaired. The executive rates from it; the coach's picture follows late and keeps a bias.
"""

from dataclasses import dataclass

import numpy as np

from coaching.demo import stories

STRANDS = COGNITIVE, RELATIONAL = 0, 1
COACH_LAG = 0.55  # share of the distance the coach's picture catches up by in one session
RATING_NOISE = 0.42
ITEM_SPREAD = 0.3
# Strand of each item, in the order of the instrument.
COACH_STRANDS = np.array([COGNITIVE, COGNITIVE, COGNITIVE, RELATIONAL, RELATIONAL, RELATIONAL])
EXECUTIVE_STRANDS = np.array([COGNITIVE, COGNITIVE, RELATIONAL, RELATIONAL, COGNITIVE])
# Per course: where it begins, its ceiling, and the share of the way to it covered in one session.
PACE = {
    stories.GROWING: (4.2, 6.1, 0.17),
    stories.PLATEAU: (4.6, 5.8, 0.5),
    stories.STALLED: (4.5, 4.75, 0.5),
    stories.RUPTURED: (4.5, 6.0, 0.3),
    stories.REPAIRED: (4.4, 6.2, 0.3),
    stories.FLAT: (7.0, 7.0, 0.0),
    stories.SILENT: (4.4, 5.6, 0.2),
}
BREAK = np.array([1.1, 1.9])  # how far each strand falls in a rupture
HELD_LOW_FOR = 4  # sessions since a rupture that nobody has talked about
REPAIR_TAKES = 3


@dataclass(frozen=True, slots=True)
class Course:
    """Of one engagement, by session: latent trust (n, 2), items of both voices (n, 6) and (n, 5), answered (n,)."""

    trust: np.ndarray
    coach: np.ndarray
    executive: np.ndarray
    answered: np.ndarray

    def fell(self, k):
        """Whether session `k` is the one in which trust broke."""
        return k > 0 and bool(self.trust[k, RELATIONAL] < self.trust[k - 1, RELATIONAL] - 0.8)


def simulate(course: str, n: int, rng: np.random.Generator) -> Course:
    """`n` sessions of an engagement whose trust goes that way."""
    trust = _latent(course, n, rng)
    noise = 0.0 if course == stories.FLAT else RATING_NOISE
    executive = trust + rng.normal(0.2, 0.25, 2) * (noise > 0)
    coach = _seen_late(trust) + rng.normal(0.0, 0.3, 2) * (noise > 0)
    diligence = rng.normal(0.0, 0.7)
    willing = 1 / (1 + np.exp(-(0.9 + diligence + 0.9 * (trust.mean(axis=1) - 4.6))))
    return Course(
        trust=trust,
        coach=_items(coach, COACH_STRANDS, noise, rng),
        executive=_items(executive, EXECUTIVE_STRANDS, noise, rng),
        answered=rng.random(n) < willing,
    )


def _latent(course, n, rng):
    start, ceiling, pace = PACE[course]
    spread = 0.0 if course == stories.FLAT else 1.0
    ceilings = np.minimum(ceiling + spread * rng.normal(0.0, 0.2, 2), 7.0)
    level = start + spread * rng.normal(0.0, 0.3, 2)
    wobble = spread * rng.normal(0.0, 0.1, (n, 2))
    broken_at = n - HELD_LOW_FOR if course == stories.RUPTURED else n - HELD_LOW_FOR - REPAIR_TAKES + 1
    levels = np.empty((n, 2))
    for k in range(n):
        if course in (stories.RUPTURED, stories.REPAIRED) and k >= broken_at > 0:
            level = _after_break(course, level, k - broken_at)
        elif k:
            level = level + pace * (ceilings - level)
        levels[k] = level + wobble[k]
    return np.clip(levels, 1.2, 7.0)


def _after_break(course, level, sessions):
    if sessions == 0:
        return level - BREAK
    if course == stories.REPAIRED:
        return level + (BREAK + 0.35) / REPAIR_TAKES if 1 < sessions <= 1 + REPAIR_TAKES else level
    return level


def _seen_late(trust):
    seen = np.empty_like(trust)
    for k, level in enumerate(trust):
        seen[k] = level if k == 0 else seen[k - 1] + COACH_LAG * (level - seen[k - 1])
    return seen


def _items(levels, strands, noise, rng):
    """Whole ratings 1..7 for each session and item."""
    of_item = ITEM_SPREAD * (noise > 0) * rng.normal(0.0, 1.0, len(strands))
    exact = levels[:, strands] + of_item + noise * rng.normal(0.0, 1.0, (len(levels), len(strands)))
    return np.clip(np.rint(exact), 1, 7).astype(int)
