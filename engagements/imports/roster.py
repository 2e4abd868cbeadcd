"""What a roster's columns are. Pure."""

from functools import partial

from engagements.imports.cells import read_count, read_email, read_line_of_text, read_text
from engagements.imports.columns import Column
from engagements.imports.moments import DateOrder, read_date

DATE_COLUMNS = ("starts_on", "ends_on")


def roster_columns(order: DateOrder = DateOrder.DAY_FIRST) -> tuple[Column, ...]:
    """The columns of a roster; `order` settles what 01/02/2026 means."""
    day = partial(read_date, order=order)
    return (
        Column("program", "Program", read_line_of_text(120), True, ("programme", "program name", "programm", "cohort")),
        Column(
            "organization", "Organization", read_line_of_text(120), True,
            ("organisation", "company", "client company", "client", "employer", "sponsor", "firma", "unternehmen"),
        ),
        Column("coach_email", "Coach e-mail", read_email, True, ("coach", "coach address", "email coach")),
        Column("coach_name", "Coach name", read_line_of_text(120), synonyms=("name of coach", "coach full name")),
        Column(
            "executive_name", "Executive", read_line_of_text(120), True,
            ("executive name", "coachee", "coachee name", "name", "client name", "leader", "participant"),
        ),
        Column(
            "executive_email", "Executive e-mail", read_email, True,
            ("coachee email", "client email", "email", "participant email", "leader email", "email executive"),
        ),
        Column("role", "Role", read_line_of_text(120), synonyms=("position", "job title", "title", "function")),
        Column("starts_on", "Start date", day, True, ("start", "starts", "starts on", "begin", "from", "startdatum")),
        Column("ends_on", "Planned end", day, synonyms=("end date", "end", "ends on", "until", "to", "enddatum")),
        Column(
            "session_budget", "Sessions agreed", read_count(1, 200),
            synonyms=("sessions", "session budget", "number of sessions", "budget", "sitzungen"),
        ),
        Column(
            "cadence_weeks", "Cadence (weeks)", read_count(1, 26),
            synonyms=("cadence", "cadence weeks", "weeks between sessions", "rhythm", "every weeks"),
        ),
        Column(
            "objective", "Stated objective", read_text(4_000), default="",
            synonyms=("objective", "goal", "coaching goal", "stated goal", "aim", "ziel"),
        ),
    )  # fmt: skip
