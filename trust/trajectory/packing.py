"""Records of arrays whose last axis runs over engagements: picking some, and one row of numbers to be kept."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass

import numpy as np


def pick(record, rows):
    """The same record about some of the engagements (an index or a slice over the last axis)."""
    parts = (getattr(record, f.name) for f in fields(record))
    return type(record)(*(pick(part, rows) if is_dataclass(part) else part[..., rows] for part in parts))


def pack(record) -> np.ndarray:
    """All arrays of a (nested) record, whose last axis runs over `n` engagements, as float64 rows (n, width)."""
    return np.concatenate([_flat(part) for part in arrays(record)]).T.copy()


def unpack(rows: np.ndarray, like):
    """The record that `pack` turned into `rows` (n, width); `like` is any record of the same kind.

    Raises ValueError when the width is another one (a state kept by an older version must be recomputed).
    """
    columns = np.ascontiguousarray(rows, float).T
    width = sum(_flat(part).shape[0] for part in arrays(like))
    if columns.shape[0] != width:
        raise ValueError(f"a packed state has {width} numbers, not {columns.shape[0]}")
    record, _rest = _rebuild(columns, like)
    return record


def arrays(record):
    """All arrays of a (nested) record, always in the same order."""
    for part in (getattr(record, f.name) for f in fields(record)):
        if is_dataclass(part):
            yield from arrays(part)
        else:
            yield part


def _flat(array: np.ndarray) -> np.ndarray:
    height = math.prod(array.shape[:-1])
    return np.asarray(array, float).reshape(height, array.shape[-1])


def _rebuild(columns, like):
    built = []
    for part in (getattr(like, f.name) for f in fields(like)):
        if is_dataclass(part):
            value, columns = _rebuild(columns, part)
        else:
            height = _flat(part).shape[0]
            value = columns[:height].reshape(*part.shape[:-1], columns.shape[1]).astype(part.dtype)
            columns = columns[height:]
        built.append(value)
    return type(like)(*built), columns
