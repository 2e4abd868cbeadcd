"""Reading what people bring: delimiters, encodings, dates, times, columns, limits. No database."""

import io
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest

from engagements.imports import moments
from engagements.imports.cells import BadCell, read_attendance, read_count, read_email, read_rating
from engagements.imports.columns import guess_columns
from engagements.imports.moments import DateOrder, read_date, read_time, recognise_dates
from engagements.imports.outcomes import harmless, refused_rows_csv
from engagements.imports.roster import roster_columns
from engagements.imports.sources import read_source
from engagements.imports.tables import UnreadableFile, decode, read_table
from engagements.models.identity import EARLIEST_ON, LATEST_ON
from trust.imports.history import history_columns

pytestmark = pytest.mark.once


def xlsx(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_recognised_even_where_cells_hold_another(delimiter):
    text = f'Name{delimiter}Role\n"Berg, Anna; née Tal|"{delimiter}CFO\n"Lund"{delimiter}"Head\tof R&D"\n'
    table = read_table(text.encode())
    assert (table.delimiter, table.header) == (delimiter, ("Name", "Role"))
    assert table.lines[0].cells == ("Berg, Anna; née Tal|", "CFO")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"])
def test_the_encoding_is_recognised(encoding):
    text = "Name;Role\nZoë Müller-Çelik;Führungskraft\nSeán Ó Néill;Directeur général\n"
    assert read_table(text.encode(encoding)).lines[0].cells == ("Zoë Müller-Çelik", "Führungskraft")


def test_central_european_letters_are_recognised():
    assert decode("Łódź, Gdańsk, żółw się".encode("cp1250"))[0] == "Łódź, Gdańsk, żółw się"


def test_rows_are_counted_as_a_spreadsheet_counts_them_across_line_breaks_inside_quotes():
    table = read_table(b'a,b\r\n1,"two\r\nlines, and ""quotes"""\r\n\r\n3,4\r\n')
    assert [(line.number, line.cells) for line in table.lines] == [
        (2, ("1", 'two\nlines, and "quotes"')),
        (4, ("3", "4")),
    ]


def test_excels_own_separator_line_is_no_row():
    table = read_table(b"sep=|\nName|Role\nAnna|CFO\n")
    assert (table.delimiter, table.header, table.lines[0].number) == ("|", ("Name", "Role"), 2)


def test_empty_rows_at_the_end_are_no_rows_and_a_row_too_long_says_so():
    table = read_table(b"a;b\n1;2;3\n;\n4;5\n;\n;\n")
    assert [(line.number, line.is_empty, line.spare) for line in table.lines] == [
        (2, False, 1),
        (3, True, 0),
        (4, False, 0),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"a;b\n", "no row"),
        (b"a;b\n1;\x00\x002\n", "NUL"),
        (b"a;b" + b"\n1;2" * 20_001, "20,000 rows"),
        (b"a;b\n" + b"x" * (10 * 1024 * 1024), "10 MB"),
        (b'a,b\n1,"never closed\n2,3\n', "never closed"),
        (b"PK\x03\x04 but no zip", "not an XLSX"),
        (b"\xd0\xcf\x11\xe0 old excel", ".xls"),
        (b"%PDF-1.7 a report", "PDF"),
        (b"\xef\xbb\xbfBEGIN:VCALENDAR\nEND:VCALENDAR", "calendar"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content, words):
    with pytest.raises(UnreadableFile, match=words):
        read_table(content)


def test_a_zip_bomb_is_not_unpacked():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", b" " * (100 * 1024 * 1024))
    with pytest.raises(UnreadableFile, match="unpacks"):
        read_table(file.getvalue())


def test_a_spreadsheet_with_an_entity_bomb_is_refused():
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("xl/workbook.xml", bomb)
        package.writestr("[Content_Types].xml", bomb)
    with pytest.raises(UnreadableFile, match="not an XLSX"):
        read_table(file.getvalue())


def test_spreadsheet_cells_become_text_as_a_person_would_type_it():
    row = [date(2026, 2, 18), datetime(2026, 2, 18, 14, 30), time(9, 5), 60.0, 4.3330, True, None, "=1+1"]
    table = read_table(xlsx([*"abcdefgh"], row, [None], ["x"]))
    assert table.file_format == "XLSX"
    assert table.lines[0].cells == ("2026-02-18", "2026-02-18 14:30", "09:05", "60", "4.333", "yes", "", "")
    assert [(line.number, line.is_empty) for line in table.lines] == [(2, False), (3, True), (4, False)]


@pytest.mark.parametrize(
    ("texts", "order", "is_open"),
    [
        (["31.12.2026"], DateOrder.DAY_FIRST, False),
        (["01/02/2026", "31/12/2026"], DateOrder.DAY_FIRST, False),
        (["01/02/2026", "12/31/2026"], DateOrder.MONTH_FIRST, False),
        (["01/02/2026", "03/04/2026"], DateOrder.DAY_FIRST, True),
        (["13/01/2026", "01/13/2026"], DateOrder.DAY_FIRST, True),
        (["05/05/2026"], DateOrder.DAY_FIRST, False),
        (["2026-12-31", ""], DateOrder.DAY_FIRST, False),
    ],
)
def test_day_and_month_are_told_apart_by_the_column_as_a_whole(texts, order, is_open):
    dates = recognise_dates(texts)
    assert (dates.order, dates.is_open) == (order, is_open)


@pytest.mark.parametrize(
    "text",
    ["18.02.2026", "18/2/2026", "18-02-26", "2026-02-18", "2026/2/18", "2026-02-18 10:00", "2026-02-18T10:00:00",
     "18 Feb 2026", "Wed, 18 February 2026", "February 18th, 2026", "18. Februar 2026", "46071", "18-Feb-26"],
)  # fmt: skip
def test_dates_are_read_however_they_are_written(text):
    assert read_date(text) == date(2026, 2, 18)


@pytest.mark.parametrize("text", ["31.02.2026", "2027-13-01", "00.01.2026", "1/1/1999", "1/1/2100", "soon", "12", "²"])
def test_a_date_that_is_none_is_refused(text):
    with pytest.raises(BadCell):
        read_date(text)


@pytest.mark.parametrize(
    "text", ["14:30", "14.30", "14:30:00", "2:30 pm", "2.30PM", "14h30", "14:30 Uhr", "1430", "2:30 p.m.", "0,6041667"]
)
def test_times_are_read_however_they_are_written(text):
    assert read_time(text) == time(14, 30)


@pytest.mark.parametrize("text", ["25:00", "14:60", "13:00 pm", "0:30 am", "noon", "9", "-1:00"])
def test_a_time_that_is_none_is_refused(text):
    with pytest.raises(BadCell):
        read_time(text)


@pytest.mark.parametrize(
    "text", ["not-an-address", "a@b", "a b@c.example", "a@b..example", "@c.example", "x" * 300 + "@c.example"]
)
def test_an_address_that_is_none_is_refused(text):
    with pytest.raises(BadCell, match="not an e-mail address"):
        read_email(text)


def test_an_address_is_read_in_lower_case_also_from_a_mail_program():
    assert (
        read_email("Anna Berg <Anna@Client.example>")
        == read_email("mailto:ANNA@client.example")
        == "anna@client.example"
    )


@pytest.mark.parametrize("text", ["0", "-5", "201", "ten", "1e3", "nan", "inf", "1.5", "٣0000"])
def test_a_count_out_of_bounds_is_refused(text):
    with pytest.raises(BadCell):
        read_count(1, 200)(text)


def test_counts_and_ratings_take_what_spreadsheets_write():
    assert read_count(5, 480)("60 min") == read_count(5, 480)("60.0") == 60
    assert (read_rating("4,333"), read_rating("7"), read_rating("n/a")) == (4.333, 7, None)
    for text in ("0.9", "7.1", "9", "-1", "nan", "high"):
        with pytest.raises(BadCell):
            read_rating(text)


def test_attendance_is_read_by_word_and_a_cancelled_session_is_no_history():
    assert [read_attendance(word) for word in ("Yes", "no-show", "HELD", "missed")] == [True, False, True, False]
    for word in ("maybe", "cancelled"):
        with pytest.raises(BadCell):
            read_attendance(word)


@pytest.mark.parametrize(
    ("columns", "header", "expected"),
    [
        (roster_columns(), ["Organisation", "Programme", "Coach", "Name", "E-Mail", "Start"],
         {"organization": 0, "program": 1, "coach_email": 2, "executive_name": 3,
          "executive_email": 4, "starts_on": 5}),
        (roster_columns(), ["Coach e-mail", "Executive e-mail", "Executive"],
         {"coach_email": 0, "executive_email": 1, "executive_name": 2}),
        (history_columns(), ["executive e-mail", "Date", "cognitive (1-7)", "client cognitive (1-7)", "Private Notes"],
         {"client_email": 0, "date": 1, "cognitive": 2, "client_cognitive": 3, "note": 4}),
        (history_columns(), ["CLIENT_EMAIL", "Session date", "Start time", "Duration (minutes)", "Attendence", "sky"],
         {"client_email": 0, "date": 1, "start": 2, "minutes": 3, "attended": 4}),
    ],
)  # fmt: skip
def test_columns_are_guessed_by_name(columns, header, expected):
    assert guess_columns(header, columns) == expected


def test_what_a_person_chose_goes_before_the_guess_and_ambiguous_dates_wait_for_a_choice():
    content = b"who,when,day\nanna@client.example,03/04/2026,x\n"
    options = {"columns": {"client_email": 0, "date": 1, "note": 99}}
    source = read_source(content, history_columns, date_column="date", options=options)
    assert source.blockers == ("The dates can be read as day or month first. Choose which.",)
    chosen = read_source(
        content, history_columns, date_column="date", options=options | {"dates": DateOrder.MONTH_FIRST.value}
    )
    assert chosen.blockers == ()
    assert chosen.rows()[0].values["date"] == date(2026, 3, 4)


def test_no_cell_of_the_download_is_run_as_a_formula():
    rows = [{"row": 2, "reason": "=bad", "cells": ['=HYPERLINK("x")', "+1", "-1", "@x", " =1", "fine"]}]
    text = refused_rows_csv(["=head"], rows).decode("utf-8-sig")
    assert text.splitlines()[0] == "Row,Reason,'=head"
    assert "'=bad" in text
    assert "\"'=HYPERLINK(" in text
    assert all(
        harmless(cell).startswith("'") for cell in ("=", "+", "-", "@", "\t=", "\r=", "\n=", "\u00a0=", "＝1", "\tx")
    )


def test_the_years_that_are_read_are_the_years_that_are_kept():
    assert (EARLIEST_ON.year, LATEST_ON.year) == (moments.FIRST_YEAR, moments.LAST_YEAR)
