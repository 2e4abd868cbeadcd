"""A frozen sponsor report as PDF, XLSX and as the bytes that were digested. Made per download, each time the same."""

import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from engagements.exports.typeset import typeset
from engagements.report_content import STATUS_WORDS, canonical
from engagements.report_periods import words_of
from trust.report_words import Form

TEMPLATE = Path(__file__).with_name("sponsor_report.typ")
HEAD = ("Section", "Figure", "Value", "Rests on")
ENGAGEMENT_HEAD = (
    "Executive", "Status", "From", "Until", "Ended", "Sessions held", "Budget",
    "Held in the period", "Missed in the period", "Cancelled in the period", "Stated objective",
)  # fmt: skip
WIDTHS = {"Figures": (44, 34, 24, 70), "Engagements": (30, 22, 12, 12, 12, 14, 10, 18, 20, 22, 80)}
FORMATS = {Form.COUNT: "#,##0", Form.DAYS: '[=1]0 "day";#,##0 "days"', Form.SHARE: "0 %", Form.TENTHS: "0.0"}
DAY_FORMAT, MOMENT_FORMAT = "yyyy-mm-dd", 'yyyy-mm-dd hh:mm "UTC"'


class Number(NamedTuple):
    """A number and how a workbook shows it."""

    value: float
    format: str


def as_json(content) -> bytes:
    """Exactly what the digest is of: `sha256sum` of the file gives it."""
    return canonical(content)


def as_pdf(report, sections, rows) -> bytes:
    """A tagged PDF/UA with the digest at the foot of each page; its date is the day of freezing."""
    moment = report.frozen_at.astimezone(UTC)
    data = {
        "title": f"{report.figures['program']}: {words_of(report.period_from, report.period_until)}",
        "lead": f"{report.figures['organization']}. Report on a coaching program, frozen on "
        f"{moment.day} {moment:%B %Y, %H:%M} UTC.",
        "frozen_on": {"year": moment.year, "month": moment.month, "day": moment.day},
        "digest": report.digest,
        "sections": [
            {"title": one.title, "rows": [[row.label, row.value, row.note] for row in one.rows]} for one in sections
        ],
        "engagements": [
            {"executive": row["executive"], "lines": [_line(line) for line in row["lines"]]} for row in rows
        ],
    }
    return typeset(TEMPLATE, data)


def _line(shown):
    return {"title": shown["title"], "text": shown["text"], "facts": [list(fact) for fact in shown["facts"]]}


def as_xlsx(report, sections, rows) -> bytes:
    """Two sheets, figures and engagements, each with what it is about above. Typed text stays text, however it begins.

    Numbers are numbers, to reckon with; what is rounded or withheld is told in words, as on the page.
    """
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook()
    del book[book.sheetnames[0]]
    about = _about(report)
    figures = [[one.title, row.label, _value(row), row.note] for one in sections for row in one.rows]
    _fill(book.create_sheet("Figures"), about, HEAD, figures)
    if rows:
        _fill(book.create_sheet("Engagements"), about, ENGAGEMENT_HEAD, [_engagement(row) for row in rows])
    for sheet in book.worksheets:
        for number, width in enumerate(WIDTHS[sheet.title], start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.freeze_panes = f"A{len(about) + 3}"
    book.properties.creator = "Point of Trust"
    book.properties.created = book.properties.modified = report.frozen_at.astimezone(UTC).replace(tzinfo=None)
    return _same_each_time(book, report.frozen_at.astimezone(UTC))


def _about(report):
    return [
        ("Program", report.figures["program"]),
        ("Organization", report.figures["organization"]),
        ("Period", words_of(report.period_from, report.period_until)),
        ("Frozen on", report.frozen_at.astimezone(UTC).replace(tzinfo=None)),
        ("SHA-256", report.digest),
    ]


def _value(row):
    return row.value if row.number is None else Number(row.number, FORMATS[row.form])


def _engagement(row):
    """One line of the sheet; what was not released stays empty."""
    says = {shown["line"].is_about_objective: shown for shown in row["lines"]}
    progress = says[False]["line"].figures if False in says else {}
    days = [_day(progress.get(name)) for name in ("starts_on", "ends_on", "ended_on")]
    counts = [progress.get(name) for name in ("held", "budget", "held_in_period", "missed", "cancelled")]
    status = STATUS_WORDS.get(progress.get("status"))
    return [row["executive"], status, *days, *counts, says[True]["text"] if True in says else None]


def _day(iso):
    return date.fromisoformat(iso) if iso else None


def _fill(sheet, about, head, rows):
    """What the sheet is about, an empty line, the heads of the columns, the rows."""
    from openpyxl.styles import Font

    head_line = len(about) + 2
    for line, cells in enumerate([*about, (), head, *rows], start=1):
        for column, value in enumerate(cells, start=1):
            if value is None:
                continue
            cell = sheet.cell(line, column)
            _put(cell, value)
            if line == head_line or (line <= len(about) and column == 1):
                cell.font = Font(bold=True)


def _put(cell, value):
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type, cell.quotePrefix = "s", True
    elif isinstance(value, Number):
        cell.value, cell.number_format = value
    else:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = MOMENT_FORMAT if isinstance(value, datetime) else DAY_FORMAT


def _same_each_time(book, moment) -> bytes:
    """The workbook's bytes without the moment of writing, which both its properties and its archive would hold."""
    from openpyxl.writer.excel import ExcelWriter

    written, made = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        ExcelWriter(book, archive).write_data()
    with zipfile.ZipFile(written) as archive, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as same:
        for name in archive.namelist():
            entry = zipfile.ZipInfo(name, date_time=moment.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            same.writestr(entry, archive.read(name))
    return made.getvalue()
