"""Who may? Roles, the rows a person may see, and what they may do with them, on one page.

Coach: everything of the engagements they coach, as long as they have a coach profile that has not ended.
Program manager: dates, attendance, budget, status and flags of the programs they manage; never what was
said, rated or answered.
Administrator: accounts, organizations, programs and background work, in the admin; no engagement content.
Executive: no account; acts by personal link only.

Row rules are `Q` objects; each starts at the model that its name says. A person who is coach and program
manager at once sees the union, but the confidential rows of their own engagements only.
"""

from django.apps import apps
from django.db.models import Q

NOTHING = Q(pk__in=[])  # matches no row of any model


def is_coach(user) -> bool:
    """Has an active coach profile."""
    return bool(getattr(user, "is_active", False)) and user.holds_coach_profile


def is_program_manager(user) -> bool:
    """Manages at least one program today."""
    return bool(getattr(user, "is_active", False)) and user.manages_a_program


def is_administrator(user) -> bool:
    """Keeps accounts, organizations and programs."""
    return bool(getattr(user, "is_active", False)) and user.is_administrator


# --- rows ---------------------------------------------------------------------------------------


def managed_program_ids(user):
    """Keys of the programs this person manages today, as a subquery."""
    memberships = apps.get_model("engagements", "ProgramManager").objects
    return memberships.filter(user_id=user.pk, removed_at__isnull=True).values("program_id")


def programs_managed_by(user) -> Q:
    """Programs this person manages today."""
    return Q(pk__in=managed_program_ids(user)) if user.is_active else NOTHING


def programs_managed_from_outside_by(user) -> Q:
    """Managed programs in which this person neither coaches nor is coached, nor ever did.

    For figures over groups of people: whoever knows some of the values could subtract them.
    """
    if not user.is_active:
        return NOTHING
    engagements = apps.get_model("engagements", "Engagement").objects
    # Two questions, not one with an "or": each has an index.
    coached = engagements.filter(coach_id=user.pk).values("program_id")
    taken_part = engagements.filter(engagements_about(user)).values("program_id")
    return programs_managed_by(user) & ~Q(pk__in=coached) & ~Q(pk__in=taken_part)


def programs_seen_by(user) -> Q:
    """Programs a person manages, and those they coach in."""
    coached = apps.get_model("engagements", "Engagement").objects.filter(engagements_confided_to(user))
    return programs_managed_by(user) | Q(pk__in=coached.values("program_id"))


def engagements_seen_by(user, prefix: str = "") -> Q:
    """Engagements whose existence, dates and status a person may know: own and managed ones.

    `prefix` leads from another model to the engagement, as in "engagement__".
    """
    return engagements_confided_to(user, prefix) | engagements_managed_by(user, prefix)


def engagements_managed_by(user, prefix: str = "") -> Q:
    """Engagements of the programs this person manages today."""
    return Q(**{f"{prefix}program_id__in": managed_program_ids(user)}) if user.is_active else NOTHING


def engagements_about(user, prefix: str = "") -> Q:
    """Engagements in which this person is the one coached, by the address of their account."""
    themselves = apps.get_model("engagements", "Executive").objects.filter(email__iexact=user.email)
    return Q(**{f"{prefix}executive_id__in": themselves.values("pk")})


def rematches_told_to(user, prefix: str = "") -> Q:
    """Managed engagements of which this person may know that another match is wanted: no part of them themselves.

    Coach and executive know their own vote; each would learn the other's.
    """
    if not user.is_active:
        return NOTHING
    no_part = ~Q(**{f"{prefix}coach_id": user.pk}) & ~engagements_about(user, prefix)
    return engagements_managed_by(user, prefix) & no_part


def engagements_confided_to(user, prefix: str = "") -> Q:
    """Engagements whose content (log, notes, ratings, objectives) a person may read: their coach only."""
    return Q(**{f"{prefix}coach_id": user.pk}) if is_coach(user) else NOTHING


def objectives_disclosed_to(user, prefix: str = "") -> Q:
    """Engagements whose stated objective a program manager may read: the agreement in force opens it."""
    opened = apps.get_model("engagements", "Agreement").objects.in_force().filter(discloses_objective=True)
    return engagements_managed_by(user, prefix) & Q(**{f"{prefix}pk__in": opened.values("engagement_id")})


def executives_seen_by(user) -> Q:
    """Executives of visible engagements."""
    engagements = apps.get_model("engagements", "Engagement").objects
    return Q(pk__in=engagements.filter(engagements_seen_by(user)).values("executive_id"))


# Sealed words that are the executive's own, or were meant for them. All others are somebody's opinion of them.
OWN_TEXTS = (
    "OBJECTIVE", "SESSION_SUMMARY", "EXPERIMENT", "EXPERIMENT_SITUATION", "EXPERIMENT_STEP", "CONFIDENTIALITY_USE",
    "REQUEST", "REQUEST_ANSWER", "RELEASED", "REPORT_LINE",
)  # fmt: skip


def _own_texts(engagement) -> Q:
    """Follow-ups share one kind: the executive's own are those that the executive was asked."""
    asked = apps.get_model("engagements", "FollowUp").objects.filter(engagement=engagement.pk, party="EXECUTIVE")
    return Q(kind__in=OWN_TEXTS) | Q(kind="FOLLOW_UP", subject_id__in=asked.values("pk"))


