"""The rows of the portfolio: narrowed, sorted, paged and told in words. Nothing confidential is read here.

Rows come from standings, which are kept ready; flags are read as they are, because they open and close by rules that
depend on who asks.
"""

from collections import defaultdict
from datetime import datetime

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery

from coaching.forms.portfolio import ALL, ANSWERED, FLAGGED, UNANSWERED
from coaching.keyset import Mark, Stretch
from engagements.models import Engagement, Standing
from engagements.models.engagement import OPEN
from engagements.models.prepared import ask
from engagements.models.standing import begin_words
from trust.models import Flag

# What a row tells, and where a standing has it.
TOLD = {
    "row_key": "engagement_id",
    "row_executive": "engagement__executive__name",
    "row_coach": "coach__name",
    "row_program": "program__name",
    "row_program_id": "program_id",
    "row_status": "status",
    "row_budget": "engagement__session_budget",
    "row_held": "sessions_held",
    "row_booked": "sessions_booked",
    "row_left": "sessions_left",
    "row_last": "last_at",
    "row_next": "next_at",
    # how it is sorted
    "row_name": "executive_name",
    "row_coach_name": "coach_name",
    "row_program_name": "program_name",
    "row_stage": "stage",
}
BY_NAME = ("row_name", "row_key")
SORTED_BY = {
    "executive": None,
    "coach": "row_coach_name",
    "program": "row_program_name",
    "status": "row_stage",
    "left": "row_left",
    "last": "row_last",
    "next": "row_next",
}
STANDING = "engagement__standing__"  # from a flag
MAY_BE_MISSING = ("last", "next")
# What an address may say of a place; names and what is known of flags are looked up.
WRITTEN = {"row_stage": int, "row_left": int, "row_last": datetime, "row_next": datetime}


def disclosed(user):
    """Open flags a program manager may know of; what they rest on is not even read."""
    return Flag.objects.disclosed_to(user).open().defer("evidence", "cause", "next_step", "helped")


# --- which rows -----------------------------------------------------------------------------------


def narrowing(chosen, *, of_flags=False):
    """By program, coach and words: each word begins some word of a name or an address.

    Flags are narrowed by the engagement's own row, which is read anyway and has an index by either.
    """
    if chosen.found is not None:  # a database guesses badly how many rows some letters find
        wanted = Q(engagement__pk__in=chosen.found)
    elif chosen.words and of_flags:
        wanted = Q(_found_in_row(chosen))
    else:
        wanted = begin_words(chosen.words)
    for name in ("program", "coach"):
        if value := chosen.chosen(name):
            wanted &= Q(**{f"engagement__{name}" if of_flags else name: value})
    return wanted


def _found_in_row(chosen):
    """Whether words that find very many find this flag's engagement: asked flag by flag, as the list needs them."""
    of_flag = Standing.objects.managed_by(chosen.user).filter(pk=OuterRef("engagement_id"))
    is_found = ExpressionWrapper(begin_words(chosen.words), output_field=BooleanField())
    return Subquery(of_flag.annotate(is_found=is_found).values("is_found")[:1])


def of_status(status, prefix=""):
    if status == ALL:
        return Q()
    is_open = Q(**{f"{prefix}is_open": status is None or status in OPEN})
    return is_open & Q(**{f"{prefix}status": status}) if status else is_open


def flags_of_status(status):
    """The same of flags, by the engagement's own row: it is read anyway."""
    if status == ALL:
        return Q()
    return Q(engagement__status=status) if status else Q(engagement__status__in=OPEN)


def flagged(user, asked, key):
    """Engagements with such a flag; `key` leads from a row to the engagement's key."""
    if not asked:
        return Q()
    of_row = disclosed(user).filter(engagement=OuterRef(key))
    unanswered = Exists(of_row.filter(responded_at__isnull=True))
    if asked == UNANSWERED:
        return Q(unanswered)
    if asked == ANSWERED:
        return Q(Exists(of_row)) & ~Q(unanswered)
    return Q(Exists(of_row if asked == FLAGGED else of_row.filter(kind=asked)))


def standings(user, chosen):
    """The standings of the list, in no order."""
    rows = Standing.objects.managed_by(user).filter(narrowing(chosen), of_status(chosen.chosen("status")))
    return rows.filter(flagged(user, chosen.chosen("flag"), "engagement_id"))


def stretches(user, chosen):
    """The list in its order."""
    sort = chosen.chosen("sort") or "executive"
    name, is_falling = sort.removeprefix("-"), sort.startswith("-")
    if name == "flag":
        return _by_flag(user, chosen, is_falling)
    column = SORTED_BY[name]
    order = (column, *BY_NAME) if column else BY_NAME
    if name not in MAY_BE_MISSING:
        return [_stretch(lambda: standings(user, chosen), order, is_falling=is_falling)]
    missing = f"{TOLD[column]}__isnull"
    there = _stretch(lambda: standings(user, chosen).filter(**{missing: False}), order, is_falling=is_falling)
    without = _stretch(lambda: standings(user, chosen).filter(**{missing: True}), BY_NAME, lead=(TOLD[column],))
    return [there, without]


