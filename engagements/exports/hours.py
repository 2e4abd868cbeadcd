"""The client log as CSV, XLSX and PDF, and the letter for internal coaches. No cell is run as a formula."""

import csv
import io
from pathlib import Path

from engagements.exports.typeset import typeset
from engagements.hours import clock, decimal
from engagements.imports.outcomes import harmless

HERE = Path(__file__).parent
HEAD = (
    "No.", "Client", "Individual or group", "Number in group", "Contact", "Start", "End",
    "Paid hours", "Pro-bono hours", "Total hours", "Paid h:mm", "Pro bono h:mm", "Total h:mm",
)  # fmt: skip
WIDTHS = (6, 28, 18, 16, 32, 12, 12, 12, 15, 12, 11, 14, 11)


def hours_csv(log) -> bytes:
    """UTF-8 with a byte-order mark, which Excel needs."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEAD)
    for row in log.rows:
        texts = (row.number, harmless(row.client), row.form, row.people, harmless(row.contact))
        writer.writerow([*texts, row.starts_on, row.ends_on, *_figures(row)])
    writer.writerow(["", "Total", "", "", "", "", "", *_figures(log)])
    return text.getvalue().encode("utf-8-sig", errors="replace")


def hours_xlsx(log) -> bytes:
    """One sheet; dates are dates and hours numbers, what was typed is text whatever it begins with."""
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font

    book = Workbook()
    del book[book.sheetnames[0]]
    sheet = book.create_sheet("Client log")
    sheet.append(HEAD)
    for row in log.rows:
        sheet.append([row.number, None, row.form, row.people, None, row.starts_on, row.ends_on, *_numbers(row)])
        for column, words in ((2, row.client), (5, row.contact)):
            cell = sheet.cell(sheet.max_row, column)
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", words)
            cell.data_type, cell.quotePrefix = "s", True
    sheet.append([None, "Total", None, None, None, None, None, *_numbers(log)])
    for line in (1, sheet.max_row):
        for cell in sheet[line]:
            cell.font = Font(bold=True)
    for column, width in zip(sheet.columns, WIDTHS, strict=True):
        sheet.column_dimensions[column[0].column_letter].width = width
    sheet.freeze_panes = "A2"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def hours_pdf(log, *, coach, since, made_on) -> bytes:
    """A4 across, tagged."""
    rows = [
        [f"{row.number}", row.client, _form(row), row.contact, _day(row.starts_on), _day(row.ends_on), *row.hours]
        for row in log.rows
    ]
    lead = f"{coach}. Hours since {_day(since)}, when coach training began. Made on {_day(made_on)}."
    return typeset(HERE / "hours.typ", {"lead": lead, "rows": rows, "totals": log.hours})


def letter_pdf(letter) -> bytes:
    """`letter` as engagements.views.hours makes it: paragraphs, facts and who signs."""
    return typeset(HERE / "hours_letter.typ", letter)


def letter_of(*, coach, organization, since, until, figures, made_on) -> dict:
    """The words of the letter, for page and paper alike. No client is named."""
    return {
        "title": "Confirmation of coaching hours",
        "made_on": _day(made_on),
        "words": [
            f"{organization} confirms that {coach} is employed by us and coached people of this organization as "
            "part of that employment. Coaching was paid for with the salary.",
            "The figures are taken from the coach's own log of sessions held. Meetings to get to know each other and "
            "meetings with sponsors are not counted. Clients are not named.",
        ],
        "facts": [
            ["Coach", coach],
            ["Period", f"{_day(since)} to {_day(until)}"],
            ["Paid hours", f"{clock(figures.minutes)} ({decimal(figures.minutes)} hours)"],
            ["Sessions", f"{figures.sessions}"],
            ["Clients", f"{figures.clients}"],
        ],
        "lines": ["Name and role", "Place and date", "Signature"],
        "signs": f"For {organization}",
    }


def _figures(row):
    return [*(decimal(part) for part in (row.paid, row.pro_bono, row.total)), *row.hours]


def _numbers(row):
    return [*(float(decimal(part)) for part in (row.paid, row.pro_bono, row.total)), *row.hours]


def _form(row):
    return row.form if row.people == 1 else f"{row.form} of {row.people}"


def _day(day):
    return f"{day.day} {day:%b %Y}"