def texts_open_to_executive(engagement) -> Q:
    """Sealed words that the executive reads behind a personal link and its code."""
    return Q(engagement_id=engagement.pk) & _own_texts(engagement)


def texts_of_opinion(engagement) -> Q:
    """Sealed words that the executive reads only where the coach gives them out."""
    return Q(engagement_id=engagement.pk) & ~_own_texts(engagement)


def looks_about(engagement) -> Q:
    """The access ledger of an engagement: looks at it, at its executive, and at lists of its program."""
    return (
        Q(subject_type="ENGAGEMENT", subject_id=engagement.pk)
        | Q(subject_type="EXECUTIVE", subject_id=engagement.executive_id)
        | Q(subject_type="PROGRAM", subject_id=engagement.program_id, first_at__gte=engagement.created_at)
    )


def people_coaching_for(user) -> Q:
    """Coaches in the programs this person manages, also those who may not sign in any more."""
    engagements = apps.get_model("engagements", "Engagement").objects
    return Q(pk__in=engagements.filter(engagements_managed_by(user)).values("coach_id"))


def coaches_offered_to(user) -> Q:
    """Coaches whom a program manager may ask: all who may sign in."""
    if not is_program_manager(user):
        return NOTHING
    return Q(is_active=True, coach_profile__isnull=False, coach_profile__ended_at__isnull=True)


def import_runs_of(user) -> Q:
    """Files this person brought: for nobody else."""
    return Q(owner_id=user.pk) if user.is_active else NOTHING


def outside_hours_of(user) -> Q:
    """Hours a coach keeps of clients elsewhere: for nobody else."""
    return Q(coach_id=user.pk) if is_coach(user) else NOTHING


def reports_managed_by(user, prefix: str = "") -> Q:
    """Sponsor reports of the programs this person manages today."""
    return Q(**{f"{prefix}program_id__in": managed_program_ids(user)}) if user.is_active else NOTHING


def saved_views_of(user) -> Q:
    """Views of the portfolio a person named: for nobody else."""
    return Q(user_id=user.pk) if user.is_active else NOTHING


def api_tokens_of(user) -> Q:
    """A person's own tokens."""
    return Q(user_id=user.pk) if user.is_active else NOTHING


def webhooks_of(user, prefix: str = "") -> Q:
    """A person's own webhooks, and what was sent to them."""
    return Q(**{f"{prefix}user_id": user.pk}) if user.is_active else NOTHING


def calendar_feeds_of(user) -> Q:
    """A coach's own."""
    return Q(user_id=user.pk) if is_coach(user) else NOTHING


def looks_of(user) -> Q:
    """What this person looked at."""
    return Q(who_id=user.pk) if user.is_active else NOTHING


def audit_confided_to(user) -> Q:
    """What was done to engagements whose content a person may read."""
    engagements = apps.get_model("engagements", "Engagement").objects
    return Q(engagement_id__in=engagements.filter(engagements_confided_to(user)).values("pk"))


# --- verbs --------------------------------------------------------------------------------------


def can_read_content(user, engagement) -> bool:
    """May read the log, notes, ratings, objectives and trajectory: the engagement's coach."""
    return is_coach(user) and engagement.coach_id == user.pk


def can_log(user, engagement) -> bool:
    """May schedule, move, cancel and log sessions: the engagement's coach."""
    return can_read_content(user, engagement)


def can_manage(user, engagement) -> bool:
    """May change status, dates, budget and coach: a manager of the engagement's program."""
    return user.is_active and engagement.program.is_managed_by(user)


def can_send_link(user, engagement) -> bool:
    """May have the executive's link to what is kept about them mailed: coach and program manager."""
    return can_read_content(user, engagement) or can_manage(user, engagement)


def can_answer_request(user, request) -> bool:
    """The coach answers what the executive asks for; erasing is for a manager of the program."""
    if request.kind == "ERASURE":
        return can_manage(user, request.engagement)
    return can_read_content(user, request.engagement)


def can_take_back_conversation(user, conversation) -> bool:
    """Whoever noted it, as long as they manage the program."""
    return conversation.noted_by_id == user.pk and can_manage(user, conversation.engagement)


def can_change_status(user, engagement) -> bool:
    """The coach and the program manager both move an engagement through its stages."""
    return can_read_content(user, engagement) or can_manage(user, engagement)


def manages_from_outside(user, program) -> bool:
    """Manages the program, and neither coaches nor is coached in it."""
    return type(program).objects.filter(programs_managed_from_outside_by(user), pk=program.pk).exists()


def can_create_engagement(user) -> bool:
    """A program manager, in a program they manage."""
    return is_program_manager(user)


def can_import_roster(user) -> bool:
    """A program manager for own programs; an administrator for any, also new ones."""
    return is_program_manager(user) or is_administrator(user)


def can_import(user, kind) -> bool:
    """A roster, or own work: session history and calendar."""
    return can_import_roster(user) if kind == "ROSTER" else can_import_own_work(user)


def can_import_own_work(user) -> bool:
    """A coach brings own session history and calendar: nobody else may read what stands in them."""
    return is_coach(user)
