"""Reading a file of sessions into histories, refusing nonsense with the number of its row."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from trust.trajectory.evidence import HIGHEST_RATING, LOWEST_RATING, RATINGS, Evidence

REQUIRED = ("engagement", "session", "on")
# Enough to see what kind of file it is, without a wall of text.
MOST_COMPLAINTS = 20
# Dates outside these years are slips of the keyboard, not sessions.
YEARS = range(1990, 2101)


class NotASessionFile(Exception):
    """The file cannot be judged; the message lists the rows and says what is wrong with each."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file; `number` counts as a spreadsheet does, the header being row 1."""

    number: int
    engagement: str
    session: int
    evidence: Evidence


def read_histories(path: Path) -> dict[str, list[Row]]:
    """Rows per engagement in the order of their sessions, engagements in the order of the file.

    Missing rating columns, further columns and any order of rows are fine. A missing status column means that all
    sessions were held. Raises NotASessionFile otherwise, OSError when the file cannot be read.
    """
    complaints: list[str] = []
    histories: dict[str, list[Row]] = {}
    for row in _rows(path, complaints):
        histories.setdefault(row.engagement, []).append(row)
    for rows in histories.values():
        rows.sort(key=lambda row: row.session)
        complaints += _contradictions(rows)
    if complaints:
        raise NotASessionFile(_listed(complaints))
    if not histories:
        raise NotASessionFile("The file holds no session.")
    return histories


def _rows(path: Path, complaints: list[str]):
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file, strict=True)
            header = [name.strip() for name in next(reader, [])]
            _refuse_header(header)
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield from _row(reader.line_num, header, cells, complaints)
    except UnicodeDecodeError as error:
        raise NotASessionFile("The file is not text in UTF-8.") from error
    except csv.Error as error:
        raise NotASessionFile(f"Row {reader.line_num}: not a row of comma-separated values ({error}).") from error


def _refuse_header(header: list[str]) -> None:
    if missing := [name for name in REQUIRED if name not in header]:
        raise NotASessionFile(f"Row 1: the header lacks {', '.join(missing)}.")
    if twice := sorted({name for name in header if name and header.count(name) > 1}):
        raise NotASessionFile(f"Row 1: the header names {', '.join(twice)} twice.")


def _row(number: int, header: list[str], cells: list[str], complaints: list[str]):
    """The row, or nothing and a complaint."""
    if len(cells) > len(header):
        complaints.append(f"Row {number}: {len(cells)} values for {len(header)} columns.")
        return
    values = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
    try:
        engagement = values.get("engagement", "")
        if not engagement:
            raise ValueError("no engagement")
        session = _session(values.get("session", ""))
        yield Row(number, engagement, session, _evidence(values, session))
    except ValueError as error:
        complaints.append(f"Row {number}: {error}.")


def _evidence(values: dict[str, str], session: int) -> Evidence:
    held = _held(values.get("status", "HELD"))
    ratings: dict[str, Any] = {name: _rating(name, values.get(name, "")) for name in RATINGS}
    if not held and any(rating is not None for rating in ratings.values()):
        raise ValueError("a missed session cannot have ratings")
    return Evidence(on=_day(values.get("on", "")), held=held, key=str(session), **ratings)


def _session(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) < 10**6:
        raise ValueError(f"session must be a whole number from 1, not {text!r}")
    return int(text)


def _held(text: str) -> bool:
    if text not in ("HELD", "MISSED"):
        raise ValueError(f"status must be HELD or MISSED, not {text!r}")
    return text == "HELD"


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"on must be a date like 2026-03-31, not {text!r}") from None
    if day.year not in YEARS:
        raise ValueError(f"on must lie between {YEARS[0]} and {YEARS[-1]}, not in {day.year}")
    return day


def _rating(name: str, text: str) -> float | None:
    if not text:
        return None
    try:
        rating = float(text)
    except ValueError:
        rating = float("nan")
    if not LOWEST_RATING <= rating <= HIGHEST_RATING:
        raise ValueError(f"{name} must be a number from 1 to 7 or blank, not {text!r}")
    return rating


def _contradictions(rows: list[Row]) -> list[str]:
    """Complaints about one engagement's rows, which stand in the order of their sessions."""
    found = []
    for before, row in pairwise(rows):
        where = f"{row.engagement}, session {row.session}"
        if row.session == before.session:
            found.append(f"Row {row.number}: {where} stands in row {before.number} already.")
        elif row.evidence.on < before.evidence.on:
            found.append(f"Row {row.number}: {where} is dated before session {before.session} in row {before.number}.")
    return found


def _listed(complaints: list[str]) -> str:
    shown = complaints[:MOST_COMPLAINTS]
    more = len(complaints) - len(shown)
    return "\n".join(shown + ([f"… and {more} more."] if more else []))
