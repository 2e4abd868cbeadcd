"""The engine's memory between two judgements: packed into bytes, and valid as long as its history stands."""

import hashlib

import numpy as np


def mark_of(panel, i, sessions, versions):
    """Names the first `sessions` of engagement `i` and what they are judged with, in 16 bytes.

    Any change to them (a late rating, an edit, a check-in closed, other parameters) gives another mark.
    """
    digest = hashlib.blake2b("\x1f".join(versions).encode(), digest_size=16)
    for column in (panel.day, panel.held, panel.invited, panel.ratings):
        digest.update(np.ascontiguousarray(column[i, :sessions]).tobytes())
    return digest.digest()


def usable_sessions(judgement, panel, i, count, versions):
    """How many sessions a kept memory spares; 0 when there is none, or its history has changed."""
    if judgement is None or not judgement.memory or not 0 < judgement.memory_sessions < count:
        return 0
    kept = judgement.memory_sessions
    return kept if bytes(judgement.mark) == mark_of(panel, i, kept, versions) else 0


def from_bytes(stored):
    """One row of the engine's packed memory."""
    return np.frombuffer(bytes(stored), float)
