"""The instrument: items with strand, voice, wording and version. Pure.

Own wording, grounded in the constructs of McAllister (1995: cognition- and affect-based trust), Mayer, Davis
& Schoorman (1995: ability, benevolence, integrity) and Bordin (1979: tasks, goals, bond); no sentence is
taken from a published scale. Every item names this session. A changed wording is a new version: ratings keep
the version they were given under.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

LOWEST, HIGHEST = 1, 7
SCALE_WORDS = {LOWEST: "not at all", 4: "partly", HIGHEST: "completely"}
VERSION = 1


class Strand(StrEnum):
    COGNITIVE = "COGNITIVE"
    RELATIONAL = "RELATIONAL"


class Voice(StrEnum):
    COACH = "COACH"
    EXECUTIVE = "EXECUTIVE"


@dataclass(frozen=True, slots=True)
class Item:
    """One rated statement. `key` is the column it is kept in; `not_observed` words the missing answer."""

    key: str
    strand: Strand
    voice: Voice
    label: str
    wording: str
    not_observed: str = "Not observed"
    version: int = VERSION


COACH_ITEMS: tuple[Item, ...] = (
    Item("value", Strand.COGNITIVE, Voice.COACH, "Value", "Today moved their thinking forward on something that matters."),
    Item("reliance", Strand.COGNITIVE, Voice.COACH, "Reliance", "What we had agreed last time was picked up today and carried through, on both sides."),
    Item("direction", Strand.COGNITIVE, Voice.COACH, "Direction", "Today the executive and I saw the same goal and the same way of working."),
    Item("candour", Strand.RELATIONAL, Voice.COACH, "Candour", "Today they said what was really on their mind, without guarding themselves."),
    Item("care", Strand.RELATIONAL, Voice.COACH, "Care", "Today they took me as being on their side, also when it got uncomfortable."),
    Item("repair", Strand.RELATIONAL, Voice.COACH, "Repair", "When something was off between us today, we spoke about it.", "Did not arise"),
)  # fmt: skip

EXECUTIVE_ITEMS: tuple[Item, ...] = (
    Item("value", Strand.COGNITIVE, Voice.EXECUTIVE, "Value", "Today's conversation moved my thinking forward on something that matters.", "Cannot say"),
    Item("reliance", Strand.COGNITIVE, Voice.EXECUTIVE, "Reliance", "What we had agreed last time was picked up today and carried through, on both sides.", "Cannot say"),
    Item("candour", Strand.RELATIONAL, Voice.EXECUTIVE, "Candour", "Today I could say what was really on my mind without feeling judged.", "Cannot say"),
    Item("care", Strand.RELATIONAL, Voice.EXECUTIVE, "Care", "Today I felt my coach was on my side, also when it got uncomfortable.", "Cannot say"),
    Item("discretion", Strand.COGNITIVE, Voice.EXECUTIVE, "Discretion", "I am sure that what we talked about today stays where it belongs.", "Cannot say"),
)  # fmt: skip

ITEMS = {Voice.COACH: COACH_ITEMS, Voice.EXECUTIVE: EXECUTIVE_ITEMS}

# Every version that ratings were ever given under. A changed wording is added here as a new version, with the keys
# it keeps; the old one stays, because its ratings answer its wording.
VERSIONS: Mapping[int, Mapping[Voice, tuple[Item, ...]]] = {1: ITEMS}

# Wordings in other languages: {language: {(version, voice, key): statement}}. What is missing is shown in English.
TRANSLATIONS: Mapping[str, Mapping[tuple[int, Voice, str], str]] = {}


def items_of(voice: Voice, version: int = VERSION) -> tuple[Item, ...]:
    """The items of a voice in one version; raises KeyError for a version there never was."""
    return VERSIONS[version][voice]


def wording_in(language: str, item: Item) -> str:
    """The statement in a language, or in English where it has not been translated."""
    return TRANSLATIONS.get(language, {}).get((item.version, item.voice, item.key), item.wording)


ITEM_KEYS = tuple(dict.fromkeys(item.key for items in ITEMS.values() for item in items))


@dataclass(frozen=True, slots=True)
class Seen:
    """Something a coach saw in words or actions; `opens` says whether it speaks for or against openness."""

    key: str
    wording: str
    opens: bool


SEEN: tuple[Seen, ...] = (
    Seen("OPENED_UP", "Opened up about a concern", True),
    Seen("ASKED_FOR_HELP", "Asked for help", True),
    Seen("ADMITTED_DOUBT", "Admitted a doubt", True),
    Seen("LET_GO", "Let go of control of the agenda", True),
    Seen("TRIED_NEW", "Tried something new", True),
    Seen("GUARDED", "Was guarded", False),
    Seen("DEFLECTED", "Deflected", False),
    Seen("PULLED_BACK", "Pulled back after a push", False),
    Seen("TOOK_BACK_CONTROL", "Took back control", False),
)
SEEN_KEYS = tuple(seen.key for seen in SEEN)


def strand_mean(voice: Voice, strand: Strand, ratings: Mapping[str, int | None]) -> float | None:
    """Mean of a voice's observed items of one strand, 1..7; None when none was observed."""
    given = [ratings.get(item.key) for item in ITEMS[voice] if item.strand == strand]
    observed: Sequence[int] = [rating for rating in given if rating is not None]
    return sum(observed) / len(observed) if observed else None
