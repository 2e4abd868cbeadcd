"""What an executive takes away: the record of what is kept, as JSON and as PDF. Made per download, kept nowhere."""

import json
import uuid
import zoneinfo
from datetime import date, datetime
from pathlib import Path

from trust.exports.paper import sections_of

TEMPLATE = Path(__file__).with_name("own_record.typ")
ACCESSIBLE = ["ua-1"]


def as_json(record) -> bytes:
    """UTF-8; moments and days as ISO 8601."""
    return json.dumps(record, default=_plain, ensure_ascii=False, indent=2).encode(errors="replace")


def _plain(value):
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in the export.")


def as_pdf(record) -> bytes:
    """A tagged PDF/UA with embedded fonts. Where no font has a character, one without the promise of PDF/UA."""
    import typst  # compiled code of some size: only when somebody asks for a PDF

    zone = zoneinfo.ZoneInfo(record["you"]["time_zone"])
    data = {"title": "What is kept about me", "sections": sections_of(record, zone)}
    files = {"main.typ": TEMPLATE.read_bytes(), "data.json": json.dumps(data).encode()}
    try:
        return typst.compile(files, pdf_standards=ACCESSIBLE, ignore_system_fonts=True)
    except typst.TypstError:
        return typst.compile(files)  # with the fonts of the system, too
