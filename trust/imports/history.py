"""What the columns of a session history are. Pure."""

from functools import partial

from engagements.imports.cells import read_attendance, read_count, read_email, read_rating, read_text
from engagements.imports.columns import Column
from engagements.imports.moments import DateOrder, read_date, read_time

SHORTEST, LONGEST = 5, 480  # minutes, as a session may be
USUAL_MINUTES = 60
RATINGS = ("cognitive", "relational", "client_cognitive", "client_relational")


def history_columns(order: DateOrder = DateOrder.DAY_FIRST) -> tuple[Column, ...]:
    """The columns of a session history; `order` settles what 01/02/2026 means."""
    return (
        Column(
            "client_email", "Client e-mail", read_email, True,
            ("executive email", "coachee email", "email", "client", "executive", "participant email"),
        ),
        Column("date", "Date", partial(read_date, order=order), True, ("session date", "day", "on", "when", "datum")),
        Column(
            "start", "Start", read_time, synonyms=("time", "start time", "begin", "from", "starts at", "uhrzeit"),
        ),
        Column(
            "minutes", "Minutes", read_count(SHORTEST, LONGEST),
            synonyms=("length", "duration", "duration minutes", "length minutes", "mins", "dauer"),
        ),
        Column(
            "attended", "Attended", read_attendance,
            synonyms=("attendance", "status", "held", "took place", "present", "show"),
        ),
        Column(
            "cognitive", "Cognitive", read_rating,
            synonyms=("coach cognitive", "cognitive trust", "cognitive coach", "coach cognitive trust"),
        ),
        Column(
            "relational", "Relational", read_rating,
            synonyms=("coach relational", "relational trust", "affective", "relational coach", "coach affective"),
        ),
        Column(
            "client_cognitive", "Client cognitive", read_rating,
            synonyms=("executive cognitive", "coachee cognitive", "client cognitive trust", "cognitive client"),
        ),
        Column(
            "client_relational", "Client relational", read_rating,
            synonyms=("executive relational", "coachee relational", "client affective", "relational client"),
        ),
        Column(
            "note", "Private note", read_text(100_000), default="",
            synonyms=("note", "notes", "private notes", "comment", "comments", "remarks", "notizen"),
        ),
    )  # fmt: skip
