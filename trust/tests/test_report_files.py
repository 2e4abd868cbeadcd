"""The workbook of a frozen sponsor report: what it is about, which quarter a figure is of, numbers to reckon with."""

from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from django.core.cache import cache
from django.urls import reverse
from openpyxl import load_workbook

from coaching.tests.cast import at, person
from engagements.actions.people import add_manager
from engagements.actions.report_freezing import freeze_report, verify_report
from engagements.models import SponsorReport
from engagements.retention import months_after
from trust.actions.cohort import freeze_quarter
from trust.models.cohort import next_quarter
from trust.tests.reporting import drafted, frozen
from trust.tests.test_cohort import IN_QUARTER, QUARTER, engage, rate
from trust.tests.test_report_figures import held, planned

pytestmark = pytest.mark.django_db
BEFORE = months_after(QUARTER, -3)


def file_of(client, report, format):
    return client.get(reverse(f"report_{format}", args=[report.pk])).content


def sheet_of(client, report, name="Figures"):
    return load_workbook(BytesIO(file_of(client, report, "xlsx")))[name]


def table_of(sheet):
    """[{head: cell}] of what stands below what the sheet is about."""
    lines = list(sheet.iter_rows())
    start = next(number for number, cells in enumerate(lines) if cells[0].value in ("Section", "Executive"))
    heads = [cell.value for cell in lines[start]]
    return [dict(zip(heads, cells, strict=True)) for cells in lines[start + 1 :]]


@pytest.fixture
def two_quarters(cast):
    """A frozen report about two quarters, in each of which six people were rated."""
    for number in range(6):
        engagement = engage(cast, number, (cast.cora, cast.otto)[number % 2])
        rate(engagement, 4, when=IN_QUARTER - timedelta(days=92))
        rate(engagement, 4)
    for quarter in (BEFORE, QUARTER):
        freeze_quarter(starts_on=quarter, time_zone="UTC", program_ids=[cast.mine.program.pk], now=at())
    draft = drafted(cast.mine, period=(BEFORE, next_quarter(QUARTER) - timedelta(days=1)))
    return freeze_report(report=draft, by=cast.pia, now=at())


def test_a_report_over_two_quarters_says_of_which_each_figure_is(cast, as_user, two_quarters):
    rows = table_of(sheet_of(as_user(cast.pia), two_quarters))
    sections = [row["Section"].value for row in rows if row["Figure"].value == "Cognitive trust"]
    assert len(set(sections)) == 2
    assert [f"{day:%B}" in words for day, words in zip((BEFORE, QUARTER), sections, strict=True)] == [True, True]
    assert rows[0]["Section"].value == "Engagements"


def test_each_sheet_says_what_it_is_about(cast, as_user):
    report = frozen(cast.mine)
    for name in ("Figures", "Engagements"):
        sheet = sheet_of(as_user(cast.pia), report, name)
        about = {cells[0]: cells[1] for cells in sheet.iter_rows(max_row=5, values_only=True)}
        assert about["Program"] == cast.mine.program.name
        assert about["Organization"] == cast.mine.organization.name
        assert f"{report.period_from:%B %Y}" in about["Period"]
        assert about["Frozen on"].date() == report.frozen_at.date()
        assert about["SHA-256"] == report.digest


def test_numbers_of_the_sheet_can_be_reckoned_with(cast, as_user):
    held(cast.mine, 20)
    draft = drafted(cast.mine, period=(at(-30).date(), at(-5).date()))
    report = freeze_report(report=draft, by=cast.pia, now=at())
    cells = {row["Figure"].value: row["Value"] for row in table_of(sheet_of(as_user(cast.pia), report))}
    assert (cells["Held"].value, cells["Held"].data_type) == (1, "n")
    assert (cells["Attendance"].value, cells["Attendance"].number_format) == (1, "0 %")
    assert (cells["Budget used"].value, cells["Budget used"].number_format) == (0.1, "0 %")
    assert cells["From start to first session"].value == 40
    assert cells["Trust"].value == "Not shown"


def test_dates_and_counts_of_an_engagement_are_dates_and_numbers(cast, as_user):
    held(cast.mine, 50), planned(cast.mine, 45)
    (row,) = table_of(sheet_of(as_user(cast.pia), frozen(cast.mine), "Engagements"))
    assert row["From"].value.date() == cast.mine.engagement.starts_on
    assert isinstance(row["From"].value, date)
    assert (row["Sessions held"].value, row["Budget"].value) == (1, 10)


def test_files_of_reports_are_counted_per_person(cast, as_user, monkeypatch):
    report, paul = frozen(cast.mine), person("Paul")
    add_manager(program=cast.mine.program, user=paul, by=None, now=at())
    monkeypatch.setattr("trust.views.report_files.DOWNLOADS", 1)
    cache.clear()
    address = reverse("report_json", args=[report.pk])
    assert [as_user(one).get(address).status_code for one in (cast.pia, cast.pia, paul, paul)] == [200, 302, 200, 302]


def test_the_workbook_is_the_same_each_time_and_the_digest_holds(cast, as_user, two_quarters):
    client = as_user(cast.pia)
    assert file_of(client, two_quarters, "xlsx") == file_of(client, two_quarters, "xlsx")
    assert sha256(file_of(client, two_quarters, "json")).hexdigest() == two_quarters.digest
    assert verify_report(SponsorReport.objects.get()).is_same
