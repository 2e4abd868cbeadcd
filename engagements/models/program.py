"""Programs: sets of engagements with rules, and who manages them."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone

from engagements import permissions
from engagements.models.disclosure import DisclosureSchedule
from engagements.models.identity import Identified, between, both_or_neither, longest, plain_line
from engagements.models.people import Organization, User, known_time_zone


class ReportRhythm(models.TextChoices):
    NONE = "", "Only when somebody asks for one"
    MONTH = "MONTH", "Every month"
    QUARTER = "QUARTER", "Every quarter"


MOST_POOL = 100_000


class ProgramQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(permissions.programs_seen_by(user))

    def managed_by(self, user):
        return self.filter(permissions.programs_managed_by(user))

    def managed_from_outside_by(self, user):
        """Managed, and neither coached nor being coached in."""
        return self.filter(permissions.programs_managed_from_outside_by(user))

    def with_outside_managers(self, user):
        """Adds is_managed_from_outside: whether this person is one of those."""
        outside = type(self)(self.model).managed_from_outside_by(user).filter(pk=OuterRef("pk"))
        return self.annotate(is_managed_from_outside=Exists(outside))

    def with_kept_figures(self):
        """With the figures that are kept of large programs, for whoever manages them."""
        return self.select_related("figures")

    def open(self):
        return self.filter(closed_at__isnull=True)

    def in_order(self):
        return self.order_by(Lower("organization__name"), Lower("name"), "pk")


class Program(DisclosureSchedule, Identified):
    """A set of engagements with common rules."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="programs")
    name = models.CharField(max_length=120, validators=[plain_line])
    cadence_weeks = models.PositiveSmallIntegerField("cadence", default=2, help_text="Weeks between sessions")
    session_budget = models.PositiveSmallIntegerField(default=10, help_text="Sessions per engagement")
    planned_weeks = models.PositiveSmallIntegerField("planned length", default=26, help_text="Weeks")
    time_zone = models.CharField(max_length=64, default="Europe/London", validators=[known_time_zone])
    check_ins_on = models.BooleanField(
        "check-ins", default=True, help_text="Executives get a short check-in by mail after a session"
    )
    retention_months = models.PositiveSmallIntegerField(
        "words and ratings are kept for",
        default=24,
        help_text="Months after an engagement has ended; then they are erased, and dates and attendance stay",
    )
    session_pool = models.PositiveIntegerField(
        "session pool", null=True, blank=True, help_text="Sessions bought for all engagements together; empty: no limit"
    )
    report_rhythm = models.CharField(
        "sponsor report", max_length=8, choices=ReportRhythm.choices, blank=True, default=ReportRhythm.NONE
    )
    report_names = models.BooleanField(
        "the sponsor report names engagements",
        default=False,
        help_text="Only with what each executive releases, line by line",
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ProgramQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", Lower("name"), name="program_name_once_per_organization"),
            models.CheckConstraint(condition=Q(cadence_weeks__range=(1, 26)), name="program_cadence_range"),
            models.CheckConstraint(condition=Q(session_budget__range=(1, 200)), name="program_budget_range"),
            models.CheckConstraint(condition=Q(planned_weeks__range=(1, 260)), name="program_planned_weeks_range"),
            models.CheckConstraint(condition=Q(retention_months__range=(1, 120)), name="program_retention_range"),
            between("session_pool", 1, MOST_POOL, model="program"),
            models.CheckConstraint(condition=Q(report_rhythm__in=ReportRhythm.values), name="program_rhythm_known"),
            *longest(model="program", name=120, time_zone=64),
        ]

    def __str__(self):
        return self.name

    def is_managed_by(self, user):
        """Asks once per user and program object."""
        known = self.__dict__.setdefault("_managed_by", {})
        if user.pk not in known:
            known[user.pk] = self.managers.filter(user_id=user.pk, removed_at__isnull=True).exists()
        return known[user.pk]


class ProgramManager(Identified):
    """A person's charge over one program, from one day to another."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="managers")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="program_memberships")
    added_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "user"], condition=Q(removed_at__isnull=True), name="programmanager_once"
            ),
            both_or_neither("removed_at", "removed_by", model="programmanager"),
        ]

    def __str__(self):
        return f"{self.user} manages {self.program}"