def _stretch(rows, order, prefix="", *, is_falling=False, lead=(), **more):
    told = {alias: F(f"{prefix}{path}") for alias, path in TOLD.items()}
    paths = tuple(more.get(name) or f"{prefix}{TOLD[name]}" for name in order)
    beside = {alias: F(path) for alias, path in more.items()}
    return Stretch(lambda: rows().values(**told, **beside), order, paths, is_falling, lead)


def _oldest_flags(user):
    """One flag per engagement that has any: the one that has been open longest."""
    same = disclosed(user).filter(engagement=OuterRef("engagement"))
    is_older = Q(opened_at__lt=OuterRef("opened_at")) | Q(opened_at=OuterRef("opened_at"), pk__lt=OuterRef("pk"))
    return disclosed(user).filter(~Exists(same.filter(is_older)))


def in_need(user, chosen):
    """Keys of engagements that need a conversation, whatever their kind of flag."""
    flags = disclosed(user).filter(narrowing(chosen, of_flags=True), flags_of_status(chosen.chosen("status")))
    return flags.order_by("engagement_id").values("engagement_id").distinct()


def counted(user, chosen):
    """Keys of the engagements of the list, to be counted: from the flags where flags are asked for."""
    asked = chosen.chosen("flag")
    if not asked:
        return standings(user, chosen).values("pk")
    flags = in_need(user, chosen)
    if asked == FLAGGED:
        return flags
    if asked == UNANSWERED:
        return flags.filter(responded_at__isnull=True)
    if asked == ANSWERED:
        others = disclosed(user).filter(engagement=OuterRef("engagement"), responded_at__isnull=True)
        return flags.filter(~Exists(others))
    return flags.filter(kind=asked)


def _by_flag(user, chosen, is_falling):
    """Engagements by their oldest open flag, then those without any by name."""
    prefix, asked = STANDING, chosen.chosen("flag")

    def oldest():
        flags = _oldest_flags(user).filter(narrowing(chosen, of_flags=True))
        flags = flags.filter(of_status(chosen.chosen("status"), prefix))
        return flags.filter(flagged(user, asked, "engagement_id"))

    order, flags = ("row_opened_at", "row_flag"), {"row_opened_at": "opened_at", "row_flag": "pk"}
    with_flag = _stretch(oldest, order, prefix, is_falling=is_falling, **flags)
    if asked:
        return [with_flag]
    return [with_flag, _stretch(lambda: standings(user, chosen).exclude(Exists(_of_row(user))), BY_NAME)]


def _of_row(user):
    return disclosed(user).filter(engagement=OuterRef("engagement_id"))


# --- places in it ---------------------------------------------------------------------------------


def mark_of(position, number, row, stretch):
    """A row's place for an address: no name, and of a flag its key only."""
    key = row["row_flag"] if "row_flag" in stretch.order else row["row_key"]
    value = row[stretch.order[0]] if stretch.order[0] in WRITTEN else None
    return Mark(position, number, value, key)


def row_of(user, mark, found):
    """The values of a marked place; None where there is no such row, or not for this person, or not in this order."""
    if mark is None or mark.stretch >= len(found):
        return None
    order = found[mark.stretch].order
    if "row_flag" in order:
        flag = (
            Flag.objects.disclosed_to(user).filter(pk=mark.key).values(row_opened_at=F("opened_at"), row_flag=F("pk"))
        )
        return flag.first()
    told = {name: F(TOLD[name]) for name in order}
    row = Standing.objects.managed_by(user).filter(pk=mark.key).order_by().values(**told).first()
    if row is None or len(order) == 2:
        return row
    column = order[0]
    # As it was when the page was made: a session held since then moves no page. Names are as they are.
    was = mark.value if column in WRITTEN else row[column]
    return {**row, column: was} if isinstance(was, WRITTEN.get(column, str)) else None


# --- what is shown of them ------------------------------------------------------------------------


def as_of_now(user, rows, now):
    """The rows as they are shown: a session that has begun since they were kept is not to come any more."""
    passed = [row["row_key"] for row in rows if row["row_next"] and row["row_next"] < now]
    if not passed:
        return rows
    anew = Engagement.objects.managed_by(user).filter(pk__in=passed).with_session_figures(now)
    figures = anew.values_list("pk", "sessions_booked", "next_session_at")
    changes = {key: {"row_booked": booked, "row_next": next_at} for key, booked, next_at in figures}
    return [row | changes.get(row["row_key"], {}) for row in rows]


def flags_of(user, engagement_ids):
    """The disclosed flags of these engagements, the most urgent first: {key: flags}."""
    found = defaultdict(list)
    for flag in ask(_flags_of, user, keys=tuple(engagement_ids)) if engagement_ids else ():
        found[flag.engagement_id].append(flag)
    return found


def _flags_of(user, *, keys):
    return disclosed(user).filter(engagement__pk__in=keys).most_urgent_first()
