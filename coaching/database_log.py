"""What a PostgreSQL server writes into its own log: whether it would quote what people wrote."""

from django.db import connection

# A failing statement is logged with its values, and with the row it would have made, unless the server is told not
# to. Only a superuser of the server can tell it, for the role or for all.
QUIET = {
    "log_min_error_statement": ("panic",),  # no statements beside errors
    "log_error_verbosity": ("terse",),  # no DETAIL, which quotes rows
    "log_statement": ("none", "ddl"),
    "log_min_duration_statement": ("-1",),  # no slow statements
    "log_min_duration_sample": ("-1",),
    "log_parameter_max_length_on_error": ("0",),
}


def talkative() -> dict[str, str]:
    """Settings under which the server's log would quote values, as they are: {name: value}."""
    found = {}
    with connection.cursor() as cursor:
        for name, quiet in QUIET.items():
            cursor.execute("SELECT current_setting(%s, true)", [name])
            (value,) = cursor.fetchone()
            if value is not None and value not in quiet:
                found[name] = value
    return found


def remedy(names, role: str) -> list[str]:
    """What a superuser of the server runs, once, so that it holds for new connections of this role."""
    quoted = connection.ops.quote_name(role)
    return [f"ALTER ROLE {quoted} SET {name} = '{QUIET[name][0]}';" for name in names]
