"""The field register says of every column what is true of it."""

import ast

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from coaching.database_roles import ADMIN_NEEDS, READ, WITHHELD, WITHHELD_COLUMNS
from coaching.field_register import REGISTER
from coaching.tests.test_architecture import MODULES
from engagements.actions import erasure
from engagements.retention import CODES, DRAFTS, LETTERS, LINKS, LOOKS_MONTHS
from trust.actions import erasing

pytestmark = pytest.mark.once

OURS = {
    model._meta.label: model
    for app in ("engagements", "trust", "coaching")
    for model in apps.get_app_config(app).get_models()
}
FIELDS = [(label, name, one) for label, table in REGISTER.items() for name, one in table.fields.items()]
# Where what an executive gets is put together, at once or after the coach's review.
EXPORTED_BY = {"yes": "trust.actions.own_", "reviewed": "trust.actions.opinion"}
# Columns that are emptied when content is erased, in rows that stay.
EMPTIED = {
    "engagements.Engagement": {"readiness"},
    "engagements.Executive": {"orientation"},
    "engagements.Session": {"place", "call_link", "calendar_uid"},
    "trust.Flag": {"evidence", "cause", "next_step", "helped", "helped_at"},
}
CASCADES = {"engagements.DriverEvidence", "engagements.ExperimentStep"}
BY_THE_KEY = {"engagements.EngagementKey", "engagements.SealedText"}


def test_every_table_of_ours_is_in_the_register_and_no_other():
    assert set(REGISTER) == set(OURS)


@pytest.mark.parametrize("label", sorted(OURS))
def test_every_column_is_in_the_register_and_no_other(label):
    columns = {field.name for field in OURS[label]._meta.concrete_fields}
    assert set(REGISTER[label].fields) == columns


def test_what_is_sealed_is_bytes_and_named_so():
    for label, name, one in FIELDS:
        field = OURS[label]._meta.get_field(name)
        assert one.sealed == name.startswith("sealed"), f"{label}.{name}"
        assert not one.sealed or isinstance(field, models.BinaryField), f"{label}.{name}"


def test_free_text_that_is_not_sealed_is_no_text_about_what_was_said():
    """Long texts in plain view are few, and each is known."""
    texts = [(label, name) for label, name, _ in FIELDS if type(OURS[label]._meta.get_field(name)) is models.TextField]
    plain = {f"{label}.{name}" for label, name in texts}
    agreement = {"confidentiality", "confidentiality_ends", "cancellation_terms"}
    assert plain == {"engagements.CoachProfile.bio", *(f"engagements.Agreement.{name}" for name in agreement)}


def test_what_administrators_do_not_see_their_database_role_cannot_read():
    for label, name, one in FIELDS:
        is_readable = READ in ADMIN_NEEDS.get(label, "") and name not in WITHHELD_COLUMNS.get(label, ())
        if "A" in one.seen:
            assert is_readable, f"{label}.{name}: administrators see it, says the register, and the role cannot"
        elif one.seen:
            named = label in WITHHELD or name in WITHHELD_COLUMNS.get(label, ()) or label in READ_FOR_OTHERS
            assert named or not is_readable, f"{label}.{name}: the role of the admin can read it"


# Tables that the admin's role reads for what administrators see; some of their columns are of no use to it.
READ_FOR_OTHERS = {"engagements.Executive", "engagements.Look", "engagements.Program", "engagements.User"}


def test_what_goes_with_the_content_is_what_erasing_takes_away():
    goes = {*erasure.GOES, *erasing.GOES} | CASCADES | BY_THE_KEY
    for label, name, one in FIELDS:
        if label in goes:
            assert one.kept in ("CONTENT", "DRAFT"), f"{label}.{name} is erased"
        else:
            assert (one.kept == "CONTENT") == (name in EMPTIED.get(label, ())), f"{label}.{name}"


def test_the_times_in_the_register_are_those_by_which_house_is_kept():
    from coaching.field_register.table import KEPT
    from engagements.models.import_run import KEPT_HOURS

    times = (LINKS.days, CODES.days, LETTERS.days, LOOKS_MONTHS, DRAFTS.days, KEPT_HOURS)
    assert times == (30, 1, 400, 24, 30, 24)
    told = {"LINK": "30 days", "LETTER": "400 days", "LOOK": "24 months", "DRAFT": "30 days", "DAY": "a day"}
    assert all(words in KEPT[key] for key, words in told.items())


def test_what_an_executive_gets_is_in_the_code_that_gives_it():
    """Choices are given in words, ratings by the names of their items, the rest by the column's own name."""
    from trust.instrument import ITEM_KEYS

    for label, name, one in FIELDS:
        if one.export != "no" and name not in ITEM_KEYS:
            named = names_in(EXPORTED_BY["yes"]) | names_in(EXPORTED_BY[one.export])
            ways = {name, f"get_{name}_display", f"{name}_id", f"is_{name}"}
            assert ways & named, f"{label}.{name} stands in no export"


def names_in(start):
    """Names of attributes and keywords in the modules whose names begin so."""
    found = set()
    for module, path in MODULES.items():
        if module.startswith(start):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute):
                    found.add(node.attr)
                elif isinstance(node, ast.keyword) and node.arg:
                    found.update(node.arg.split("__"))
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
    return found


def test_the_page_in_the_docs_is_up_to_date():
    call_command("field_register", check=True)
