"""The cast of the tests: Cora coaches Emil, Otto coaches Erna, Pia runs Cora's program, Petra runs Otto's."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from engagements.actions.agreements import record_acceptance
from engagements.actions.engagements import change_status, create_engagement
from engagements.actions.people import add_executive, add_manager, add_organization, add_person, add_program, make_coach
from engagements.actions.sessions import schedule_session
from engagements.models import Party, Status, User

PASSWORD = "a long test phrase"


def at(days=0, hours=0):
    """A moment relative to this hour."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=days, hours=hours)


def person(name, **fields):
    """An account that may sign in. Password hashing is the slow part, so it is done once."""
    user = add_person(
        email=f"{name.lower()}@people.example", name=name, by=None, now=at(), is_active=True, time_zone="UTC", **fields
    )
    User.objects.filter(pk=user.pk).update(password=_hashed())
    user.refresh_from_db()
    return user


def _hashed(known=[]):  # noqa: B006 - the list is the memory between calls
    if not known:
        from django.contrib.auth.hashers import make_password

        known.append(make_password(PASSWORD))
    return known[0]


def active_engagement(*, program, coach, executive, by, starts_days_ago=60, objective="Delegate more"):
    """An engagement whose agreement both sides have accepted and that runs."""
    start = at(-starts_days_ago)
    engagement = create_engagement(
        program=program,
        coach=coach,
        executive=executive,
        starts_on=start.date(),
        by=by,
        now=start,
        objective=objective,
    )
    agreement = engagement.agreements.current().get()
    for party in (Party.EXECUTIVE, Party.SPONSOR):
        record_acceptance(agreement=agreement, party=party, accepted_on=start.date(), by=by, now=start)
    for status in (Status.CONTRACTED, Status.ACTIVE):
        engagement = change_status(engagement=engagement, to=status, by=by, now=start)
    return engagement


def side(name, coach_name, manager_name, executive_name):
    """One program with its manager, coach, executive, engagement and a session to log."""
    manager, coach = person(manager_name), person(coach_name)
    organization = add_organization(name=f"Organization {name}", by=None, now=at())
    program = add_program(organization=organization, name=f"Program {name}", by=None, now=at(), time_zone="UTC")
    add_manager(program=program, user=manager, by=None, now=at())
    make_coach(user=coach, by=None, now=at())
    executive = add_executive(
        organization=organization,
        name=executive_name,
        email=f"{executive_name.lower()}@client.example",
        by=None,
        now=at(),
        time_zone="UTC",
    )
    engagement = active_engagement(program=program, coach=coach, executive=executive, by=manager)
    session = schedule_session(engagement=engagement, starts_at=at(-1), minutes=60, by=coach, now=at(-20))
    upcoming = schedule_session(engagement=engagement, starts_at=at(13), minutes=60, by=coach, now=at(-20))
    return SimpleNamespace(
        organization=organization,
        program=program,
        manager=manager,
        coach=coach,
        executive=executive,
        engagement=engagement,
        session=session,
        upcoming=upcoming,
    )


@pytest.fixture
def cast(db):
    """The cast, for one test."""
    return the_cast()


def the_cast():
    """Everybody, with `mine` (Cora, Emil, Pia) and `other` (Otto, Erna, Petra), and a stranger with no role."""
    mine = side("One", "Cora", "Pia", "Emil")
    other = side("Two", "Otto", "Petra", "Erna")
    return SimpleNamespace(
        mine=mine,
        other=other,
        cora=mine.coach,
        pia=mine.manager,
        emil=mine.executive,
        otto=other.coach,
        petra=other.manager,
        erna=other.executive,
        ada=person("Ada", is_administrator=True),
        sten=person("Sten"),
    )


@pytest.fixture
def as_user(client):
    """The test client, signed in: `as_user(cast.cora).get(…)`."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in
