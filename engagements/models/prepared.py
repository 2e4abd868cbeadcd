"""Questions that are put together once per process and asked again with other values.

Django builds and compiles a query each time it is asked, which takes a page of many lists longer than everything else
it does. What a question says in SQL depends on the roles of whoever asks, not on who they are: it is kept with blanks
for the person and for whatever else changes. Kept is SQL, never a row and never a value.

SQLite is asked by queries built anew: there Django changes some values on their way into the SQL.
"""

import copy
import datetime
import uuid
from dataclasses import dataclass
from functools import lru_cache

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.expressions import Expression

MOST_KEPT = 512  # questions in memory; those not asked for longest go first


class Blank(Expression):
    """Stands in a question for the value of this name, or for the one in this place of several."""

    allowed_default = False

    def __init__(self, name, field, place=None):
        super().__init__(output_field=field)
        self.name, self.place = name, place

    def as_sql(self, compiler, connection, **context):
        return "%s", [self]

    def fill(self, values):
        """This blank's value, ready for the driver."""
        value = values[self.name] if self.place is None else values[self.name][self.place]
        return self.output_field.get_db_prep_value(value, connection)


FIELDS: dict[type, models.Field] = {
    uuid.UUID: models.UUIDField(),
    datetime.datetime: models.DateTimeField(),
    datetime.date: models.DateField(),
    str: models.CharField(),
    int: models.IntegerField(),
}


@dataclass(frozen=True, slots=True)
class Asker:
    """Stands for a person in a question: all that row rules may look at. A rule that looks at more fails at once."""

    is_active: bool
    is_administrator: bool
    holds_coach_profile: bool
    manages_a_program: bool

    @classmethod
    def like(cls, user):
        return cls(user.is_active, user.is_administrator, user.holds_coach_profile, user.manages_a_program)

    @property
    def pk(self):
        return Blank("asker_pk", FIELDS[uuid.UUID])

    @property
    def email(self):
        return Blank("asker_email", FIELDS[str])


def ask(build, user, *shape, **values):
    """The rows of `build(user, *shape, **values)`, a query set.

    `build` must be pure, and is kept for good: a function of a module. `shape` is what the SQL depends on, hashable;
    `values` are what it does not depend on: keys, moments, days, texts, numbers,
    never None; and tuples of some of one kind, of which each length is a question by itself.
    """
    if connection.vendor != "postgresql":
        return list(build(user, *shape, **values))
    kept = _kept(build, Asker.like(user), shape, kinds(values))
    return [] if kept is None else kept.ask({"asker_pk": user.pk, "asker_email": user.email, **values})


def kinds(values):
    """Names and types of values: of two questions with the same, only one is kept."""
    return tuple((name, *_kind(value)) for name, value in values.items())


def _kind(value):
    return (type(value[0]), len(value)) if isinstance(value, tuple) else (type(value), None)


def blanks(kinds):
    """What stands for such values in a question: a blank, or a list of blanks for as many."""
    return {name: _blank(name, FIELDS[kind], number) for name, kind, number in kinds}


def _blank(name, field, number):
    return Blank(name, field) if number is None else [Blank(name, field, place) for place in range(number)]


@lru_cache(maxsize=MOST_KEPT)
def _kept(build, asker, shape, kinds):
    """None for a question that can have no answer."""
    try:
        return _Kept(build(asker, *shape, **blanks(kinds)))
    except EmptyResultSet:
        return None


def filled(params, values):
    """Parameters of SQL with values in their blanks."""
    return [one.fill(values) if isinstance(one, Blank) else one for one in params]


class _Kept:
    """A query set and its SQL."""

    def __init__(self, rows):
        self.rows = rows
        self.compiler = rows.query.get_compiler(connection=connection)
        self.sql, self.params = self.compiler.as_sql()

    def ask(self, values):
        compiler = copy.copy(self.compiler)
        compiler.connection = connection  # of this thread
        compiler.as_sql = lambda *args, **kwargs: (self.sql, tuple(filled(self.params, values)))
        rows = self.rows.all()
        rows.query.get_compiler = lambda *args, **kwargs: compiler
        return list(rows)
