"""Frozen quarters of a program as a manager from outside may read them; one query."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from trust.actions.cohort import cell_of, lasting_of
from trust.aggregates import Cell, LastingFigures
from trust.models import CohortCell, CohortLasting, CohortPeriod
from trust.models.cohort import quarter_of


def _columns(model):
    return tuple(one.attname for one in model._meta.concrete_fields if one.attname not in ("id", "period_id"))


CELL, LASTING = _columns(CohortCell), _columns(CohortLasting)


@dataclass(slots=True)
class Quarter:
    """One written quarter; of what is withheld there is nothing."""

    starts_on: date
    lasting: LastingFigures | None = None
    cells: dict[str, Cell] = field(default_factory=dict)


def quarters_of(user, program, most, now):
    """The quarters written in the latest `most` ones, newest first."""
    since = quarter_of(now.date() - timedelta(days=91 * (most + 1)))
    periods = CohortPeriod.objects.visible_to(user).filter(program=program, starts_on__gte=since).newest_first()
    names = [f"cells__{name}" for name in CELL] + [f"lasting__{name}" for name in LASTING]
    quarters = {}
    for row in periods.values("starts_on", *names):
        quarter = quarters.setdefault(row["starts_on"], Quarter(row["starts_on"]))
        if row["cells__group"]:
            quarter.cells[row["cells__group"]] = cell_of(_row(CohortCell, "cells", CELL, row))
        if row["lasting__asked"]:
            quarter.lasting = lasting_of(_row(CohortLasting, "lasting", LASTING, row))
    return list(quarters.values())[:most]


def _row(model, prefix, names, row):
    return model(**{name: row[f"{prefix}__{name}"] for name in names})
