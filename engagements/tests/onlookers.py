"""Everybody who may look at something, and what each of them gets to see of it.

On top of the cast: Bo coaches Eve in Otto's program and manages both; Fay coached Emil's colleague, and her coach
profile has ended; Pax manages Otto's program and is coached in it; Rita managed Cora's until she was removed. The
`_asleep` may not sign in any more.
"""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from coaching.tests.cast import active_engagement, at, person, the_cast
from engagements.actions.people import add_executive, add_manager, make_coach, remove_manager
from engagements.models import CoachProfile, User


@pytest.fixture(scope="module")
def onlookers(django_db_setup, django_db_blocker):
    """Everybody, once for a whole module: each test takes back what it does, the module takes back these."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _onlookers(the_cast())
        transaction.set_rollback(True)


def _onlookers(cast):
    """`people`, `engagements` and `programs`, by name."""
    bo, fay, pax, rita = (person(name) for name in ("Bo", "Fay", "Pax", "Rita"))
    one, two = cast.mine.program, cast.other.program
    for program, user in ((one, bo), (two, bo), (two, pax), (one, rita)):
        add_manager(program=program, user=user, by=None, now=at())
    remove_manager(membership=rita.program_memberships.get(), by=cast.ada, now=at())
    for user in (bo, fay):
        make_coach(user=user, by=None, now=at())
    engagements = {
        "mine": cast.mine.engagement,
        "other": cast.other.engagement,
        "of_bo": _engagement(two, bo, "Eve", "PAX@People.example", cast.petra),
        "of_fay": _engagement(one, fay, "Edda", "edda@client.example", cast.pia),
    }
    CoachProfile.objects.filter(user=fay).update(ended_at=at())
    awake = (cast.cora, cast.otto, cast.pia, cast.petra, cast.ada, cast.sten, bo, fay, pax, rita)
    people = {user.name.lower(): User.objects.get(pk=user.pk) for user in awake}
    for name in ("cora", "pia", "ada", "bo"):
        asleep = User.objects.get(pk=people[name].pk)
        asleep.is_active = False
        people[f"{name}_asleep"] = asleep
    people["nobody"] = AnonymousUser()
    return SimpleNamespace(people=people, engagements=engagements, programs={"one": one, "two": two})


def _engagement(program, coach, name, email, by):
    executive = add_executive(
        organization=program.organization, name=name, email=email, by=None, now=at(), time_zone="UTC"
    )
    return active_engagement(program=program, coach=coach, executive=executive, by=by)


def seen_by_each(people, rule, named, **more):
    """{person: names of the rows that the rule shows them}, without those who see nothing. `named`: {name: row}."""
    names = {row.pk: name for name, row in named.items()}
    model = type(next(iter(named.values())))
    seen = {
        who: set(model.objects.filter(rule(user, **more)).values_list("pk", flat=True)) for who, user in people.items()
    }
    return {who: {names.get(pk, "another") for pk in pks} for who, pks in seen.items() if pks}


def allowed(people, verb, *rows):
    """Names of those who may."""
    return {who for who, user in people.items() if verb(user, *rows) is True} | {
        f"{who}: neither yes nor no" for who, user in people.items() if not isinstance(verb(user, *rows), bool)
    }
