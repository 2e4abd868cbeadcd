"""Takes known names, addresses and dates out of words, and turns dates into weeks. Pure.

It knows the names it is given and no others: whoever shows the words reads them first.
"""

import re
from collections.abc import Iterable
from datetime import date

SHORTEST_NAME, SHORTEST_ORGANIZATION = 3, 4  # of parts of a name, in characters
PARTICLES = {"van", "von", "der", "den", "del", "dos", "the", "and", "für"}
GENERIC = {"group", "gruppe", "bank", "holding", "gmbh", "limited", "company", "international", "organization"}
MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
DATES = re.compile(
    rf"\b\d{{4}}-\d\d?-\d\d?\b|\b\d{{1,2}}[./]\d{{1,2}}[./](?:\d{{4}}|\d\d)?|"
    rf"\b\d{{1,2}}(?:st|nd|rd|th|\.)? {MONTHS}\b\.?(?: \d{{4}}\b)?|"
    rf"\b{MONTHS}\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}}\b)?",
    re.IGNORECASE,
)
ADDRESSES = re.compile(r"[^\s@<>]+@[^\s@<>]+\.\w+|https?://\S+|\+?\d[\d ()/-]{7,}\d")


class Mask:
    """Replaces what is known of the people and the organization of one engagement."""

    def __init__(self, *, people: Iterable[str], organizations: Iterable[str]):
        names = {name for full in people for name in (full, *_parts(full, SHORTEST_NAME, PARTICLES))}
        companies = {name for full in organizations for name in (full, *_parts(full, SHORTEST_ORGANIZATION, GENERIC))}
        self._rules = [
            (DATES, "[date]"),  # before addresses: a row of digits may be either
            (ADDRESSES, "[address]"),
            (_any_of(companies), "[organization]"),
            (_any_of(names), "[name]"),
        ]

    def __call__(self, words: str) -> str:
        for pattern, instead in self._rules:
            words = pattern.sub(instead, words)
        return words


def _parts(full, shortest, but):
    return [part for part in re.split(r"[\s,.-]+", full) if len(part) >= shortest and part.casefold() not in but]


def _any_of(names):
    """The longest first, so that nothing of a name is left over; also with a genitive or plural behind it."""
    ordered = sorted((name for name in names if name.strip()), key=len, reverse=True)
    words = "|".join(re.escape(name) for name in ordered)
    return re.compile(rf"(?<!\w)(?:{words})(?=s?(?!\w))" if words else r"(?!)", re.IGNORECASE)


def week_words(day: date, start: date) -> str:
    """ "Week 1" begins with the engagement."""
    return f"Week {(day - start).days // 7 + 1}" if day >= start else "Before the start"
