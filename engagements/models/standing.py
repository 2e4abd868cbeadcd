"""How each engagement stands, kept ready for long lists: what sorts, filters and counts without asking every row."""

from functools import reduce
from operator import and_

from django.db import connection, models
from django.db.models import F, Func, Q, Value

from engagements import permissions
from engagements.models.engagement import OPEN, Engagement, Status
from engagements.models.identity import MOST, between, longest
from engagements.models.people import User
from engagements.models.program import Program

WORDS_LENGTH = 900
# Orders of a list, each ending with the executive's name and the key.
SORTED_BY = {
    "executive": [],
    "coach": ["coach_name"],
    "program": ["program_name"],
    "stage": ["stage"],
    "left": ["sessions_left"],
    "last": ["last_at"],
    "upcoming": ["next_at"],
}


class Folded(Func):
    """A text in lower case, also beyond ASCII; SQLite's own LOWER leaves “Ö” as it is (engagements/apps.py)."""

    function = "LOWER"
    arity = 1
    output_field = models.CharField()

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, function="folded", **context)


class Lexemes(Func):
    """Words just as they stand, for PostgreSQL to find by their beginnings (migration standing_words)."""

    template = "array_to_tsvector(array_remove(string_to_array(%(expressions)s, ' '), ''))"
    arity = 1


class Sought(Func):
    template = "(%(expressions)s)::tsquery"
    arity = 1


class Finds(Func):
    template, arg_joiner, arity = "(%(expressions)s)", " @@ ", 2
    output_field = models.BooleanField()


def words_of(text):
    """What is typed into a search, as words are kept: in lower case, and a hyphen parts two of them."""
    return text.lower().replace("-", " ").split()


def begin_words(words, path="words") -> Q:
    """Standings in which each of these begins some word. `path` leads to the column."""
    if connection.vendor != "postgresql":
        return reduce(and_, (Q(**{f"{path}__contains": f" {word}"}) for word in words), Q())
    quoted = (word.replace("\\", "\\\\").replace("'", "''") for word in words)
    sought = " & ".join(f"'{word}':*" for word in quoted)
    return Q(Finds(Lexemes(F(path)), Sought(Value(sought)))) if sought else Q()


class StandingQuerySet(models.QuerySet):
    def managed_by(self, user):
        return self.filter(permissions.engagements_managed_by(user))

    def confided_to(self, user):
        return self.filter(permissions.engagements_confided_to(user))

    def open(self):
        return self.filter(is_open=True)

    def by_executive(self):
        return self.order_by("executive_name", "pk")

    def with_passed_sessions(self, now):
        """Those whose next session has begun: their figures are counted anew."""
        return self.filter(next_at__lt=now)


class Standing(models.Model):
    """One row per engagement, derived from engagement, people, program and sessions; the truth stays there.

    Actions keep it in the transaction that changes what it rests on, a job moves it on when a session begins, and
    `manage.py doctor --deep` compares all of it with the truth. It holds dates, counts and names, nothing confided.
    """

    engagement = models.OneToOneField(Engagement, on_delete=models.CASCADE, related_name="standing", primary_key=True)
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    coach = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=12, choices=Status.choices)
    stage = models.PositiveSmallIntegerField(default=0, help_text="The status in the order of a life")
    is_open = models.BooleanField()
    # As lists sort them: in lower case.
    executive_name = models.CharField(max_length=120)
    coach_name = models.CharField(max_length=120)
    program_name = models.CharField(max_length=120)
    words = models.CharField(max_length=WORDS_LENGTH, help_text="What a search finds: names and addresses")
    sessions_held = models.PositiveIntegerField(default=0)
    sessions_booked = models.PositiveIntegerField(default=0, help_text="To come, of kinds that count")
    sessions_left = models.IntegerField(default=0)
    last_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)

    objects = StandingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_open=True, status__in=OPEN) | (Q(is_open=False) & ~Q(status__in=OPEN)),
                name="standing_is_open_as_status_says",
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="standing_status_known"),
            between("stage", 0, len(Status.values) - 1, model="standing"),
            between("sessions_held", 0, MOST, model="standing"),
            between("sessions_booked", 0, MOST, model="standing"),
            between("sessions_left", -MOST, MOST, model="standing"),  # more may be held than were agreed
            *longest(model="standing", executive_name=120, coach_name=120, program_name=120, words=WORDS_LENGTH),
        ]
        # Whoever manages nearly all walks one of the first in its order; whoever manages few takes the next.
        indexes = [
            *(
                models.Index(fields=["is_open", *columns, "executive_name", "engagement"], name=f"standing_by_{name}")
                for name, columns in SORTED_BY.items()
            ),
            models.Index(fields=["program", "is_open", "executive_name", "engagement"], name="standing_in_program"),
            models.Index(fields=["coach", "is_open"], name="standing_of_coach"),
            models.Index(fields=["next_at"], name="standing_next"),
        ]

    def __str__(self):
        return f"Standing of engagement {self.engagement_id}"
