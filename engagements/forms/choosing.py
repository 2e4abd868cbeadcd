"""Somebody or something of many: chosen from a list while the list is short, beyond that typed by name or address."""

import uuid

from django import forms
from django.db.models import Model, Q, Value
from django.db.models.functions import Concat, Lower

from engagements.forms.lines import LineField

MOST_OPTIONS = 100  # a longer list is searched, not scrolled
MOST_MEANT = 5  # names that a typed part reminds of


def are_few(rows):
    """Whether the rows fit into a list. In no order: a database that sorts reads them all."""
    return len(rows.order_by().values_list("pk", flat=True)[: MOST_OPTIONS + 1]) <= MOST_OPTIONS


def row_named(rows, key):
    """The row of that key, where a link named one of these rows; else None."""
    try:
        return rows.filter(pk=uuid.UUID(str(key))).first()
    except ValueError:
        return None


def by_name_or_address(rows, typed):
    return rows.filter(Q(name__iexact=typed) | Q(email__iexact=typed))


def by_title(rows, typed):
    """Programs: by their name, or by that of the organization with it."""
    titled = rows.annotate(title=Concat("organization__name", Value(": "), "name"))
    return titled.filter(Q(name__iexact=typed) | Q(title__iexact=typed))


class TypedField(LineField):
    """One of `rows`, typed by what `find` goes by; cleans to the row, or to None where nothing is typed.

    `chosen`: the row that stands there already; its name means this one, also where others have the same.
    `unknown` and `several`: what is said of words that fit none or more than one. `meant` holds the rows that a
    message named.
    """

    def __init__(self, rows, *, unknown, several, chosen=None, find=by_name_or_address, told=str, **kwargs):
        super().__init__(max_length=260, **kwargs)
        self.rows, self.find, self.told, self.chosen = rows, find, told, chosen
        self.unknown, self.several, self.meant = unknown, several, []

    def prepare_value(self, value):
        """The key or row it begins with stands there by its name."""
        key = value.pk if isinstance(value, Model) else value
        return self.told(self.chosen) if self.chosen and str(key) == str(self.chosen.pk) else value

    def clean(self, value):
        if isinstance(value, Model):
            return value
        typed = super().clean(value)
        if not typed:
            return None
        if self.chosen and typed.casefold() == self.told(self.chosen).casefold():
            return self.chosen
        found = list(self.find(self.rows, typed)[:2])
        if len(found) > 1:
            raise forms.ValidationError(self.several)
        return found[0] if found else self._refuse(typed)

    def _refuse(self, typed):
        self.meant = list(self.rows.filter(name__icontains=typed).order_by(Lower("name"), "pk")[:MOST_MEANT])
        hint = f" Did you mean {'; '.join(dict.fromkeys(map(self.told, self.meant)))}?" if self.meant else ""
        raise forms.ValidationError(f"{self.unknown}{hint}")
