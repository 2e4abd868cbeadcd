"""What has to be remembered between sessions besides the filters, to name a state and to tell a reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trust.trajectory.levels import Levels
from trust.trajectory.panel import Sessions

# A fall is told by comparing with the best of this many sessions before.
LOOK_BACK = 4
# From here a mean rating counts as the top of the scale; three items at 7, 7 and 6.7 cannot happen.
TOP_RATING = 6.9
SEVERAL_COACH_RATINGS, SEVERAL_EXECUTIVE_RATINGS = [0, 1], [2, 3]


@dataclass(slots=True)
class Record:
    """Counters and recent levels of `n` engagements. All (n,) unless said otherwise."""

    rated: np.ndarray  # sessions with any rating
    since_rated: np.ndarray  # sessions since one had a rating
    unanswered: np.ndarray  # check-ins in a row without an answer, of those invited
    missed: np.ndarray  # (LOOK_BACK - 1, n) 1 if that recent session was missed, latest first
    at_top: np.ndarray  # rated sessions in a row with every rating at the top
    past: np.ndarray  # (LOOK_BACK, 4, n) levels per voice and strand before the latest session, latest first
    spoke: np.ndarray  # (LOOK_BACK, 2, n) 1 if coach, executive rated that session, latest (this one) first
    mute: np.ndarray  # (2, n) sessions of silence left after an alarm: stalled, regressing
    open: np.ndarray  # (2, n) 1 while a finding stands
    alarmed_on: np.ndarray  # (2, n) day of the session that rang the latest alarm, NaN before the first
    since_rupture: np.ndarray  # sessions since a rupture looked likelier than a slow decline
    since_closed: np.ndarray  # sessions since a finding of regressing was closed
    trusted: np.ndarray  # 1 once the point of trust looks reached, until it looks lost
    trusted_on: np.ndarray  # day of the session since which it looks reached, NaN while it does not


LONG_AGO = 99.0


def begin(n: int) -> Record:
    """The record of `n` engagements before their first session."""
    zero, nothing = np.zeros(n), np.full(n, LONG_AGO)
    return Record(
        rated=zero.copy(),
        since_rated=zero.copy(),
        unanswered=zero.copy(),
        missed=np.zeros((LOOK_BACK - 1, n)),
        at_top=zero.copy(),
        past=np.full((LOOK_BACK, 4, n), np.nan),
        spoke=np.zeros((LOOK_BACK, 2, n)),
        mute=np.zeros((2, n)),
        open=np.zeros((2, n)),
        alarmed_on=np.full((2, n), np.nan),
        since_rupture=nothing.copy(),
        since_closed=nothing.copy(),
        trusted=zero.copy(),
        trusted_on=np.full(n, np.nan),
    )


def count(r: Record, s: Sessions) -> None:
    """Enter one session's attendance and ratings (in place)."""
    ratings = np.where(s.held, s.ratings, np.nan)
    given = np.isfinite(ratings)
    spoke = np.stack([given[SEVERAL_COACH_RATINGS].any(0), given[SEVERAL_EXECUTIVE_RATINGS].any(0)])
    any_rating = spoke.any(0)
    r.rated = r.rated + any_rating
    r.since_rated = np.where(any_rating, 0, r.since_rated + 1)
    silent = s.held & s.invited & ~spoke[1]
    r.unanswered = np.where(spoke[1], 0, r.unanswered + silent)
    r.missed = _pushed(r.missed, ~s.held)
    top = any_rating & ((ratings >= TOP_RATING) | ~given).all(0)
    r.at_top = np.where(top, r.at_top + 1, np.where(any_rating, 0, r.at_top))
    r.spoke = _pushed(r.spoke, spoke)


def remember(r: Record, found: Levels) -> None:
    """Keep this session's levels for the comparison with later ones (in place)."""
    r.past = _pushed(r.past, found.voice)


def _pushed(recent: np.ndarray, latest: np.ndarray) -> np.ndarray:
    return np.concatenate([np.asarray(latest, float)[None], recent[:-1]])


def fall(r: Record, found: Levels) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The largest fall among voices and strands: which one (index into RATINGS), from, to, over how many sessions.

    Only voices that spoke in the time count, if one did: what nobody said is no finding. Each (n,); before a second
    session there is nothing to compare, and the fall is from NaN.
    """
    n = found.voice.shape[1]
    best = np.where(np.isnan(r.past), -np.inf, r.past).max(0)  # (4, n)
    spoke = np.repeat(r.spoke.any(0), 2, axis=0)  # coach, coach, executive, executive
    size = np.where(spoke.astype(bool), best - found.voice, best - found.voice - LONG_AGO)
    which = np.argmax(size, axis=0)
    at = np.arange(n)
    top = best[which, at]
    past = r.past[:, which, at]
    over = np.argmax(np.where(np.isnan(past), -np.inf, past), axis=0) + 1
    return which, np.where(np.isfinite(top), top, np.nan), found.voice[which, at], over
