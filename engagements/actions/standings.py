"""Keeps standings: one statement computes them from the truth and writes what differs, for one engagement or many."""

from django.db import connection, transaction
from django.db.models import BooleanField, Case, CharField, F, PositiveSmallIntegerField, Value, When
from django.db.models.functions import Concat, Replace, Substr

from engagements.models import Engagement, Standing, Status
from engagements.models.engagement import OPEN
from engagements.models.standing import WORDS_LENGTH, Folded

IDS_PER_STATEMENT = 2000
# Whose names and addresses stand in a standing, and how an engagement calls them.
NAMED_IN_STANDINGS = {"user": "coach", "executive": "executive", "program": "program"}


def _words():
    """A blank before every name and address: a word searched for begins after one."""
    people = ("executive__name", "executive__email", "coach__name", "coach__email", "program__name")
    parts = [part for path in people for part in (Value(" "), F(path))]
    text = Replace(Folded(Concat(*parts, output_field=CharField())), Value("-"), Value(" "))
    return Substr(text, 1, WORDS_LENGTH)


def _truth(now):
    """Engagements with each column of their standing as `kept_…`, as things are at `now`."""
    stages = (When(status=status, then=Value(stage)) for stage, status in enumerate(Status.values))
    return (
        Engagement.objects.with_session_figures(now)
        .order_by()
        .annotate(
            kept_engagement_id=F("pk"),
            kept_program_id=F("program_id"),
            kept_coach_id=F("coach_id"),
            kept_status=F("status"),
            kept_stage=Case(*stages, output_field=PositiveSmallIntegerField()),
            kept_is_open=Case(
                When(status__in=OPEN, then=Value(True)), default=Value(False), output_field=BooleanField()
            ),
            kept_executive_name=Folded(F("executive__name")),
            kept_coach_name=Folded(F("coach__name")),
            kept_program_name=Folded(F("program__name")),
            kept_words=_words(),
            kept_sessions_held=F("sessions_held"),
            kept_sessions_booked=F("sessions_booked"),
            kept_sessions_left=F("sessions_left"),
            kept_last_at=F("last_session_at"),
            kept_next_at=F("next_session_at"),
        )
    )


COLUMNS = [field.column for field in Standing._meta.concrete_fields]
KEY, *FIGURES = COLUMNS


def _select(rows):
    """(SQL, parameters) that give the columns of standings in their order."""
    return (
        rows.values_list(*(f"kept_{column}" for column in COLUMNS)).query.get_compiler(connection=connection).as_sql()
    )


def _differs(one, other):
    """SQL: whether a row of one differs from its truth in the other; two missing values are the same."""
    operator = "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"
    return " OR ".join(f"{one}.{name(column[0])} {operator} {other}.{name(column[1])}" for column in _pairs(other))


def _pairs(other):
    """Columns beside what the other side calls them."""
    return [(column, column if other == "excluded" else f"kept_{column}") for column in FIGURES]


def name(identifier):
    return connection.ops.quote_name(identifier)


def keep_standings(engagement_ids, now):
    """Writes the standings of these engagements as they are at `now`; part of the transaction that changed them.

    Holds the rows of the engagements: whoever changes the same ones at the same time waits and then counts anew.
    """
    ids = sorted(set(engagement_ids), key=str)
    with transaction.atomic():
        for start in range(0, len(ids), IDS_PER_STATEMENT):
            some = ids[start : start + IDS_PER_STATEMENT]
            if connection.features.has_select_for_update:
                held = Engagement.objects.select_for_update(no_key=True).filter(pk__in=some).order_by("pk")
                list(held.values_list("pk"))
            write_standings(some, now)


def write_standings(engagement_ids, now):
    """The same where the caller holds the rows of the engagements already."""
    select, parameters = _select(_truth(now).filter(pk__in=engagement_ids))
    table = name(Standing._meta.db_table)
    columns = ", ".join(map(name, COLUMNS))
    settings = ", ".join(f"{name(column)} = excluded.{name(column)}" for column in FIGURES)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) {select} "
            f"ON CONFLICT ({name(KEY)}) DO UPDATE SET {settings} WHERE {_differs(table, 'excluded')}",
            parameters,
        )


def keep_standings_of(*, now, **whose):
    """After a change of name or address: `executive=`, `coach=` or `program=`."""
    keep_standings(Engagement.objects.filter(**whose).values_list("pk", flat=True), now)


def count_differing(now):
    """How many engagements have no standing, or one that is not the truth at `now`.

    Those whose next session has begun wait for the job that moves them on, and are left out.
    """
    select, parameters = _select(_truth(now))
    standing, key = name(Standing._meta.db_table), name(KEY)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*) FROM ({select}) truth "  # noqa: S608 - tables and columns are named by the models
            f"LEFT JOIN {standing} kept ON kept.{key} = truth.{name(f'kept_{KEY}')} "
            f"WHERE kept.{key} IS NULL OR ((kept.{name('next_at')} IS NULL OR kept.{name('next_at')} >= %s) "
            f"AND ({_differs('kept', 'truth')}))",
            [*parameters, connection.ops.adapt_datetimefield_value(now)],
        )
        return cursor.fetchone()[0]


def engagements_without_standing():
    """Keys of engagements that came in before there were standings, or past the actions."""
    return Engagement.objects.filter(standing__isnull=True).order_by("pk").values_list("pk", flat=True)


def move_standings_on(now, most):
    """Counts anew where a session has begun, and makes what is missing; at most so many. Returns how many."""
    passed = Standing.objects.with_passed_sessions(now).order_by("next_at", "pk").values_list("pk", flat=True)
    ids = [*passed[:most], *engagements_without_standing()[:most]]
    keep_standings(ids, now)
    return len(ids)


def mend_standings(now):
    """All of them, some at a time, each in a transaction of its own; returns how many differed."""
    differing = count_differing(now)
    ids = list(Engagement.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), IDS_PER_STATEMENT):
        keep_standings(ids[start : start + IDS_PER_STATEMENT], now)
    return differing
