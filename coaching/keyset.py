"""Pages of a long list by the row where one ends, not by counting: the hundredth costs what the first does.

A list is made of stretches, each with its own order: rows that have what it is sorted by, then those that have not.
An order is a tuple of columns whose last one is the key, so that each row has one place.
"""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q

MOST = 10_000_000  # rows: more is a made-up address
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHAPE = re.compile(r"(\d{1,8})\.([01])\.(t?-?\d{1,18})?\.([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows of one order. `rows` gives a queryset of mappings; `order`: names in these, `paths`: the columns they are.

    `lead`: a column that is the same in all rows, for the database to find its index by.
    """

    rows: Callable[[], Any]
    order: tuple[str, ...]
    paths: tuple[str, ...]
    is_falling: bool = False
    lead: tuple[str, ...] = ()

    def beside(self, row, *, is_back, limit):
        """At most so many rows after this one, or before it; from the end that is met first without one."""
        return list(self.question(row, is_back=is_back, limit=limit))

    def question(self, row, *, is_back, limit):
        """The query set of these rows."""
        is_falling = self.is_falling != is_back
        rows = self.rows()
        if row is not None:
            rows = rows.filter(_beyond(self.paths, [row[name] for name in self.order], "lt" if is_falling else "gt"))
        paths = (*self.lead, *self.paths)
        return rows.order_by(*(f"-{path}" if is_falling else path for path in paths))[:limit]


def _beyond(paths, values, sign):
    """SQL cannot always walk an index for (a, b) > (x, y); for a >= x and (a > x or b > y) it can."""
    path, value = paths[0], values[0]
    if len(paths) == 1:
        return Q(**{f"{path}__{sign}": value})
    further = _beyond(paths[1:], values[1:], sign)
    return Q(**{f"{path}__{sign}e": value}) & (Q(**{f"{path}__{sign}": value}) | further)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a list, as it stands in an address: how many rows are before, which stretch, what it is sorted by
    where that is a number or a moment, and the key of the row. Names are looked up by the key.
    """

    position: int
    stretch: int
    value: object
    key: uuid.UUID

    def __str__(self):
        return f"{self.position}.{self.stretch}.{_written(self.value)}.{self.key.hex}"


def read_mark(text):
    """The mark, or None for anything that is none."""
    found = SHAPE.fullmatch(text or "")
    if not found or int(found[1]) > MOST:
        return None
    try:
        return Mark(int(found[1]), int(found[2]), _read(found[3]), uuid.UUID(found[4]))
    except OverflowError:
        return None


def _written(value):
    if isinstance(value, datetime):
        return f"t{(value - EPOCH) // timedelta(microseconds=1)}"
    return str(value) if isinstance(value, int) else ""


def _read(text):
    if not text:
        return None
    return _moment(int(text[1:])) if text.startswith("t") else int(text)


def _moment(microseconds):
    moment = EPOCH + timedelta(microseconds=microseconds)
    if not 2000 <= moment.year <= 2099:
        raise OverflowError("No row of ours has such a date.")
    return moment


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as (number of the stretch, row), the number of the first one, and whether there is more on either side."""

    rows: list
    first: int
    has_previous: bool
    has_next: bool


def page_of(stretches, mark, row, *, is_back, size):
    """A page after the mark, or before it; `row` holds the values of its place. The first page without one."""
    if mark is None or row is None or mark.stretch >= len(stretches):
        found = _walk(stretches, 0, None, False, size + 1)
        return Page(found[:size], 1, False, len(found) > size)
    found = _walk(stretches, mark.stretch, row, is_back, size + 1)
    if not is_back and not found:  # what came after it is gone: an empty page would look like an empty list
        return page_of(stretches, None, None, is_back=False, size=size)
    if not is_back:
        return Page(found[:size], mark.position + 1, True, len(found) > size)
    if len(found) < size:  # the beginning is not a page by itself
        return page_of(stretches, None, None, is_back=False, size=size)
    return Page(found[:size][::-1], max(mark.position - size, 1), len(found) > size, True)


def _walk(stretches, start, row, is_back, limit):
    """Rows from a place on through this stretch and the following ones, or the preceding ones."""
    found = []
    for number in range(start, -1, -1) if is_back else range(start, len(stretches)):
        here = row if number == start else None
        rows = stretches[number].beside(here, is_back=is_back, limit=limit - len(found))
        found += [(number, one) for one in rows]
        if len(found) == limit:
            break
    return found


def everything(stretches, size):
    """All rows in their order, some at a time: [(number of the stretch, row)], read as they are asked for."""
    for number, stretch in enumerate(stretches):
        last = None
        while rows := stretch.beside(last, is_back=False, limit=size):
            yield [(number, row) for row in rows]
            if len(rows) < size:
                break
            last = rows[-1]
