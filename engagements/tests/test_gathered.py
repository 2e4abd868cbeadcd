"""Lists gathered in one statement are the lists that would have been read one by one."""

from datetime import date

import pytest
from django.db import connection
from django.db.models import BooleanField, Count, Exists, OuterRef, Value
from django.test.utils import CaptureQueriesContext

from coaching.tests.cast import at
from engagements.models import (
    AuditEvent,
    Engagement,
    EngagementKey,
    Program,
    Session,
    SessionMove,
    User,
)
from engagements.models.gathered import gather


def columns_of(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.fixture
def house(cast):
    """Engagements with sessions of all kinds, moves and an audit trail."""
    for days in range(5):
        session = Session.objects.create(
            engagement=cast.mine.engagement, starts_at=at(days), place='Room "7", löwe\n' if days else ""
        )
        SessionMove.objects.create(session=session, from_at=at(days), to_at=at(days, 1))
    return cast


def test_every_column_comes_back_as_it_is(house):
    wanted = {
        "sessions": Session.objects.order_by("-starts_at", "pk"),
        "moves": SessionMove.objects.order_by("from_at", "pk"),
        "audit": AuditEvent.objects.order_by("at", "pk"),
        "people": User.objects.order_by("email"),
        "programs": Program.objects.order_by("pk"),
    }
    found = gather(**wanted)
    for name, rows in wanted.items():
        plain = list(rows)
        assert plain, name
        assert [columns_of(row) for row in found[name]] == [columns_of(row) for row in plain], name
        assert [type(value) for row in found[name] for value in columns_of(row).values()] == [
            type(value) for row in plain for value in columns_of(row).values()
        ], name


def test_it_takes_one_statement_however_many_lists(house):
    with CaptureQueriesContext(connection) as queries:
        gather(a=Session.objects.all(), b=Program.objects.all(), c=User.objects.all(), d=SessionMove.objects.none())
    assert len(queries) == 1


def test_what_stands_beside_a_row_comes_along(house):
    rows = (
        Engagement.objects.select_related("program__organization", "coach")
        .annotate(
            moved=Count("sessions__moves"),
            has_any=Exists(Session.objects.filter(engagement=OuterRef("pk"))),
            always=Value(True, output_field=BooleanField()),
        )
        .order_by("pk")
    )
    found, plain = gather(rows=rows)["rows"], list(rows)
    for one, other in zip(found, plain, strict=True):
        assert (one.moved, one.has_any, one.always) == (other.moved, other.has_any, other.always)
        assert type(one.has_any) is bool
        assert columns_of(one.program.organization) == columns_of(other.program.organization)
        assert columns_of(one.coach) == columns_of(other.coach)
    with CaptureQueriesContext(connection) as queries:
        assert {one.coach.name for one in found}
    assert not queries


def test_narrowed_columns_and_rows_stay_narrow(house):
    rows = Session.objects.filter(starts_at__gte=at(2), engagement__starts_on__lt=date(2090, 1, 1)).defer("place")
    found = gather(rows=rows.order_by("pk"), none=Session.objects.none(), empty=Session.objects.filter(place="?"))
    assert [row.pk for row in found["rows"]] == [row.pk for row in rows.order_by("pk")]
    assert found["rows"][0].get_deferred_fields() == {"place"}
    assert found["none"] == found["empty"] == []


def test_saved_again_a_gathered_row_is_updated_not_added(house):
    session = gather(rows=Session.objects.order_by("starts_at")[:1])["rows"][0]
    number = Session.objects.count()
    session.minutes = 45
    session.save()
    assert Session.objects.count() == number
    assert Session.objects.get(pk=session.pk).minutes == 45


def test_keys_and_sealed_words_are_not_gathered(house):
    with pytest.raises(TypeError):
        gather(keys=EngagementKey.objects.all())


def test_figures_taken_from_sessions_are_those_that_the_database_counts(house):
    engagement = Engagement.objects.with_session_figures(at()).get(pk=house.mine.engagement.pk)
    counted = {name: value for name, value in vars(engagement).items() if "session" in name}
    taken = Engagement.objects.get(pk=engagement.pk)
    taken.take_figures(list(taken.sessions.all()), at())
    assert {name: getattr(taken, name) for name in counted} == counted
    assert counted["sessions_booked"] > 0
