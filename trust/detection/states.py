"""The state of an engagement in one word, from probabilities, levels and what is remembered."""

from __future__ import annotations

import numpy as np

from trust.trajectory.levels import Levels

from .alarms import REGRESSING, STALLED
from .judgement import State
from .record import Record
from .scores import LEVEL_OF_TRUST

STATES = tuple(State)

# Two rated sessions make a difference, three a course; below that, any word would be a guess.
ENOUGH_RATED_SESSIONS = 3
# Three sessions without a rating by anybody: what was known has grown stale.
SESSIONS_WITHOUT_DATA = 3
# Identical top marks three times in a row say more about answering than about trust.
SESSIONS_AT_TOP = 3
# A rupture is "fresh" for two more sessions; if it lasts, it is a decline whatever began it.
FRESH_SESSIONS = 2
# A repair is worth its own word for three sessions, then it is history.
REPAIRED_SESSIONS = 3
# The point of trust counts as reached from .6 and as lost below .35, so that the word does not flicker.
TRUST_REACHED, TRUST_LOST = 0.6, 0.35
# Receptive: the cognitive strand is fine. Guarded: the relational one is not, and lags by more than strands usually
# differ.
RECEPTIVE_LEVEL = 5.2
GUARDED_GAP = 0.7


def follow(r: Record, is_open: np.ndarray, rupture_likelier: np.ndarray, trust: np.ndarray) -> None:
    """Bring the remembered course up to date (in place): findings open or closed, ruptures, trust reached or lost."""
    regressing = is_open[REGRESSING]
    closed_now = (r.open[REGRESSING] > 0) & ~regressing
    r.since_closed = np.where(closed_now, 0, r.since_closed + 1)
    r.since_rupture = np.where(rupture_likelier & regressing, 0, r.since_rupture + 1)
    r.open = is_open.astype(float)
    r.trusted = np.where(r.trusted > 0, trust >= TRUST_LOST, trust >= TRUST_REACHED).astype(float)


def name(r: Record, found: Levels, strand_weights: np.ndarray) -> np.ndarray:
    """Indices into STATES, (n,). The first condition that holds decides: trouble first, then honesty, then praise."""
    regressing = r.open[REGRESSING] > 0
    fresh = r.since_rupture <= FRESH_SESSIONS
    cognitive, relational = found.neutral
    lags = (cognitive - relational) * strand_weights[1] >= GUARDED_GAP * strand_weights[0]
    guarded = (cognitive >= RECEPTIVE_LEVEL) & (relational < LEVEL_OF_TRUST) & lags
    rules = (
        (r.rated == 0, State.NO_DATA),
        (regressing & fresh, State.PULLED_BACK),
        (regressing, State.REGRESSING),
        (r.since_rated >= SESSIONS_WITHOUT_DATA, State.NO_DATA),
        (r.rated < ENOUGH_RATED_SESSIONS, State.TOO_EARLY),
        (r.open[STALLED] > 0, State.PLATEAU),
        (r.since_closed < REPAIRED_SESSIONS, State.REPAIRED),
        (r.at_top >= SESSIONS_AT_TOP, State.FLAT_AT_MAXIMUM),
        (guarded, State.GUARDED),
        (r.trusted > 0, State.TRUSTED),
    )
    codes = [np.int8(STATES.index(state)) for _, state in rules]
    return np.select([condition for condition, _ in rules], codes, np.int8(STATES.index(State.BUILDING)))
