"""A frozen sponsor report as PDF, XLSX and as the bytes that were digested. Made per download, each time the same."""

import io
import zipfile
from datetime import UTC, date
from pathlib import Path

from engagements.exports.typeset import typeset
from engagements.report_content import STATUS_WORDS, canonical
from engagements.report_periods import words_of

TEMPLATE = Path(__file__).with_name("sponsor_report.typ")
HEAD = ("Figure", "Value", "Rests on")
ENGAGEMENT_HEAD = (
    "Executive", "Status", "From", "Until", "Ended", "Sessions held", "Budget",
    "Held in the period", "Missed in the period", "Cancelled in the period", "Stated objective",
)  # fmt: skip
WIDTHS = {"Figures": (34, 30, 70), "Engagements": (30, 14, 12, 12, 12, 14, 10, 18, 20, 22, 80)}


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
    """Two sheets, figures and engagements. What was typed is text, whatever it begins with."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook()
    del book[book.sheetnames[0]]
    figures = book.create_sheet("Figures")
    _fill(figures, HEAD, [[row.label, row.value, row.note] for one in sections for row in one.rows])
    _fill(figures, ("SHA-256", report.digest, ""), [])
    if rows:
        _fill(book.create_sheet("Engagements"), ENGAGEMENT_HEAD, [_engagement(row) for row in rows])
    for sheet in book.worksheets:
        for number, width in enumerate(WIDTHS[sheet.title], start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.freeze_panes = "A2"
    book.properties.creator = "Point of Trust"
    book.properties.created = book.properties.modified = report.frozen_at.astimezone(UTC).replace(tzinfo=None)
    return _same_each_time(book, report.frozen_at.astimezone(UTC))


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


def _fill(sheet, head, rows):
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font

    for number, cells in enumerate([head, *rows]):
        line = 1 if sheet.max_row == 1 and sheet.cell(1, 1).value is None else sheet.max_row + 1
        for column, value in enumerate(cells, start=1):
            cell = sheet.cell(line, column)
            if isinstance(value, str):
                cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
                cell.data_type, cell.quotePrefix = "s", True
            else:
                cell.value = value
            cell.font = Font(bold=number == 0)


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
