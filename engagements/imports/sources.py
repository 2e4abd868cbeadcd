"""A file read with what was recognised and what a person chose instead. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engagements.imports.columns import Column, Row, column_texts, guess_columns, missing_columns, read_row
from engagements.imports.moments import DateOrder, Dates, recognise_dates, recognise_times
from engagements.imports.tables import DELIMITERS, ENCODINGS, Table, read_table


@dataclass(frozen=True, slots=True)
class Source:
    """A table, its columns and how its dates are written."""

    table: Table
    columns: Sequence[Column]
    mapping: Mapping[str, int]
    dates: Dates
    recognised: tuple[tuple[str, str], ...]
    blockers: tuple[str, ...]  # what keeps it from being carried out as it stands

    def rows(self) -> list[Row]:
        """Every row, read; none while it is open which column is what, or what the dates mean."""
        if self.blockers:
            return []
        return [read_row(line, self.mapping, self.columns) for line in self.table.lines]


def read_source(
    content: bytes,
    columns_for: Callable[[DateOrder], Sequence[Column]],
    *,
    date_column: str,
    time_column: str = "",
    options: Mapping | None = None,
) -> Source:
    """Reads a file. `options` may hold encoding, delimiter, dates (a DateOrder) and columns ({key: position}).

    Raises UnreadableFile.
    """
    options = options or {}
    table = read_table(content, encoding=options.get("encoding", ""), delimiter=options.get("delimiter", ""))
    columns = columns_for(DateOrder.DAY_FIRST)
    mapping = _chosen(options.get("columns"), table, columns)
    dates = recognise_dates(column_texts(table, mapping.get(date_column)))
    chosen = options.get("dates", "")
    order = DateOrder(chosen) if chosen else dates.order
    blockers = [f"No column is chosen for “{label}”." for label in missing_columns(mapping, columns)]
    if dates.is_open and not chosen:
        blockers.append("The dates can be read as day or month first. Choose which.")
    return Source(
        table=table,
        columns=columns_for(order),
        mapping=mapping,
        dates=dates,
        recognised=_recognised(table, mapping, dates, chosen, time_column),
        blockers=tuple(blockers),
    )


def _chosen(chosen, table: Table, columns: Sequence[Column]) -> dict[str, int]:
    """The person's choice where there is one, else the guess. An impossible position counts as not chosen."""
    if chosen is None:
        return guess_columns(table.header, columns)
    width = len(table.header)
    return {key: position for key, position in chosen.items() if isinstance(position, int) and 0 <= position < width}


def _recognised(table, mapping, dates, chosen, time_column) -> tuple[tuple[str, str], ...]:
    facts = [("Format", table.file_format)]
    if table.file_format == "CSV":
        facts += [
            ("Characters", ENCODINGS.get(table.encoding, table.encoding)),
            ("Delimiter", DELIMITERS.get(table.delimiter, f"“{table.delimiter}”")),
        ]
    facts.append(("Dates", _date_words(dates, chosen)))
    if time_column in mapping:
        facts.append(("Times", recognise_times(column_texts(table, mapping[time_column]))))
    facts.append(("Rows", f"{len(table.lines):,} below the header"))
    return tuple(facts)


def _date_words(dates: Dates, chosen: str) -> str:
    if chosen and dates.needs_order:
        first = "Day" if chosen == DateOrder.DAY_FIRST else "Month"
        return f"{first} first, as you chose"
    return "Day or month first: cannot be told from the column" if dates.is_open else dates.words
