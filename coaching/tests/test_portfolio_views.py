"""Named views, columns and files of the portfolio: exactly what is seen, for nobody else."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from openpyxl import load_workbook

from coaching.tests.cast import at, person
from coaching.tests.test_portfolio import hire, rows
from engagements.actions.engagements import change_status
from engagements.actions.people import add_manager
from engagements.actions.standings import mend_standings
from engagements.models import AuditEvent, Look, SavedView, Status
from engagements.models.saved_view import MOST_VIEWS
from trust.models import Flag

NOW = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
PAGE, VIEWS = "/portfolio/", "/portfolio/views/"


@pytest.fixture(autouse=True)
def noon():
    cache.clear()  # files are counted there
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def pia(cast, as_user):
    return as_user(cast.pia)


def page_of(client, query=""):
    return client.get(f"{PAGE}?{query}").content.decode()


def save(client, name, query=""):
    return client.post(VIEWS, {"name": name, "query": query})


# --- named views ----------------------------------------------------------------------------------


def test_a_view_is_saved_opened_and_marked_as_the_open_one(cast, pia):
    hire(cast, "Alba", coach=cast.otto)
    query = f"coach={cast.otto.pk}&sort=-next&col=coach"
    answer = save(pia, "Otto’s people", f"?{query}")
    assert answer.headers["Location"] == f"{PAGE}?{query}"
    page = pia.get(answer.headers["Location"]).content.decode()
    assert rows(page) == ["Alba"]
    assert f'href="/portfolio/?{query.replace("&", "&amp;")}" aria-current="true">Otto’s people' in page
    assert 'aria-current="true">Otto' not in page_of(pia)


def test_only_what_the_portfolio_knows_is_kept_of_an_address(cast, pia):
    theirs = cast.other.program.pk
    save(pia, "Odd", f"?q=emil&evidence__gt=1&sort=secret&program={theirs}&after=50.0..{theirs.hex}&status=ALL&page=3")
    assert SavedView.objects.get().query == "status=ALL"


def test_nobody_searched_for_stands_in_what_a_view_keeps_and_the_form_says_so(cast, pia):
    assert "what you search for is not kept" in page_of(pia, "q=emil")
    answer = save(pia, "Open ones", "?q=emil&status=ALL")
    assert answer.headers["Location"] == f"{PAGE}?status=ALL"
    assert "emil" not in str(list(SavedView.objects.values()))


def test_the_same_name_again_replaces_the_view(cast, pia):
    save(pia, "Mine", "?status=ALL")
    save(pia, "MINE", "?flag=ANY")
    assert list(SavedView.objects.values_list("name", "query")) == [("MINE", "flag=ANY")]


def test_a_view_is_renamed_and_deleted(cast, pia):
    save(pia, "One")
    save(pia, "Two")
    one = SavedView.objects.get(name="One")
    rename = reverse("saved_view_rename", args=[one.pk])
    assert "has this name" in pia.post(rename, {"name": "two"}).content.decode()
    assert pia.post(rename, {"name": "Three"}).status_code == 302
    pia.post(reverse("saved_view_delete", args=[one.pk]))
    assert list(SavedView.objects.values_list("name", flat=True)) == ["Two"]
    assert {"view.saved", "view.renamed", "view.deleted"} <= set(AuditEvent.objects.values_list("verb", flat=True))


def test_views_are_nobody_elses_also_not_another_managers_of_the_program(cast, as_user):
    view = SavedView.objects.create(user=cast.pia, name="Pia’s own", query="q=emil")
    add_manager(program=cast.mine.program, user=cast.petra, by=None, now=at())
    petra = as_user(cast.petra)
    assert "Pia’s own" not in page_of(petra) + petra.get(VIEWS).content.decode()
    for name in ("saved_view_rename", "saved_view_delete"):
        assert petra.post(reverse(name, args=[view.pk]), {"name": "x"}).status_code == 404


@pytest.mark.parametrize("name", ["", "x" * 61, "two\nlines", "\u202ereversed"])
def test_a_name_that_is_none_comes_back_with_a_reason_and_the_view(cast, pia, name):
    page = save(pia, name, "?flag=ANY").content.decode()
    assert 'name="query" value="flag=ANY"' in page
    assert "invalid-feedback" in page
    assert not SavedView.objects.exists()


def test_there_are_only_so_many_views(cast, pia):
    SavedView.objects.bulk_create(SavedView(user=cast.pia, name=f"View {n}") for n in range(MOST_VIEWS))
    assert "Delete one first" in save(pia, "One more").content.decode()
    assert save(pia, "view 3", "?flag=ANY").status_code == 302


@pytest.mark.parametrize("filler", ["q=" + "x" * 5000, "a=b&" * 2000, "&" * 3000, "q=" + "%F0%9F%92%A9" * 90])
def test_a_view_that_is_too_long_is_not_saved_as_another_one_but_refused_with_the_reason(cast, pia, filler):
    answer = pia.post(VIEWS, {"name": "Long", "query": f"?{filler}&status=ALL"}, follow=True)
    kept = list(SavedView.objects.values_list("query", flat=True))
    assert kept == ["status=ALL"] or (not kept and "This view was not saved" in answer.content.decode())


def test_signs_that_no_address_holds_are_left_out_of_a_view(cast, pia):
    assert save(pia, "Strange", "?q=%00&program=%ff&col=x&status=ALL").status_code == 302
    assert SavedView.objects.get().query == "status=ALL"


# --- columns --------------------------------------------------------------------------------------


def headings(page):
    return re.findall(r'<th scope="col"[^>]*><a href="[^"]+">([^<]+)</a>', page)


def test_columns_are_chosen_in_the_address_and_stay_while_one_sorts_and_filters(cast, pia):
    page = page_of(pia, "col=next&col=coach&status=ALL")
    assert headings(page) == ["Executive", "Coach", "Next"]
    assert 'data-label="Program"' not in page
    heading = re.search(r'<a href="([^"]+)">Coach</a>', page).group(1).replace("&amp;", "&")
    assert headings(page_of(pia, heading.removeprefix("?"))) == ["Executive", "Coach", "Next"]
    form = page.split("portfolio-filters")[1].split("</form>")[0]
    assert form.count('name="col"') == 2
    assert len(headings(page_of(pia))) == 8


def test_where_no_column_is_ticked_the_executive_stands_alone_and_stays_so(cast, pia):
    """The form of the columns always says that it was sent."""
    form = page_of(pia).split("portfolio-tools")[1].split("</form>")[0]
    assert '<input type="hidden" name="col" value="executive">' in form
    page = page_of(pia, "col=executive")
    assert headings(page) == ["Executive"]
    assert rows(page) == ["Emil"]
    assert form.count(" checked") == 7
    assert " checked" not in page.split("portfolio-tools")[1].split("</form>")[0]
    heading = re.search(r'<a href="([^"]+)">Executive</a>', page).group(1).replace("&amp;", "&")
    assert headings(page_of(pia, heading.removeprefix("?"))) == ["Executive"]
    assert headings(page_of(pia, "col=executive&col=next")) == ["Executive", "Next"]
    assert as_rows(pia, "col=executive")[0] == ["Executive"]


# --- files ----------------------------------------------------------------------------------------


def as_rows(client, query="", format="csv"):
    """The file as rows of texts and values, its heading first."""
    answer = client.get(f"/portfolio/as/{format}/?{query}")
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)
    if format == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return [list(row) for row in load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]


def test_a_file_holds_all_rows_that_match_in_the_order_that_is_seen(cast, pia, monkeypatch):
    monkeypatch.setattr("coaching.views.portfolio.ROWS_PER_PAGE", 2)
    monkeypatch.setattr("coaching.views.portfolio_export.AT_A_TIME", 2)
    for number in range(6):
        one = hire(cast, f"Person {number}", coach=cast.otto if number % 2 else cast.cora)
        if number == 3:
            change_status(engagement=one, to=Status.COMPLETED, by=cast.pia, now=NOW)
    names = {"": 6, "status=ALL": 7, "q=otto": 2, "status=ALL&sort=-coach": 7, "sort=flag": 6, "sort=next": 6}
    for query, number in names.items():
        seen, page = [], page_of(pia, query)
        while True:
            seen += rows(page)
            found = re.search(r'rel="next" href="\?([^"]+)"', page)
            if not found:
                break
            page = page_of(pia, found.group(1).replace("&amp;", "&"))
        for format in ("csv", "xlsx"):
            assert [row[0] for row in as_rows(pia, query, format)[1:]] == seen, query
        assert len(seen) == number


def test_a_file_tells_what_the_page_tells_and_numbers_and_dates_as_such(cast, pia):
    mend_standings(NOW)
    Flag.objects.create(engagement=cast.mine.engagement, kind="QUIET", opened_at=NOW - timedelta(days=3))
    told = ["Emil", "Cora", "Program One", "Active", 10, 0, 1, 10, None, datetime(2026, 3, 31), "Gone quiet for 3 days"]
    assert as_rows(pia, format="xlsx")[1] == [*told, "Gone quiet"]
    as_text = ["" if cell is None else str(cell).removesuffix(" 00:00:00") for cell in told]
    assert as_rows(pia)[1] == [*as_text, "Gone quiet"]


def test_a_file_has_the_columns_that_are_seen(cast, pia):
    assert as_rows(pia, "col=coach")[0] == ["Executive", "Coach"]
    assert as_rows(pia, "col=coach", "xlsx")[1] == ["Emil", "Cora"]


@pytest.mark.parametrize("name", ["=1+1", "+cmd", "@SUM(A1)", "-2", "\tx=1"])
def test_no_cell_is_run_as_a_formula(cast, pia, name):
    type(cast.emil).objects.filter(pk=cast.emil.pk).update(name=name)
    assert as_rows(pia)[1][0].startswith("'")
    answer = pia.get("/portfolio/as/xlsx/")
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.active["A2"].data_type == "s"


def test_signs_that_no_workbook_may_hold_are_left_out(cast, pia):
    type(cast.emil).objects.filter(pk=cast.emil.pk).update(name="E\x0bmil <&> “ß”")
    assert as_rows(pia, format="xlsx")[1][0] == "Emil <&> “ß”"


def test_a_file_holds_nothing_of_other_programs_and_nothing_confided(cast, pia):
    Flag.objects.create(engagement=cast.mine.engagement, kind="REGRESSING", opened_at=NOW, level="WATCH")
    text = str(as_rows(pia, "status=ALL"))
    for word in ("Erna", "Otto", "Two", "Losing", "Delegate"):
        assert word not in text


def test_a_file_is_in_the_ledger_before_it_leaves_and_asking_for_its_head_is_not(cast, pia):
    pia.head("/portfolio/as/csv/")
    assert not Look.objects.filter(what="EXPORT").exists()
    pia.get("/portfolio/as/csv/")
    look = Look.objects.get(what="EXPORT")
    assert (look.who_id, look.role, look.subject_id) == (cast.pia.pk, "MANAGER", cast.mine.program.pk)


def test_other_formats_are_no_pages_and_too_many_files_are_asked_to_wait(cast, pia, monkeypatch):
    assert pia.get("/portfolio/as/pdf/").status_code == 404
    as_rows(pia)
    monkeypatch.setattr("coaching.views.portfolio_export.DOWNLOADS", 1)
    assert pia.get("/portfolio/as/csv/").headers["Location"] == PAGE
    query = f"status=ALL&coach={cast.cora.pk}&col=next&col=coach"
    assert pia.get(f"/portfolio/as/csv/?{query}").headers["Location"] == f"{PAGE}?{query}"


def test_files_are_counted_per_person_and_not_per_office(cast, pia, as_user, monkeypatch):
    paul = person("Paul")
    add_manager(program=cast.mine.program, user=paul, by=None, now=at())
    monkeypatch.setattr("coaching.views.portfolio_export.DOWNLOADS", 2)
    assert [pia.get("/portfolio/as/csv/").status_code for _ in range(3)] == [200, 200, 302]
    assert as_user(paul).get("/portfolio/as/csv/").status_code == 200


def test_a_browser_is_not_told_to_keep_whatever_comes_as_a_file(cast, pia):
    """A page that says why there is no file would be kept under the file's name."""
    assert not re.search(r"<a [^>]*\bdownload\b", page_of(pia))
    assert "attachment" in pia.get("/portfolio/as/csv/").headers["Content-Disposition"]
