"""Many histories side by side as arrays: the form in which the engine computes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .evidence import RATINGS, Evidence


@dataclass(frozen=True, slots=True)
class Panel:
    """Histories of `n` engagements, each padded at its end to the longest of them, `t` sessions.

    `present` (n, t) is False in the padding. `day` (n, t) counts days (as `date.toordinal`). `ratings` (n, t, 4)
    stand in the order of RATINGS with NaN for missing. `invited` says whether silence of the executive means
    anything. Sessions of an engagement must be in the order of their dates.
    """

    day: np.ndarray
    present: np.ndarray
    held: np.ndarray
    invited: np.ndarray
    ratings: np.ndarray

    @property
    def size(self) -> tuple[int, int]:
        return self.day.shape

    @classmethod
    def empty(cls, n: int, t: int) -> Panel:
        """A panel of `n` engagements without any session, with room for `t`."""
        return cls(
            day=np.zeros((n, t)),
            present=np.zeros((n, t), bool),
            held=np.zeros((n, t), bool),
            invited=np.ones((n, t), bool),
            ratings=np.full((n, t, 4), np.nan),
        )

    @classmethod
    def of(cls, histories: Sequence[Sequence[Evidence]]) -> Panel:
        """The panel of some histories, each in the order of its dates; raises ValueError when one is not."""
        panel = cls.empty(len(histories), max((len(h) for h in histories), default=0))
        for i, history in enumerate(histories):
            refuse_disorder(history)
            for k, evidence in enumerate(history):
                panel.put(i, k, evidence)
        return panel

    def put(self, i: int, k: int, evidence: Evidence) -> None:
        """Enter one piece of evidence as session `k` of engagement `i`. A missed session has no ratings."""
        self.day[i, k] = evidence.on.toordinal()
        self.present[i, k] = True
        self.held[i, k] = evidence.held
        self.invited[i, k] = evidence.check_in_invited
        if evidence.held:
            self.ratings[i, k] = [np.nan if r is None else r for r in (getattr(evidence, name) for name in RATINGS)]

    def rows(self, which) -> Panel:
        """Some of the engagements (an index over the first axis)."""
        return Panel(self.day[which], self.present[which], self.held[which], self.invited[which], self.ratings[which])

    def column(self, k: int, which) -> Sessions:
        """Session `k` of some engagements."""
        return Sessions(
            day=self.day[which, k],
            held=self.held[which, k],
            invited=self.invited[which, k],
            ratings=self.ratings[which, k].T,
        )


@dataclass(frozen=True, slots=True)
class Sessions:
    """One session of each of `n` engagements: day, held and invited (n,), ratings (4, n)."""

    day: np.ndarray
    held: np.ndarray
    invited: np.ndarray
    ratings: np.ndarray


def refuse_disorder(history: Sequence[Evidence]) -> None:
    """Raise ValueError unless the history runs forward in time."""
    for before, after in pairwise(history):
        if after.on < before.on:
            raise ValueError(f"history runs backwards: {after.on} stands after {before.on}")
