"""Several small lists in one round trip: each query set becomes a JSON column of a single statement.

A page about one engagement shows a dozen short lists from as many tables. Asked for one by one they are a dozen
round trips; the rows are the same either way, and so is what each query set says of who may see them.
"""

import json
from functools import lru_cache

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection, models
from django.db.models.query import get_related_populators

from engagements.models.prepared import MOST_KEPT, Asker, blanks, filled, kinds


def gather(**querysets):
    """{name: list of rows} of model query sets, as `list()` of each would give them; one statement in all.

    Not for tables with binary columns, nor for `values()`; what is prefetched is left to the caller.
    """
    return _Gathered(querysets).ask({})


def gather_for(build, user, *shape, **values):
    """What `gather(**build(user, *shape, **values))` finds, with the statement kept; as engagements.models.prepared."""
    if connection.vendor != "postgresql":
        return gather(**build(user, *shape, **values))
    kept = _kept(build, Asker.like(user), shape, kinds(values))
    return kept.ask({"asker_pk": user.pk, "asker_email": user.email, **values})


@lru_cache(maxsize=MOST_KEPT)
def _kept(build, asker, shape, kinds):
    return _Gathered(build(asker, *shape, **blanks(kinds)))


class _Gathered:
    """The statement of several query sets."""

    def __init__(self, querysets):
        self.names = list(querysets)
        self.parts = [part for name, rows in querysets.items() if (part := _part(name, rows)) is not None]
        columns = ", ".join(f"({part.sql}) AS {connection.ops.quote_name(part.name)}" for part in self.parts)
        self.sql, self.params = f"SELECT {columns}", [one for part in self.parts for one in part.params]

    def ask(self, values):
        found = {name: [] for name in self.names}
        if not self.parts:
            return found
        with connection.cursor() as cursor:
            cursor.execute(self.sql, filled(self.params, values))
            answers = cursor.fetchone()
        for part, answer in zip(self.parts, answers, strict=True):
            found[part.name] = part.rows_of(json.loads(answer))
        return found


def _part(name, rows):
    """The column of one query set; None for one that cannot have rows."""
    try:
        return _Part(name, rows)
    except (EmptyResultSet, FullResultSet):
        return None


class _Part:
    """One query set as SQL that gives a JSON list of lists, and the way back to rows."""

    def __init__(self, name, rows):
        self.name = name
        self.compiler = rows.query.get_compiler(connection=connection)
        inner, self.params = self.compiler.as_sql()
        expressions = [expression for expression, *_ in self.compiler.select]
        self.fields = [expression.output_field for expression in expressions]
        if any(isinstance(field, models.BinaryField) for field in self.fields):
            raise TypeError(f"{name}: binary columns cannot be gathered.")
        self.converters = self.compiler.get_converters(expressions)
        columns = [f"c{number}" for number, _ in enumerate(self.fields)]
        made, gathered = _FUNCTIONS[connection.vendor]
        listed = ", ".join(columns)
        row = gathered.format(f"{made}({listed})")
        self.sql = f"WITH t({listed}) AS ({inner}) SELECT {row} FROM t"  # noqa: S608 - Django's SQL and our numbers

    def rows_of(self, lists):
        """Instances of the query set's model, with what it annotates and selects beside it."""
        if connection.vendor == "sqlite":
            lists = self.compiler.apply_converters(lists, self.converters)
        else:
            lists = [[_value(field, cell) for field, cell in zip(self.fields, row, strict=True)] for row in lists]
        return list(self._instances(lists))

    def _instances(self, lists):
        """As django.db.models.query.ModelIterable makes them."""
        info, select, db = self.compiler.klass_info, self.compiler.select, connection.alias
        start, end = info["select_fields"][0], info["select_fields"][-1] + 1
        names = [column[0].target.attname for column in select[start:end]]
        beside = get_related_populators(info, select, db)
        for row in lists:
            instance = info["model"].from_db(db, names, row[start:end])
            for populator in beside:
                populator.populate(row, instance)
            for annotation, place in (self.compiler.annotation_col_map or {}).items():
                setattr(instance, annotation, row[place])
            yield instance


_FUNCTIONS = {
    "postgresql": ("jsonb_build_array", "COALESCE(jsonb_agg({0}), '[]')::text"),
    "sqlite": ("json_array", "json_group_array({0})"),
}


def _value(field, cell):
    """What the driver would have given for a cell that came as JSON."""
    return cell if cell is None or isinstance(field, models.JSONField) else field.to_python(cell)
