"""Reads single cells: addresses, numbers, ratings, words. Pure. Each reader gives a value or raises BadCell."""

import math
import re
from collections.abc import Callable

from engagements.lines import made_plain

LONGEST_NUMBER = 40  # characters
LONGEST_QUOTE = 40  # characters of a bad cell that its reason repeats

ADDRESS = re.compile(
    r"(?!.{255})[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
HELD_WORDS = {
    "yes", "y", "true", "1", "x", "held", "attended", "present", "took place", "done", "completed", "ja",
    "oui", "✓", "✔",
}  # fmt: skip
MISSED_WORDS = {
    "no", "n", "false", "0", "no-show", "no show", "noshow", "missed", "absent", "did not attend", "dna", "nein", "non",
}  # fmt: skip
CANCELLED_WORDS = {"cancelled", "canceled", "cancellation", "abgesagt", "postponed", "moved"}


class BadCell(ValueError):
    """A cell that cannot be read as what its column says; the message is for people."""


def quoted(text: str) -> str:
    """A cell as its reason repeats it: one line, not too long."""
    line = " ".join(text.split())
    return f"“{line[:LONGEST_QUOTE]}…”" if len(line) > LONGEST_QUOTE else f"“{line}”"


def read_text(longest: int) -> Callable[[str], str]:
    """A reader of plain text up to so many characters."""

    def read(text: str) -> str:
        if len(text) > longest:
            raise BadCell(f"longer than {longest} characters")
        return CONTROL.sub("", text)

    return read


def read_line_of_text(longest: int) -> Callable[[str], str]:
    """A reader of text without line breaks."""
    read = read_text(longest)
    return lambda text: " ".join(made_plain(read(text)).split())


def read_email(text: str) -> str:
    """An e-mail address in lower case; takes `Name <address>` and `mailto:` too."""
    if match := re.search(r"<([^<>]+)>$", text.strip()[-300:]):
        text = match[1]
    text = text.strip().removeprefix("mailto:").removeprefix("MAILTO:")
    if not ADDRESS.fullmatch(text):
        raise BadCell(f"{quoted(text)} is not an e-mail address")
    return text.lower()


def read_number(text: str) -> float:
    """A number with point or comma; raises BadCell for words, and for infinity by any name."""
    plain = text.replace(" ", "").replace("−", "-")
    if re.fullmatch(r"[+-]?\d{1,12}(?:[.,]\d{0,15})?", plain):
        number = float(plain.replace(",", "."))
        if math.isfinite(number):
            return number
    raise BadCell(f"{quoted(text)} is not a number")


def read_count(lowest: int, highest: int) -> Callable[[str], int]:
    """A reader of whole numbers within bounds; a unit behind the number is left aside ("60 min", "2 weeks")."""

    def read(text: str) -> int:
        if len(text) > LONGEST_NUMBER:
            raise BadCell(f"{quoted(text)} is not a number")
        number = read_number(re.sub(r"(?i)\s*(minutes?|mins?\.?|weeks?|sessions?|wks?|h)$", "", text))
        if not number.is_integer():
            raise BadCell(f"{quoted(text)} is not a whole number")
        if not lowest <= number <= highest:
            raise BadCell(f"{quoted(text)} is not between {lowest} and {highest}")
        return int(number)

    return read


def read_rating(text: str) -> float | None:
    """A mean rating from 1 to 7; a dash or "n/a" is no rating."""
    if text.lower() in {"-", "–", "n/a", "na", "not observed"}:
        return None
    rating = read_number(text)
    if not 1 <= rating <= 7:
        raise BadCell(f"{quoted(text)} is not between 1 and 7")
    return rating


def read_attendance(text: str) -> bool:
    """Whether the executive came."""
    word = " ".join(text.lower().split())
    if word in HELD_WORDS:
        return True
    if word in MISSED_WORDS:
        return False
    if word in CANCELLED_WORDS:
        raise BadCell(f"{quoted(text)}: only sessions that were held or missed can be brought over")
    raise BadCell(f"{quoted(text)} does not say whether the session was held or missed")
