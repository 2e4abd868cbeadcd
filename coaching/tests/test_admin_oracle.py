"""The admin is no oracle: no filter, ordering, search, title or history line answers about what is confidential.

The questions are made from the models: every way of at most three steps from a page's table to a column that is
confidential, with every comparison that would let somebody guess a value piece by piece.
"""

import re
from datetime import date

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import models
from django.urls import reverse

from coaching.database_roles import WITHHELD, WITHHELD_COLUMNS
from coaching.tests.cast import at
from coaching.tests.test_access_matrix import unmasked
from engagements.actions.people import edit_executive
from engagements.actions.texts import write_text
from engagements.models import TextKind
from trust.actions.point_of_trust import confirm_point_of_trust
from trust.actions.session_log import log_session
from trust.instrument import COACH_ITEMS
from trust.models import Flag

SECRET_COLUMNS = {**WITHHELD_COLUMNS, "engagements.User": {"password"}, "engagements.Invitation": {"token_hash"}}
COMPARISONS = ("", "__startswith", "__contains", "__regex", "__gt", "__lte", "__in", "__isnull", "__range", "__year")
MARKER = "zinnober"
PAGES = sorted(admin.site._registry.items(), key=lambda page: page[0]._meta.label)
STEPS = 3  # relations from the table of a page


def ways(model, steps=STEPS, came=""):
    """Lookups that lead from a model to a confidential column, and to whether a confidential row is there."""
    for field in model._meta.get_fields():
        name = field.name
        if field.is_relation:
            target = field.related_model
            if target is None or not steps:
                continue
            if target._meta.label in WITHHELD:
                yield f"{came}{name}"
            yield from ways(target, steps - 1, f"{came}{name}__")
        elif model._meta.label in WITHHELD or field.name in SECRET_COLUMNS.get(model._meta.label, ()):
            yield f"{came}{name}"


def address(model, to="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{to}", args=args)


@pytest.fixture
def ada(cast, as_user):
    return as_user(cast.ada)


@pytest.fixture
def confided(cast):
    """Cora's engagement with something in every confidential place, and a marker wherever words are."""
    mine, session = cast.mine, cast.mine.session
    log_session(
        session=session, by=cast.cora, now=at(), minutes=60, seen=["asked"], note=f"Note {MARKER}",
        summary=f"Summary {MARKER}", ratings={item.key: 5 for item in COACH_ITEMS},
    )  # fmt: skip
    objective = mine.engagement.objectives.get()
    write_text(
        engagement_id=mine.engagement.pk, kind=TextKind.OBJECTIVE, subject_id=objective.pk, text=f"Goal {MARKER}",
        by=cast.cora, now=at(),
    )  # fmt: skip
    confirm_point_of_trust(
        engagement=mine.engagement, reached_on=date.today(), seen=[], words=f"Then {MARKER}", by=cast.cora, now=at()
    )
    Flag.objects.create(engagement=mine.engagement, kind="REGRESSING", opened_at=at(-3), evidence={"note": MARKER})
    edit_executive(executive=mine.executive, orientation="RELATIONAL", by=cast.cora, now=at())
    return cast


def test_the_ways_to_what_is_confidential_are_found():
    """The questions below would prove nothing if there were none."""
    found = {model._meta.model_name: set(ways(model)) for model, _ in PAGES}
    assert "orientation" in found["executive"]
    assert "engagements__sealed_texts__sealed" in found["executive"]
    assert "executives__engagements__judgement__p_stalled" in found["organization"]
    assert "engagements__sessions__readings__cognitive" in found["user"]
    assert sum(map(len, found.values())) > 500


@pytest.mark.parametrize(("model", "its_admin"), PAGES, ids=lambda part: getattr(part, "__name__", ""))
def test_no_filter_of_a_page_follows_a_way_to_what_is_confidential(model, its_admin, rf):
    for way in ways(model):
        for comparison in COMPARISONS:
            assert not its_admin.lookup_allowed(f"{way}{comparison}", "x", rf.get("/")), way + comparison


@pytest.mark.django_db
@pytest.mark.parametrize("model", [model for model, _ in PAGES], ids=lambda model: model.__name__)
def test_a_guess_gets_the_same_answer_whether_right_or_wrong(confided, ada, model):
    """Through the front door, one question for every column of a few steps' way."""
    for way in sorted(ways(model, steps=2)):
        guesses = (f"{way}__startswith=a", f"{way}__isnull=True", f"{way}__isnull=False", f"{way}__gt=0")
        answers = [ada.get(f"{address(model)}?{guess}") for guess in guesses]
        assert {answer.status_code for answer in answers} <= {400, 302}, way
        assert len({answer.status_code for answer in answers}) == 1, way
        assert len({unmasked(answer) for answer in answers}) == 1, way


