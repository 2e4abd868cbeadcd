"""Frozen quarters of a program as a manager from outside may read them; one query."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from trust.actions.cohort import cell_of
from trust.aggregates import Cell
from trust.models import CohortCell, CohortPeriod
from trust.models.cohort import quarter_of

CELL = tuple(name.attname for name in CohortCell._meta.concrete_fields if name.attname not in ("id", "period_id"))


@dataclass(slots=True)
class Quarter:
    """One written quarter; of what is withheld there is no cell."""

    starts_on: date
    cells: dict[str, Cell] = field(default_factory=dict)


def quarters_of(user, program, most, now):
    """The quarters written in the latest `most` ones, newest first."""
    since = quarter_of(now.date() - timedelta(days=91 * (most + 1)))
    periods = CohortPeriod.objects.visible_to(user).filter(program=program, starts_on__gte=since).newest_first()
    quarters = {}
    for row in periods.values("starts_on", *(f"cells__{name}" for name in CELL)):
        quarter = quarters.setdefault(row["starts_on"], Quarter(row["starts_on"]))
        if row["cells__group"]:
            quarter.cells[row["cells__group"]] = cell_of(CohortCell(**{name: row[f"cells__{name}"] for name in CELL}))
    return list(quarters.values())[:most]
