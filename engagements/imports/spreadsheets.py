"""Reads the first sheet of an XLSX file. Pure. Cells become text, so that one way of reading serves all."""

import io
import zipfile
from datetime import date, datetime, time, timedelta

from engagements.imports.tables import MOST_COLUMNS, MOST_ROWS, Table, UnreadableFile, make_table

LARGEST_UNPACKED = 80 * 1024 * 1024  # bytes; a zip of 10 MB could unpack to a thousand times that
LARGEST_RATIO = 200
NO_SPREADSHEET = "This is not an XLSX file, or it is damaged. Save the table as CSV or XLSX."


def read_spreadsheet(content: bytes) -> Table:
    """The first sheet that has content; raises UnreadableFile."""
    _refuse_bomb(content)
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
        names = [sheet.title for sheet in sheets]
        records = _records(sheets[0]) if sheets else []
    except UnreadableFile:
        raise
    except Exception as error:  # openpyxl raises whatever the damaged part happens to cause
        raise UnreadableFile(NO_SPREADSHEET) from error
    remarks = (f"Only the first sheet, “{names[0]}”, is read.",) if len(names) > 1 else ()
    return make_table(records, file_format="XLSX", remarks=remarks)


def _refuse_bomb(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            names = {entry.filename for entry in entries}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise UnreadableFile(NO_SPREADSHEET) from error
    if "xl/workbook.xml" not in names:
        raise UnreadableFile(NO_SPREADSHEET)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > LARGEST_UNPACKED or unpacked > LARGEST_RATIO * max(len(content), 5_000):
        raise UnreadableFile("The spreadsheet unpacks to far more than 10 MB. Save it as CSV.")


def _records(sheet) -> list[list[str]]:
    """Rows as texts. The sheet's own word on its size is not trusted; it can claim a million empty rows."""
    sheet.reset_dimensions()
    records: list[list[str]] = []
    empty_in_a_row = 0
    for row in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1):
        texts = [as_text(value) for value in row]
        empty_in_a_row = 0 if any(texts) else empty_in_a_row + 1
        records.append(texts)
        if len(records) - empty_in_a_row > MOST_ROWS + 1:
            raise UnreadableFile(f"The sheet has more than {MOST_ROWS:,} rows. Bring it in parts.")
        if empty_in_a_row > 1_000:
            break
    return records


def as_text(value) -> str:
    """A cell's value as a person would type it: ISO dates, 24-hour times, numbers without needless digits."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes")
        case timedelta():
            minutes = round(value.total_seconds() / 60)
            return f"{minutes // 60:02}:{minutes % 60:02}"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(round(value, 10))
    return str(value)
