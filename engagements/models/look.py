"""The access ledger: who looked at what about an engagement, and on which day first. Without content."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from engagements import permissions
from engagements.models.identity import Identified, longest, within_dates


class LookRole(models.TextChoices):
    """In which capacity somebody looked."""

    COACH = "COACH", "Coach"
    MANAGER = "MANAGER", "Program manager"
    ADMINISTRATOR = "ADMINISTRATOR", "Administrator"
    EXECUTIVE = "EXECUTIVE", "You, by your link"


class LookedAt(models.TextChoices):
    """What was looked at: a kind of page, never what stood on it."""

    ENGAGEMENT = "ENGAGEMENT", "Page of the engagement"
    LOG = "LOG", "Log of a session"
    AGREEMENT = "AGREEMENT", "Agreement"
    PERSON = "PERSON", "Name, address and role"
    LIST = "LIST", "List of engagements"
    EXPORT = "EXPORT", "Export"
    REQUEST = "REQUEST", "A request of yours"


class LookSubject(models.TextChoices):
    """What the key in `subject_id` names."""

    ENGAGEMENT = "ENGAGEMENT", "Engagement"
    PROGRAM = "PROGRAM", "Program"
    EXECUTIVE = "EXECUTIVE", "Executive"


class LookQuerySet(models.QuerySet):
    def about(self, engagement):
        """Looks at this engagement, at its executive, and at lists of its program while it existed."""
        return self.filter(permissions.looks_about(engagement))

    def by_person(self, user):
        return self.filter(permissions.looks_of(user))

    def newest_first(self):
        return self.order_by("-first_at", "pk")


class Look(Identified):
    """One person looked at one thing on one day. Keys instead of relations, as in the audit trail."""

    who_id = models.UUIDField(null=True, help_text="Empty: the executive, by link")
    role = models.CharField(max_length=16, choices=LookRole.choices)
    what = models.CharField(max_length=12, choices=LookedAt.choices)
    subject_type = models.CharField(max_length=12, choices=LookSubject.choices)
    subject_id = models.UUIDField()
    on = models.DateField(help_text="The day, in UTC")
    first_at = models.DateTimeField(default=timezone.now)
    key = models.CharField(max_length=64, unique=True, help_text="Makes a second look on the same day the same row")

    objects = LookQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=LookRole.values), name="look_role_known"),
            models.CheckConstraint(condition=Q(what__in=LookedAt.values), name="look_what_known"),
            models.CheckConstraint(condition=Q(subject_type__in=LookSubject.values), name="look_subject_known"),
            *longest(model="look", key=64),
            within_dates("on", model="look"),
        ]
        indexes = [
            models.Index(fields=["subject_id", "first_at"], name="look_subject_first"),
            models.Index(fields=["who_id", "first_at"], name="look_who_first"),
        ]

    def __str__(self):
        return f"Look {self.pk}"
