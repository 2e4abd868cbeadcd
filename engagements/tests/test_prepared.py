"""Questions that are kept are answered for each person as if they had been put together for them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coaching.tests.cast import at
from engagements.actions.accounts import person_with_roles
from engagements.models import Engagement, Program, Session, prepared
from engagements.models.gathered import gather, gather_for
from engagements.models.prepared import ask


def sessions_from(user, order, *, start, place):
    return Session.objects.visible_to(user).filter(starts_at__gte=start, place=place).order_by(order)


def programs_from_outside(user):
    return Program.objects.managed_by(user).with_outside_managers(user).order_by("pk").values_list("pk", "name")


def lists_of(user, *, engagement_id):
    return {
        "sessions": Session.objects.confided_to(user).filter(engagement=engagement_id).order_by("pk"),
        "engagements": Engagement.objects.managed_by(user).filter(pk=engagement_id).select_related("program"),
    }


def program_of_name(user):
    return Program.objects.filter(name=user.name)


@pytest.fixture
def people(cast):
    for days in range(3):
        Session.objects.create(engagement=cast.mine.engagement, starts_at=at(days), place="It's 100 %")
        Session.objects.create(engagement=cast.other.engagement, starts_at=at(days), place="elsewhere")
    everybody = (cast.cora, cast.otto, cast.pia, cast.petra, cast.ada, cast.sten)
    return [person_with_roles(person.pk) for person in everybody]


def test_each_person_gets_the_rows_that_are_theirs(people):
    values = [{"start": at(1), "place": "It's 100 %"}, {"start": at(0), "place": "elsewhere"}]
    seen = set()
    for _ in range(2):
        for person in people:
            for value in values:
                found = ask(sessions_from, person, "-starts_at", **value)
                assert found == list(sessions_from(person, "-starts_at", **value))
                seen.add(tuple(row.pk for row in found))
            assert ask(programs_from_outside, person) == list(programs_from_outside(person))
    assert len(seen) > 2


def test_the_same_question_in_another_shape_is_another_one(people):
    values = {"start": at(0), "place": "It's 100 %"}
    rising, falling = (ask(sessions_from, people[0], order, **values) for order in ("starts_at", "-starts_at"))
    assert len(rising) == 3
    assert rising == falling[::-1]


def test_lists_that_are_gathered_are_those_of_the_person(people, cast):
    keys = [cast.mine.engagement.pk, cast.other.engagement.pk]
    found = [gather_for(lists_of, person, engagement_id=key) for person in people for key in keys]
    assert found == [gather(**lists_of(person, engagement_id=key)) for person in people for key in keys]
    assert {len(one["sessions"]) for one in found} == {0, 5}


@pytest.mark.postgres
def test_somebody_who_is_not_let_in_any_more_gets_nothing(people):
    manager = people[2]
    assert ask(programs_from_outside, manager)
    manager.is_active = False
    assert ask(programs_from_outside, manager) == []


@pytest.mark.postgres
def test_a_rule_that_looks_at_more_of_a_person_than_is_kept_apart_fails(people):
    with pytest.raises(AttributeError):
        ask(program_of_name, people[0])


@pytest.mark.postgres
def test_nothing_of_a_person_is_kept(people):
    prepared._kept.cache_clear()
    start = timezone.now() - timedelta(days=400)
    ask(sessions_from, people[0], "starts_at", start=start, place="a secret place")
    kinds = prepared.kinds({"start": start, "place": ""})
    kept = prepared._kept(sessions_from, prepared.Asker.like(people[0]), ("starts_at",), kinds)
    assert prepared._kept.cache_info().hits == 1
    written = f"{kept.sql} {kept.params} {kept.rows.query.where!r}"
    for text in ("a secret place", str(people[0].pk), people[0].pk.hex, people[0].email):
        assert text not in written
