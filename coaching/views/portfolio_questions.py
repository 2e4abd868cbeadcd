"""What is asked of the database for the portfolio, kept for the next page (engagements/models/prepared.py).

A question depends on which filters are set; on their values only where these are few.
"""

import uuid
from dataclasses import dataclass, field

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


def ask_about(build, user, chosen, **values):
    """The rows of `build(user, chosen, **values)`; for `values` see there."""
    if chosen.words and (chosen.found is None or not 0 < len(chosen.found) <= MOST_NAMED):
        return list(build(user, chosen, **values))
    few = tuple((name, chosen.chosen(name)) for name in ("status", "flag", "sort"))
    keys = {name: uuid.UUID(chosen.chosen(name)) for name in BY_KEY if chosen.chosen(name)}
    if chosen.found:
        keys["found"] = tuple(chosen.found)
    return ask(_question, user, build, few, tuple(values), **keys, **values)


def _question(user, build, few, names, **values):
    keys = {name: value for name, value in values.items() if name not in names}
    return build(user, Outline(few, keys), **{name: values[name] for name in names})
