"""Which column is what: guesses by name, and reads a row by its columns. Pure."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from engagements.imports.cells import BadCell
from engagements.imports.tables import Line, Table

LONGEST_HEADER = 100  # characters that are compared
LIKE_ENOUGH = 0.86  # share of equal letters from which a misspelt header is taken for the one meant


@dataclass(frozen=True, slots=True)
class Column:
    """Something a row may say. `synonyms` are further headers it goes by, in normal form."""

    key: str
    label: str
    read: Callable[[str], Any]
    is_required: bool = False
    synonyms: tuple[str, ...] = ()
    default: Any = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row, read: values by column key, or what is wrong with it."""

    number: int
    cells: tuple[str, ...]
    values: Mapping[str, Any]
    problems: tuple[str, ...]


def normal(header: str) -> str:
    """A header without case, accents, punctuation and scale: "Client_E-Mail (1-7)" is "client email"."""
    plain = unicodedata.normalize("NFKD", re.sub(r"[\(\[][^\)\]]*[\)\]]", " ", header[:LONGEST_HEADER]))
    plain = "".join(char for char in plain if not unicodedata.combining(char)).casefold()
    plain = re.sub(r"(?i)e[\s_-]*mail", "email", plain)
    return " ".join(re.findall(r"[^\W_]+", plain))


def guess_columns(header: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """{column key: position in the header}. Equal names first, then like ones; no position twice."""
    names = [normal(cell) for cell in header]
    guess: dict[str, int] = {}
    for judge in (_equal, _like):
        found = []
        for column in columns:
            if column.key in guess:
                continue
            for position, name in enumerate(names):
                if name and position not in guess.values() and (score := judge(column, name)):
                    found.append((score, -position, column.key))
        for _, position, key in sorted(found, reverse=True):
            if key not in guess and -position not in guess.values():
                guess[key] = -position
    return guess


def _names(column: Column) -> list[str]:
    return [normal(column.label), normal(column.key), *column.synonyms]


def _equal(column: Column, name: str) -> float:
    names = _names(column)
    return 1 + 1 / (1 + names.index(name)) if name in names else 0


def _like(column: Column, name: str) -> float:
    score = max(SequenceMatcher(None, known, name).ratio() for known in _names(column))
    return score if score >= LIKE_ENOUGH else 0


def missing_columns(mapping: Mapping[str, int], columns: Sequence[Column]) -> list[str]:
    """Labels of required columns that nothing is mapped to."""
    return [column.label for column in columns if column.is_required and column.key not in mapping]


def column_texts(table: Table, position: int | None) -> list[str]:
    """All cells of one column."""
    return [] if position is None else [line.cells[position] for line in table.lines]


def read_row(line: Line, mapping: Mapping[str, int], columns: Sequence[Column]) -> Row:
    """Reads every mapped cell; collects all problems, so that a person mends a row once."""
    if line.is_empty:
        return Row(line.number, line.cells, {}, ("The row is empty.",))
    values: dict[str, Any] = {}
    problems = []
    if line.spare:
        problems.append(f"The row has {line.spare} more cell{'s' * (line.spare > 1)} than the header.")
    for column in columns:
        text = line.cells[mapping[column.key]] if column.key in mapping else ""
        try:
            values[column.key] = _read(column, text)
        except BadCell as problem:
            problems.append(f"{column.label}: {problem}.")
    return Row(line.number, line.cells, values, tuple(problems))


def _read(column: Column, text: str):
    if text:
        return column.read(text)
    if column.is_required:
        raise BadCell("is missing")
    return column.default
