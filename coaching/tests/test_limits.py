"""Limits in the database itself: whatever form, import or job let something pass, no column takes it."""

from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction

from coaching.tests.test_erasing import told  # noqa: F401 - a fixture
from engagements.models import (
    Agreement,
    CoachProfile,
    Executive,
    Objective,
    Organization,
    Program,
    SealedText,
    Session,
    User,
)

pytestmark = pytest.mark.django_db
OURS = [model for app in ("engagements", "trust", "coaching") for model in apps.get_app_config(app).get_models()]

# Moments that somebody types; every other one is read from the clock by the action that writes it.
TYPED_MOMENTS = {"engagements.Session.starts_at", "engagements.SessionMove.from_at", "engagements.SessionMove.to_at"}
DIGITS = (models.IntegerField, models.FloatField, models.DecimalField)
WORDS = (models.CharField, models.TextField)


BELOW_ZERO = {"engagements.Standing.sessions_left"}  # more sessions may be held than were agreed


def fields_of(*kinds, without=()):
    return [
        pytest.param(model, field, id=f"{model._meta.label}.{field.name}")
        for model in OURS
        for field in model._meta.concrete_fields
        if isinstance(field, kinds) and not isinstance(field, without)
    ]


def refusals(row, field):
    """Names of the database's constraints on this field that the row would break."""
    found = set()
    for constraint in row._meta.constraints:
        if isinstance(constraint, models.CheckConstraint) and field.name in repr(constraint):
            try:
                constraint.validate(type(row), row)
            except ValidationError:
                found.add(constraint.name)
    return found


def is_refused(model, field, value):
    """Whether the database refuses this value, where it would take the row with a usual one."""
    usual_ones, odd = [model()], model()
    usual_ones += [model(**{field.attname: choice}) for choice, _ in field.flatchoices]
    setattr(odd, field.attname, value)
    refused = refusals(odd, field)
    return any(refused - refusals(usual, field) for usual in usual_ones)


@pytest.mark.parametrize(("model", "field"), fields_of(*WORDS))
def test_a_text_longer_than_its_column_is_refused(model, field):
    assert field.max_length, "says no length"
    assert is_refused(model, field, "x" * (field.max_length + 1))


def test_the_limit_of_a_column_is_the_one_that_its_field_names():
    for model in OURS:
        for constraint in model._meta.constraints:
            if constraint.name.endswith("_length"):
                (column,) = (expression.name for expression in constraint.condition.lhs.source_expressions)
                assert constraint.condition.rhs == model._meta.get_field(column).max_length, constraint.name


@pytest.mark.parametrize(("model", "field"), fields_of(models.BinaryField))
def test_sealed_bytes_longer_than_what_can_be_sealed_are_refused(model, field):
    assert field.max_length, "says no length"
    assert is_refused(model, field, b"x" * (field.max_length + 1))
    assert not is_refused(model, field, b"x" * min(field.max_length, 1_000_000))


@pytest.mark.parametrize(("model", "field"), fields_of(models.DateField, without=models.DateTimeField))
def test_a_day_outside_a_lifetime_is_refused(model, field):
    for day in (date(1, 1, 1), date(1999, 12, 31), date(2100, 1, 1), date(9999, 12, 31)):
        assert is_refused(model, field, day), day


@pytest.mark.parametrize("name", sorted(TYPED_MOMENTS))
def test_a_typed_moment_outside_a_lifetime_is_refused(name):
    model, field = apps.get_model(name.rpartition(".")[0]), name.rpartition(".")[2]
    for moment in (datetime(1999, 12, 31, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)):
        assert is_refused(model, model._meta.get_field(field), moment), moment


@pytest.mark.parametrize(("model", "field"), fields_of(*DIGITS))
def test_a_number_out_of_range_is_refused(model, field):
    assert "Positive" in field.get_internal_type() or str(field) in BELOW_ZERO or is_refused(model, field, -1)
    for number in (2**31 - 1, 1e300) if isinstance(field, models.FloatField) else (2**31 - 1,):
        assert is_refused(model, field, number), number


# --- the tables themselves --------------------------------------------------------------------------

TOO_LONG = {
    Program: {"name": "x" * 121, "time_zone": "x" * 65},
    Organization: {"name": "x" * 121},
    Executive: {"name": "x" * 121, "email": "x" * 255, "role": "x" * 121},
    User: {"name": "x" * 121, "email": "x" * 255, "password": "x" * 129},
    CoachProfile: {"bio": "x" * 2001, "credentials": "x" * 201},
    Agreement: {"confidentiality": "x" * 10_001, "cancellation_terms": "x" * 4_001, "version": 32_000},
    Session: {"place": "x" * 201, "call_link": "x" * 501, "minutes": 481, "starts_at": datetime(1, 1, 2, tzinfo=UTC)},
    SealedText: {"kind": "x" * 33, "sealed": b"x" * 800_030},
    Objective: {"status": "x" * 9},
}


def test_the_tables_refuse_what_goes_past_every_form(told):  # noqa: F811
    for model, values in TOO_LONG.items():
        key = model._base_manager.values_list("pk", flat=True).first()
        for name, value in values.items():
            with pytest.raises(DatabaseError), transaction.atomic():
                model._base_manager.filter(pk=key).update(**{name: value})
