"""What is asked of the database for the portfolio, kept for the next page (engagements/models/prepared.py).

A question depends on which filters are set; on their values only where these are few.
"""

import uuid
from dataclasses import dataclass, field

from coaching.views.portfolio_rows import stretches
from engagements.models.prepared import ask

MOST_NAMED = 50  # engagements that a search found; more are asked for anew
BY_KEY = ("program", "coach")


@dataclass(frozen=True, slots=True)
class Outline:
    """A PortfolioFilter as far as questions look at it. Keys stand in it only while a question is put together."""

    few: tuple  # what is chosen from short lists: (name, value)
    keys: dict = field(compare=False)  # by name: of a program, a coach, engagements found
    words: tuple = ()

    def chosen(self, name):
        return self.keys.get(name) if name in BY_KEY else dict(self.few).get(name)

    @property
    def found(self):
        return self.keys.get("found")


def ask_about(build, user, chosen, *shape, **values):
    """The rows of `build(user, chosen, *shape, **values)`; for `shape` and `values` see there."""
    if chosen.words and (chosen.found is None or not 0 < len(chosen.found) <= MOST_NAMED):
        return list(build(user, chosen, *shape, **values))
    few = tuple((name, chosen.chosen(name)) for name in ("status", "flag", "sort"))
    keys = {name: uuid.UUID(chosen.chosen(name)) for name in BY_KEY if chosen.chosen(name)}
    if chosen.found:
        keys["found"] = tuple(chosen.found)
    return ask(_question, user, build, shape, few, tuple(values), **keys, **values)


def _question(user, build, shape, few, names, **values):
    keys = {name: value for name, value in values.items() if name not in names}
    return build(user, Outline(few, keys), *shape, **{name: values[name] for name in names})


@dataclass(frozen=True, slots=True)
class KeptStretch:
    """A stretch of the list (coaching.keyset.Stretch) whose rows are asked for by a question that is kept."""

    user: object
    chosen: object
    number: int
    order: tuple[str, ...]

    def beside(self, row, *, is_back, limit):
        at = {name: row[name] for name in self.order} if row else {}
        return ask_about(_beside, self.user, self.chosen, self.number, is_back, limit, **at)


def kept_stretches(user, chosen):
    """The list in its order."""
    found = stretches(user, chosen)
    return [KeptStretch(user, chosen, number, stretch.order) for number, stretch in enumerate(found)]


def _beside(user, chosen, number, is_back, limit, **at):
    return stretches(user, chosen)[number].question(at or None, is_back=is_back, limit=limit)
