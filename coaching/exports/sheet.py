"""Long tables as files, written row by row while they are sent: CSV, and a workbook of one sheet. Pure.

A workbook is a ZIP file of XML; with texts inside their cells it can be written without knowing what comes. All of them
are texts to whoever opens it, whatever they begin with.
"""

import csv
import io
import re
import zipfile
from datetime import date
from xml.sax.saxutils import escape

from engagements.imports.outcomes import harmless

ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
DAY_ONE = date(1899, 12, 30)  # as workbooks count days
ROWS_AT_A_TIME = 500

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        '<sheets><sheet name="Portfolio" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    # Styles: 0 plain, 1 a heading, 2 a date.
    "xl/styles.xml": (
        f'<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf fontId="1" applyFont="1"/>'
        '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}


def as_csv(head, rows):
    """Pieces of UTF-8 with a byte-order mark, which Excel needs. No cell is run as a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(head)
    yield "\ufeff".encode()
    for number, row in enumerate(rows, start=1):
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
        if number % ROWS_AT_A_TIME == 0:
            yield _taken_out(text).encode("utf-8", errors="replace")
    yield _taken_out(text).encode("utf-8", errors="replace")


def as_xlsx(head, rows):
    """Pieces of a workbook with one sheet; numbers are numbers and dates dates."""
    file = _Passing()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, part in PARTS.items():
            book.writestr(name, HEAD + part)
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'{HEAD}<worksheet xmlns="{MAIN}">{TOP}<sheetData>{_row(head, style=1)}'.encode())
            for lines in _some(_row(row) for row in rows):
                sheet.write("".join(lines).encode())
                yield file.taken_out()
            sheet.write(b"</sheetData></worksheet>")
    yield file.taken_out()


TOP = (
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView>'
    "</sheetViews>"
)


def _row(cells, style=0):
    return f"<row>{''.join(_cell(cell, style) for cell in cells)}</row>"


def _cell(value, style):
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, date):
        return f'<c s="2"><v>{(value - DAY_ONE).days}</v></c>'
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    words = escape(ILLEGAL.sub("", value))
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>'


def _some(lines):
    found = []
    for line in lines:
        found.append(line)
        if len(found) == ROWS_AT_A_TIME:
            yield found
            found = []
    yield found


def _taken_out(text):
    words = text.getvalue()
    text.seek(0)
    text.truncate()
    return words


class _Passing(io.RawIOBase):
    """A file that forgets what was taken out of it."""

    def __init__(self):
        super().__init__()
        self.pieces = []

    def writable(self):
        return True

    def write(self, piece):
        self.pieces.append(bytes(piece))
        return len(piece)

    def taken_out(self):
        found, self.pieces = b"".join(self.pieces), []
        return found