@pytest.mark.parametrize(("model", "its_admin"), PAGES, ids=lambda part: getattr(part, "__name__", ""))
def test_lists_filter_order_and_search_by_columns_of_their_own_that_anybody_there_may_know(model, its_admin):
    secret = SECRET_COLUMNS.get(model._meta.label, ())
    columns = {field.name for field in model._meta.concrete_fields}
    worked_out = {name for name in its_admin.list_display if name not in columns}  # by a method of the page
    assert not [name for name in worked_out if getattr(getattr(its_admin, name), "admin_order_field", None)]
    used = {*its_admin.list_display, *its_admin.list_filter, *its_admin.search_fields, *(its_admin.ordering or ())}
    used = {f"{name}".lstrip("-") for name in used} - worked_out
    assert used <= columns - set(secret)
    for name in {*its_admin.list_display, *its_admin.list_filter} - worked_out:
        field = model._meta.get_field(name)
        assert not field.is_relation or field.related_model._meta.label not in WITHHELD
    for name in its_admin.list_select_related or ():
        assert model._meta.get_field(name).related_model._meta.label not in WITHHELD
    assert its_admin.date_hierarchy is None
    assert not its_admin.list_editable


@pytest.mark.django_db
@pytest.mark.parametrize("model", [model for model, _ in PAGES], ids=lambda model: model.__name__)
def test_an_order_that_is_asked_for_is_never_by_a_column_that_is_not_shown(confided, ada, model):
    secret = {column for columns in SECRET_COLUMNS.values() for column in columns}
    for order in ("orientation", "-orientation", "99", "-99", "0", "engagements__flags__kind", "1.99", "password"):
        answer = ada.get(address(model), {"o": order})
        assert answer.status_code in (200, 302, 400)
        if answer.status_code == 200:
            named = {f"{name}".lstrip("-") for name in answer.context["cl"].queryset.query.order_by}
            assert not named & secret
            assert not [name for name in named if "__" in name]


@pytest.mark.django_db
@pytest.mark.parametrize("model", [model for model, _ in PAGES], ids=lambda model: model.__name__)
@pytest.mark.parametrize("word", [MARKER, "RELATIONAL", "Relational", "md5$", "REGRESSING", "STALLED"])
def test_a_search_finds_nothing_by_what_is_confidential(confided, ada, model, word):
    answer = ada.get(address(model), {"q": word})
    assert answer.status_code == 200
    assert answer.context["cl"].result_count == 0


@pytest.mark.django_db
def test_pages_titles_and_history_lines_say_nothing_confidential(confided, ada):
    mine = confided.mine
    fields = {"organization": mine.organization.pk, "email": mine.executive.email, "language": "en", "time_zone": "UTC"}
    changed = ada.post(address(type(mine.executive), "change", mine.executive.pk), fields | {"name": "Emil E."})
    assert changed.status_code == 302
    rows = (mine.executive, mine.organization, mine.program, mine.coach, mine.manager)
    pages = [reverse("admin:index"), *(address(model) for model, _ in PAGES)]
    pages += [address(type(row), to, row.pk) for row in rows for to in ("change", "history")]
    for page in pages:
        text = ada.get(page).content.decode()
        assert not re.search(rf"{MARKER}|relational|orientation", text, re.IGNORECASE), page
    mine.executive.refresh_from_db()
    assert mine.executive.orientation == "RELATIONAL"


@pytest.mark.django_db
def test_history_lines_are_about_rows_that_have_a_page(confided, ada):
    mine = confided.mine
    ada.post(address(type(mine.organization), "change", mine.organization.pk), {"name": "Renamed", "alarm_budget": "9"})
    registered = {model._meta.model_name for model, _ in PAGES}
    assert LogEntry.objects.exists()
    assert {entry.content_type.model for entry in LogEntry.objects.all()} <= registered


@pytest.mark.django_db
@pytest.mark.parametrize("label", sorted(WITHHELD))
def test_the_title_of_a_confidential_row_is_its_kind_and_a_key(confided, label):
    for row in apps.get_model(label).objects.all():
        assert re.fullmatch(r"[A-Z][a-z -]*( \d+ of engagement)? ([0-9a-f-]{36}|\d+)", f"{row}"), f"{row}"


def test_no_table_that_is_withheld_has_a_page_or_a_part_of_one():
    parts = {inline.model for _, page in PAGES for inline in page.inlines}
    assert not {model._meta.label for model in parts | {model for model, _ in PAGES}} & WITHHELD
    assert all(issubclass(model, models.Model) for model in parts)
