"""Reads a table from bytes: format, encoding, delimiter, header, rows. Pure."""

import csv
import io
from collections import Counter
from dataclasses import dataclass, field

from charset_normalizer import from_bytes

LARGEST_FILE = 10 * 1024 * 1024  # bytes
MOST_ROWS = 20_000
MOST_COLUMNS = 200
LONGEST_CELL = 100_000  # characters

SAMPLE = 200_000  # bytes or characters from which a format is recognised

DELIMITERS = {";": "Semicolon", ",": "Comma", "\t": "Tab", "|": "Vertical bar"}
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 without byte-order mark",
    "utf-16-be": "UTF-16 without byte-order mark, big-endian",
    "cp1252": "Western European (Windows-1252)",
    "cp1250": "Central European (Windows-1250)",
    "mac_roman": "Mac Roman",
}
BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
OTHER_FORMATS = (
    (b"\xd0\xcf\x11\xe0", "This is an old Excel file (.xls) or one with a password. Save it as .xlsx or CSV first."),
    (b"%PDF", "This is a PDF. Save the table as CSV or XLSX."),
    (b"BEGIN:VCALENDAR", "This is a calendar. Bring it under “Calendar”."),
    (b"\x89PNG", "This is a picture. Save the table as CSV or XLSX."),
    (b"\xff\xd8\xff", "This is a picture. Save the table as CSV or XLSX."),
    (b"{\\rtf", "This is a text document. Save the table as CSV or XLSX."),
    (b"<!DOCTYPE", "This is a web page. Save the table as CSV or XLSX."),
    (b"<html", "This is a web page. Save the table as CSV or XLSX."),
)


class UnreadableFile(Exception):
    """The file cannot be read as what it should be; the message says in plain words why."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row below the header. `number` is the row as a spreadsheet counts it; `spare` counts cells too many."""

    number: int
    cells: tuple[str, ...]
    spare: int = 0

    @property
    def is_empty(self) -> bool:
        return not any(self.cells) and not self.spare


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows below it, every cell as text, and how they were read."""

    header: tuple[str, ...]
    lines: tuple[Line, ...]
    file_format: str  # CSV or XLSX
    encoding: str = ""  # key of ENCODINGS
    delimiter: str = ""  # key of DELIMITERS
    remarks: tuple[str, ...] = field(default=())


def read_table(content: bytes, *, encoding: str = "", delimiter: str = "") -> Table:
    """The table in a CSV or XLSX file. Given `encoding` and `delimiter` override what would be recognised.

    Raises UnreadableFile.
    """
    refuse_size(content)
    if content[:4] == b"PK\x03\x04":
        from engagements.imports.spreadsheets import read_spreadsheet

        return read_spreadsheet(content)
    refuse_other_formats(content)
    text, encoding = decode(content, encoding)
    return _read_text(text, encoding, delimiter)


def refuse_size(content: bytes) -> None:
    """Raises UnreadableFile for an empty or too large file."""
    if not content.strip():
        raise UnreadableFile("The file is empty.")
    if len(content) > LARGEST_FILE:
        raise UnreadableFile("The file is larger than 10 MB. Bring it in parts.")


def refuse_other_formats(content: bytes) -> None:
    """Raises UnreadableFile when the first bytes are those of a format that holds no table."""
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, words in OTHER_FORMATS:
        if start[: len(mark)].upper() == mark.upper():
            raise UnreadableFile(words)


def decode(content: bytes, encoding: str = "") -> tuple[str, str]:
    """Text and the name of its encoding; raises UnreadableFile when the bytes are no text."""
    encoding = encoding or recognise_encoding(content)
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise UnreadableFile(f"The characters are not {ENCODINGS.get(encoding, 'readable')}.") from error
    if "\x00" in text:
        raise UnreadableFile("The file holds NUL bytes: it is no text. Save the table as CSV or XLSX.")
    return text, encoding


def recognise_encoding(content: bytes) -> str:
    """A key of ENCODINGS: by its mark, as valid UTF-8, or by how the letters look in each candidate."""
    for mark, name in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return name
    if bare := _utf_16_without_mark(content):
        return bare
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _recognise_single_byte(content[:SAMPLE])
    return "utf-8"


def _utf_16_without_mark(content: bytes) -> str:
    """Every second byte of plain text in UTF-16 is zero."""
    sample = content[:2000]
    half = len(sample) // 2
    if half < 4:
        return ""
    if sample[1::2].count(0) > 0.7 * half and sample[::2].count(0) == 0:
        return "utf-16-le"
    if sample[::2].count(0) > 0.7 * half and sample[1::2].count(0) == 0:
        return "utf-16-be"
    return ""


def _recognise_single_byte(content: bytes) -> str:
    """Windows-1252 unless another reading is clearly better: most such files come from Western Excel."""
    candidates = from_bytes(content, cp_isolation=["cp1252", "cp1250", "mac_roman"])
    found = [match.encoding for match in candidates]
    if _reads_as_letters(content, "cp1252") or not found:
        return "cp1252"
    return found[0]


def _reads_as_letters(content: bytes, encoding: str) -> bool:
    """Whether what lies beyond ASCII reads as letters and typography of that encoding."""
    try:
        beyond = [char for char in content.decode(encoding) if ord(char) > 127]
    except UnicodeDecodeError:
        return False
    usual = "„“”‚‘’…–—€§°·«»£ \u00a0"
    return sum((char.isalpha() and char not in "ªºµƒˆ") or char in usual for char in beyond) >= 0.95 * len(beyond)


def _read_text(text: str, encoding: str, delimiter: str) -> Table:
    stated, text = _separator_line(text)
    delimiter = delimiter or stated or recognise_delimiter(text)
    records = _records(text, delimiter)
    return make_table(records, file_format="CSV", encoding=encoding, delimiter=delimiter)


def _separator_line(text: str) -> tuple[str, str]:
    """Excel's own first line `sep=;`, which a spreadsheet does not show."""
    first, _, rest = text.partition("\n")
    first = first.strip().strip('"')
    return (first[4], rest) if len(first) == 5 and first[:4].lower() == "sep=" else ("", text)


