"""Who may see which judgement, rating, answer and flag, on one page.

Coach: own ratings; the executive's answers only where the executive shared them; trajectory, state, point of
trust and every flag of own engagements.
Program manager: of flags the kind, the age and whether the coach has responded, nothing else; flags that rest
on trust only where the agreement's disclosure schedule opens them; never a "watch"; never a value. Frozen figures
over groups of at least five people of at least two coaches, in programs they are no part of themselves.
Administrator: nothing of this package but counts of background work.
Executive: own answers, by personal link.
"""

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, Subquery

from engagements.permissions import (
    NOTHING,
    can_read_content,
    engagements_about,
    engagements_confided_to,
    engagements_managed_by,
    is_administrator,
    manages_from_outside,
    programs_managed_from_outside_by,
)

# Flags that say only what dates and attendance say already.
PROCESS_KINDS = ("QUIET", "MISSED", "BUDGET")
DISCLOSED_BY = {"STALLED": "discloses_stalled", "REGRESSING": "discloses_regressing"}


def readings_seen_by(user, prefix: str = "") -> Q:
    """A coach's own ratings, and the executive's where shared. `prefix` leads to the reading, as in "reading__"."""
    own = Q(**{f"{prefix}voice": "COACH"})
    shared = Q(**{f"{prefix}voice": "EXECUTIVE", f"{prefix}is_shared": True})
    return engagements_confided_to(user, f"{prefix}session__engagement__") & (own | shared)


def judgements_seen_by(user) -> Q:
    """Trajectory and state: the engagement's coach only."""
    return engagements_confided_to(user, "engagement__")


def points_of_trust_seen_by(user) -> Q:
    """Whether and when the point of trust was reached: the engagement's coach only."""
    return engagements_confided_to(user, "engagement__")


def ruptures_seen_by(user) -> Q:
    """What hurt trust, and what was tried: the engagement's coach only."""
    return engagements_confided_to(user, "engagement__")


def flags_seen_by(user) -> Q:
    """The coach's own, and of managed engagements what the disclosure schedule opens."""
    return engagements_confided_to(user, "engagement__") | flags_disclosed_to(user)


def flags_disclosed_to(user) -> Q:
    """Flags a program manager may know of: alarms only, trust kinds only where the agreement says so.

    None about themselves: an executive sees no flags, whatever else they are.
    """
    if not user.is_active:
        return NOTHING
    may_know = Q(kind__in=PROCESS_KINDS)
    # A revised schedule opens nothing before both sides have accepted it.
    agreements = apps.get_model("engagements", "Agreement").objects.in_force()
    for kind, column in DISCLOSED_BY.items():
        # A value of the one agreement, not a list of all that open it: asked for the few flags that are looked at.
        opened = agreements.filter(engagement_id=OuterRef("engagement_id")).values(column)[:1]
        may_know |= Q(kind=kind) & Q(Subquery(opened))
    managed = engagements_managed_by(user, "engagement__") & ~engagements_about(user, "engagement__")
    return managed & Q(level="ALARM") & may_know


def cohorts_seen_by(user, prefix: str = "program") -> Q:
    """Figures over groups: of programs a person manages without coaching or being coached in them.

    `prefix` leads to the program, as in "period__program".
    """
    if not user.is_active:
        return NOTHING
    programs = apps.get_model("engagements", "Program").objects.filter(programs_managed_from_outside_by(user))
    return Q(**{f"{prefix}_id__in": programs.values("pk")})


def engagements_in_cohorts(prefix: str = "") -> Q:
    """Engagements whose ratings may stand behind figures over groups.

    The agreement in force says so, the executive has not objected to judging, and nothing was erased.
    """
    agreements = apps.get_model("engagements", "Agreement").objects.in_force().filter(discloses_cohort=True)
    names = ("judging_declined_at", "content_erased_at")
    undisturbed = Q(**{f"{prefix}{name}__isnull": True for name in names}, **{f"{prefix}key__isnull": False})
    return undisturbed & Q(Exists(agreements.filter(engagement_id=OuterRef(f"{prefix}pk"))))


def can_see_cohort(user, program) -> bool:
    """A program manager who is no part of the program."""
    return manages_from_outside(user, program)


def flags_counted_for(user) -> Q:
    """Flags an administrator may count, in groups large enough to tell of nobody; never read one by one."""
    return Q() if is_administrator(user) else NOTHING


def can_answer_flag(user, flag) -> bool:
    """The coach of the engagement responds to a flag and resolves it."""
    return can_read_content(user, flag.engagement)
