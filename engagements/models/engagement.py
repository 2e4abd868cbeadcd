"""The engagement: one coach, one executive, a period, a budget."""

import zoneinfo
from datetime import timedelta

from django.db import models
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from engagements import permissions, vault
from engagements.models.identity import Identified, longest, within_dates
from engagements.models.people import Executive, User
from engagements.models.program import Program
from engagements.retention import months_after


class Status(models.TextChoices):
    PROPOSED = "PROPOSED", "Proposed"
    CHEMISTRY = "CHEMISTRY", "Chemistry"
    CONTRACTED = "CONTRACTED", "Contracted"
    ACTIVE = "ACTIVE", "Active"
    PAUSED = "PAUSED", "Paused"
    COMPLETED = "COMPLETED", "Completed"
    ENDED_EARLY = "ENDED_EARLY", "Ended early"
    DECLINED = "DECLINED", "Declined"


class Reason(models.TextChoices):
    """Why an engagement ended early or was declined: a class, never a story."""

    SCHEDULING = "SCHEDULING", "Scheduling or workload"
    ROLE_CHANGE = "ROLE_CHANGE", "Change of role or employer"
    BUDGET = "BUDGET", "Budget or sponsor decision"
    FIT = "FIT", "Not the right fit"
    DONE_EARLY = "DONE_EARLY", "Objective reached early"
    BEYOND_COACHING = "BEYOND_COACHING", "Beyond coaching: referred on"
    PERSONAL = "PERSONAL", "Personal reasons"
    OTHER = "OTHER", "Other"


LEFT_OPEN_AFTER = timedelta(days=30)  # past the planned end; a last session slips by a few weeks as a rule
RUNNING = (Status.ACTIVE, Status.PAUSED)
OPEN = (Status.PROPOSED, Status.CHEMISTRY, Status.CONTRACTED, Status.ACTIVE, Status.PAUSED)
ENDED = (Status.COMPLETED, Status.ENDED_EARLY, Status.DECLINED)
NEEDS_REASON = (Status.ENDED_EARLY, Status.DECLINED)

# From each status, where it may go. Nothing else is possible, in the database as in the pages.
TRANSITIONS: dict[str, tuple[str, ...]] = {
    Status.PROPOSED: (Status.CHEMISTRY, Status.CONTRACTED, Status.DECLINED),
    Status.CHEMISTRY: (Status.CONTRACTED, Status.DECLINED),
    Status.CONTRACTED: (Status.ACTIVE, Status.DECLINED),
    Status.ACTIVE: (Status.PAUSED, Status.COMPLETED, Status.ENDED_EARLY),
    Status.PAUSED: (Status.ACTIVE, Status.ENDED_EARLY),
    Status.COMPLETED: (),
    Status.ENDED_EARLY: (),
    Status.DECLINED: (),
}


def _sessions_of_engagement():
    from engagements.models.session import Session

    return Session.objects.filter(engagement=OuterRef("pk")).order_by().values("engagement")


class EngagementQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those whose existence, dates and status this person may know."""
        return self.filter(permissions.engagements_seen_by(user))

    def confided_to(self, user):
        """Those whose content this person may read."""
        return self.filter(permissions.engagements_confided_to(user))

    def managed_by(self, user):
        return self.filter(permissions.engagements_managed_by(user))

    def open(self):
        return self.filter(status__in=OPEN)

    def active(self):
        return self.filter(status=Status.ACTIVE)

    def nobody_closed(self, today):
        """Open ones past their planned end for weeks, and those that run with all sessions held and none booked."""
        used_up = Q(standing__sessions_left__lte=0, standing__sessions_booked=0, status__in=RUNNING)
        return self.open().filter(Q(ends_on__lt=today - LEFT_OPEN_AFTER) | used_up)

    def with_content(self):
        """Those of which words and ratings were not erased."""
        return self.filter(content_erased_at__isnull=True)

    def with_people(self):
        return self.select_related("program", "program__organization", "coach", "executive")

    def with_session_figures(self, now):
        """Adds sessions_held, sessions_booked, sessions_left, last_session_at and next_session_at.

        Only kinds that count against the budget are counted; one subquery per figure, no query per row.
        """
        from engagements.models.session import COUNTED_KINDS, SessionStatus

        base = _sessions_of_engagement()
        counted = base.filter(kind__in=COUNTED_KINDS)

        def figure(rows, aggregate):
            return Subquery(rows.annotate(figure=aggregate).values("figure"))

        held = counted.filter(status=SessionStatus.HELD)
        booked = counted.filter(status=SessionStatus.SCHEDULED, starts_at__gte=now)
        return self.annotate(
            sessions_held=Coalesce(figure(held, Count("pk")), 0),
            sessions_booked=Coalesce(figure(booked, Count("pk")), 0),
            last_session_at=figure(base.filter(status=SessionStatus.HELD), Max("starts_at")),
            next_session_at=figure(base.filter(status=SessionStatus.SCHEDULED, starts_at__gte=now), Min("starts_at")),
        ).annotate(sessions_left=F("session_budget") - F("sessions_held"))

    def with_what_waits(self, now):
        """Adds session figures, waits_for_log and has_booked: whether any session of whatever kind does, or is."""
        from engagements.models.session import Session

        sessions = Session.objects.filter(engagement=OuterRef("pk"))
        return self.with_session_figures(now).annotate(
            waits_for_log=Exists(sessions.to_log(now)), has_booked=Exists(sessions.upcoming(now))
        )

    def with_erasure(self):
        """Adds is_erased: whether the key to the engagement's words was destroyed."""
        return self.annotate(is_erased=~Exists(EngagementKey.objects.filter(engagement=OuterRef("pk"))))

    def in_order(self):
        return self.order_by("executive__name", "pk")


