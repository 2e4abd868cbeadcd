"""What an executive takes away: the record of what is kept, as JSON and as PDF. Made per download, kept nowhere."""

import json
import uuid
import zoneinfo
from datetime import date, datetime
from pathlib import Path

from engagements.exports.typeset import typeset
from trust.exports.paper import sections_of

TEMPLATE = Path(__file__).with_name("own_record.typ")


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
    """A tagged PDF/UA of everything, times in the executive's zone."""
    zone = zoneinfo.ZoneInfo(record["you"]["time_zone"])
    return typeset(TEMPLATE, {"title": "What is kept about me", "sections": sections_of(record, zone)})