def recognise_delimiter(text: str) -> str:
    """The delimiter under which the first rows have most columns and agree on their number."""
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths = Counter(len(record) for record in _first_records(text, delimiter) if record)
        if not widths:
            continue
        width, rows = widths.most_common(1)[0]
        score = (width - 1) * rows / widths.total()
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _first_records(text: str, delimiter: str, most: int = 50) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text[:SAMPLE], newline=""), delimiter=delimiter)
    try:
        return [record for record, _ in zip(reader, range(most), strict=False)]
    except csv.Error:
        return []


def _records(text: str, delimiter: str) -> list[list[str]]:
    """All records. A quotation mark that never closes would swallow the rest, so it is refused."""
    for strict in (True, False):
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
        records: list[list[str]] = []
        try:
            for record in reader:
                records.append(record)
                if len(records) > MOST_ROWS + 100:
                    raise UnreadableFile(f"The file has more than {MOST_ROWS:,} rows. Bring it in parts.")
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise UnreadableFile(f"A quotation mark in row {len(records) + 1} is never closed.") from error
            if strict:
                continue  # text after a closing quotation mark: sloppy, but readable
            raise UnreadableFile(f"Row {len(records) + 1} cannot be read.") from error
        return records
    return []


def make_table(records, **recognised) -> Table:
    """A table from records of texts: the first row with content is the header; empty rows at the end go."""
    rows = [(number, [clean(cell) for cell in record]) for number, record in enumerate(records, start=1)]
    while rows and not any(rows[-1][1]):
        rows.pop()
    while rows and not any(rows[0][1]):
        rows.pop(0)
    if not rows:
        raise UnreadableFile("The file is empty.")
    if len(rows) - 1 > MOST_ROWS:
        raise UnreadableFile(f"The file has more than {MOST_ROWS:,} rows. Bring it in parts.")
    header = rows[0][1]
    while header and not header[-1]:
        header.pop()
    if len(header) > MOST_COLUMNS:
        raise UnreadableFile(f"The file has more than {MOST_COLUMNS} columns.")
    if len(rows) == 1:
        raise UnreadableFile("Below the header there is no row.")
    lines = tuple(_line(number, cells, len(header)) for number, cells in rows[1:] if cells)
    return Table(header=tuple(header), lines=lines, **recognised)


def _line(number: int, cells: list[str], width: int) -> Line:
    spare = sum(1 for cell in cells[width:] if cell)
    return Line(number, tuple(cells[:width]) + ("",) * (width - len(cells)), spare)


def clean(cell: str) -> str:
    """A cell without the spaces around it, cut at LONGEST_CELL; line breaks become one kind."""
    return cell[:LONGEST_CELL].replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").strip()