class Engagement(Identified):
    """One coach, one executive, a period, a budget."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="engagements")
    coach = models.ForeignKey(User, on_delete=models.PROTECT, related_name="engagements")
    executive = models.ForeignKey(Executive, on_delete=models.PROTECT, related_name="engagements")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.PROPOSED)
    reason = models.CharField(max_length=16, choices=Reason.choices, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField("planned end")
    ended_on = models.DateField(null=True, blank=True)
    session_budget = models.PositiveSmallIntegerField()
    cadence_weeks = models.PositiveSmallIntegerField("cadence", help_text="Weeks between sessions")
    check_ins_on = models.BooleanField("check-ins", default=True)
    readiness = models.CharField(max_length=8, blank=True, editable=False, help_text="models.chemistry.Readiness")
    is_pro_bono = models.BooleanField("pro bono", default=False)
    # The executive's own word, by link; nobody else sets these.
    hours_consented_at = models.DateTimeField(null=True, blank=True, editable=False)
    supervision_consented_at = models.DateTimeField(null=True, blank=True, editable=False)
    check_ins_declined_at = models.DateTimeField(null=True, blank=True, editable=False)
    judging_declined_at = models.DateTimeField(null=True, blank=True, editable=False)
    content_erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # Touched by every action that may matter to a judgement; jobs compare it with when they last judged.
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = EngagementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="engagement_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=NEEDS_REASON, reason__in=Reason.values)
                | (~Q(status__in=NEEDS_REASON) & Q(reason="")),
                name="engagement_reason_when_ended_early_or_declined",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ENDED, ended_on__isnull=False)
                | (~Q(status__in=ENDED) & Q(ended_on__isnull=True)),
                name="engagement_ended_on_when_ended",
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="engagement_ends_after_start"),
            models.CheckConstraint(condition=Q(session_budget__range=(1, 200)), name="engagement_budget_range"),
            models.CheckConstraint(condition=Q(cadence_weeks__range=(1, 26)), name="engagement_cadence_range"),
            within_dates("starts_on", model="engagement"),
            within_dates("ends_on", model="engagement"),
            within_dates("ended_on", model="engagement"),
            models.UniqueConstraint(
                fields=["program", "executive"],
                condition=Q(status__in=OPEN),
                name="engagement_one_open_per_program_and_executive",
            ),
            *longest(model="engagement", readiness=8),
        ]
        indexes = [
            models.Index(fields=["coach", "status"], name="engagement_coach_status"),
            models.Index(fields=["program", "status"], name="engagement_program_status"),
            models.Index(fields=["changed_at"], name="engagement_changed"),
        ]

    def __str__(self):
        return f"Engagement {self.pk}"

    @property
    def is_open(self):
        return self.status in OPEN

    @property
    def is_active(self):
        return self.status == Status.ACTIVE

    @property
    def asks_for_check_ins(self):
        """The program wants them, the executive has not said no, and there is somewhere to keep an answer."""
        return self.check_ins_on and self.check_ins_declined_at is None and self.content_erased_at is None

    @property
    def kept_until(self):
        """The day on which words and ratings are erased; None as long as it runs. Asks for the program."""
        return months_after(self.ended_on, self.program.retention_months) if self.ended_on else None

    def had_ended_by(self, moment):
        """Whether its last day was over; days are those where the program runs. Asks for the program."""
        zone = zoneinfo.ZoneInfo(self.program.time_zone)
        return self.ended_on is not None and moment.astimezone(zone).date() > self.ended_on

    def take_figures(self, sessions, now):
        """Sets what with_session_figures adds, from all sessions of the engagement, where a page reads these anyway."""
        counted = [session for session in sessions if session.is_counted]
        held_at = [session.starts_at for session in sessions if session.is_held]
        to_come = [session.starts_at for session in sessions if session.is_scheduled and session.starts_at >= now]
        self.sessions_held = sum(session.is_held for session in counted)
        self.sessions_booked = sum(session.is_scheduled and session.starts_at >= now for session in counted)
        self.sessions_left = self.session_budget - self.sessions_held
        self.last_session_at, self.next_session_at = max(held_at, default=None), min(to_come, default=None)

    @property
    def next_statuses(self):
        return TRANSITIONS[self.status]

    @property
    def is_logged(self):
        """A session was logged, which a program manager sees from dates and attendance."""
        return self.sessions.filter(logged_at__isnull=False).exists()

    @property
    def is_confided(self):
        """A session was logged, coach or executive said something: this coach cannot be exchanged any more.

        Somebody who manages the program is not told before they try: it may be all that was said so far.
        """
        from engagements.models.audit import AuditEvent

        return (
            self.is_logged
            or self.sealed_texts.confiding(self.coach_id).exists()
            or AuditEvent.objects.confiding(self).exists()
        )


class EngagementKey(models.Model):
    """The engagement's data key, wrapped by a key-encryption key. Destroy it and the texts are gone."""

    engagement = models.OneToOneField(Engagement, on_delete=models.CASCADE, related_name="key", primary_key=True)
    wrapped = models.BinaryField(max_length=vault.LONGEST_WRAPPED)
    wrapped_by = models.CharField(max_length=16, help_text="Name of the key-encryption key")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *longest(model="engagementkey", wrapped=vault.LONGEST_WRAPPED, wrapped_by=16),
        ]
        indexes = [models.Index(fields=["wrapped_by"], name="engagementkey_wrapped_by")]

    def __str__(self):
        return f"Key of engagement {self.engagement_id}"
