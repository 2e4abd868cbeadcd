"""Reads dates and times, and recognises from a whole column how they are written. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from engagements.imports.cells import BadCell, quoted

FIRST_YEAR, LAST_YEAR = 2000, 2099  # the span every table of ours keeps; a test compares
SERIAL_ZERO = date(1899, 12, 30)  # day 0 of Excel, with its leap day of 1900 that never was
SERIALS = range(36_526, 73_051)  # 2000 to 2099

LONGEST = 80  # characters of a date and time; longer text is neither, and must not keep the patterns busy

NUMERIC = re.compile(r"(\d{1,2})\s*([./-])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})")
YEAR_FIRST = re.compile(r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})")
TIME_BEHIND = re.compile(r"(?:[T\s,]\s*)(\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[ap]\.?m\.?)?)$", re.IGNORECASE)
CLOCK = re.compile(
    r"(\d{1,2})(?:[:.h](\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(?:uhr|h)?\s*([ap])?\.?(?:m\.?)?", re.IGNORECASE
)
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar", "feb february februar", "mar march märz mär mrz", "apr april", "may mai",
            "jun june juni", "jul july juli", "aug august", "sep sept september", "oct october okt oktober",
            "nov november", "dec december dez dezember",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip


class DateOrder(StrEnum):
    """How day, month and year follow each other where all are numbers."""

    DAY_FIRST = "DAY_FIRST"
    MONTH_FIRST = "MONTH_FIRST"


@dataclass(frozen=True, slots=True)
class Dates:
    """How the dates of a column are written. `is_open`: the column alone does not tell day from month."""

    words: str
    order: DateOrder = DateOrder.DAY_FIRST
    is_open: bool = False
    needs_order: bool = False  # some date depends on the order


def recognise_dates(texts) -> Dates:
    """Reads a column of dates as a whole: one 31/12/2026 settles what 01/02/2026 means."""
    day_first = month_first = unsettled = 0
    kinds: dict[str, int] = {}
    for text in texts:
        text = without_time(text)
        if match := NUMERIC.fullmatch(text):
            one, mark, two = int(match[1]), match[2], int(match[3])
            kinds[mark] = kinds.get(mark, 0) + 1
            if mark == "." or one > 12 >= two:
                day_first += 1
            elif two > 12 >= one:
                month_first += 1
            elif one != two:
                unsettled += 1
        elif YEAR_FIRST.fullmatch(text):
            kinds["ISO"] = kinds.get("ISO", 0) + 1
        elif text:
            kinds["other"] = kinds.get("other", 0) + 1
    return _dates(kinds, day_first, month_first, unsettled)


def _dates(kinds, day_first, month_first, unsettled) -> Dates:
    mark = max((kind for kind in kinds if kind in "./-"), key=lambda kind: kinds[kind], default="")
    if not mark:
        return Dates("Year, month, day: 2026-12-31" if kinds.get("ISO") else "As in the cells")
    order = DateOrder.MONTH_FIRST if month_first > day_first else DateOrder.DAY_FIRST
    is_open = (day_first == month_first) and unsettled + day_first > 0
    shown = {"DAY_FIRST": ("Day, month, year", "31", "12"), "MONTH_FIRST": ("Month, day, year", "12", "31")}[order]
    return Dates(f"{shown[0]}: {shown[1]}{mark}{shown[2]}{mark}2026", order, is_open, mark != ".")


def without_time(text: str) -> str:
    """The date part of a cell that may carry a time as well."""
    return TIME_BEHIND.sub("", text.strip()[:LONGEST]).strip()


def time_in(text: str) -> str:
    """The time part of a cell that carries date and time; empty when it has none."""
    match = TIME_BEHIND.search(text.strip()[:LONGEST])
    return match[1] if match else ""


def read_date(text: str, order: DateOrder = DateOrder.DAY_FIRST) -> date:
    """A date from 2000 to 2099; raises BadCell for what no calendar has."""
    plain = without_time(text)
    if match := YEAR_FIRST.fullmatch(plain):
        return _date(text, int(match[1]), int(match[3]), int(match[4]))
    if match := NUMERIC.fullmatch(plain):
        one, two, year = int(match[1]), int(match[3]), _year(match[4])
        is_month_first = order == DateOrder.MONTH_FIRST and match[2] != "."
        return _date(text, year, *((one, two) if is_month_first else (two, one)))
    if (match := re.fullmatch(r"(\d{5})(?:[.,]\d+)?", plain)) and int(match[1]) in SERIALS:
        return SERIAL_ZERO + timedelta(days=int(match[1]))
    return _worded_date(text, plain)


def _worded_date(text: str, plain: str) -> date:
    parts = re.findall(r"[^\W\d_]+|\d+", plain.lower())
    parts = [part for part in parts if part not in {"st", "nd", "rd", "th", "of"} and not _is_weekday(part)]
    months = [MONTHS[part] for part in parts if part in MONTHS]
    numbers = [part for part in parts if part.isdigit()]
    if len(parts) == 3 and len(months) == 1 and len(numbers) == 2:
        day, year = (numbers[1], numbers[0]) if len(numbers[0]) == 4 else (numbers[0], numbers[1])
        return _date(text, _year(year), months[0], int(day))
    raise BadCell(f"{quoted(text)} is not a date")


def _is_weekday(word: str) -> bool:
    return len(word) >= 3 and any(
        day.startswith(word) for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    )


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _date(text: str, year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise BadCell(f"{quoted(text)} is a date no calendar has") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise BadCell(f"{quoted(text)} is not between {FIRST_YEAR} and {LAST_YEAR}")
    return found


def read_time(text: str) -> time:
    """A time of day: 14:30, 14.30, 2:30 pm, 1430, a spreadsheet's fraction of a day, or the time of a moment."""
    plain = time_in(text) or text.strip()[:LONGEST]
    if re.fullmatch(r"0?[.,](?:\d|\d{3,})|0", plain):
        return (datetime.min + timedelta(minutes=round(float(plain.replace(",", ".")) * 1440))).time()
    if re.fullmatch(r"\d{4}", plain):
        plain = f"{plain[:2]}:{plain[2:]}"
    match = CLOCK.fullmatch(plain)
    if not match or (match[2] is None and match[4] is None and not re.search(r"(?i)h", plain)):
        raise BadCell(f"{quoted(text)} is not a time of day")
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[4]:
        if not 1 <= hour <= 12:
            raise BadCell(f"{quoted(text)} is not a time of day")
        hour = hour % 12 + (12 if match[4].lower() == "p" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise BadCell(f"{quoted(text)} is not a time of day") from None


def recognise_times(texts) -> str:
    """How the times of a column are written, in words."""
    given = [text for text in texts if text]
    if any(re.search(r"(?i)[ap]\.?m\.?$", text) for text in given):
        return "12 hours: 2:30 pm"
    if any(re.fullmatch(r"\d{1,2}\.\d{2}", text) for text in given):
        return "24 hours: 14.30"
    return "24 hours: 14:30"
