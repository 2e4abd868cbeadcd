"""The end of an engagement, and afterwards: did it last?"""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from engagements import permissions
from engagements.models.engagement import Engagement
from engagements.models.experiment import Depth
from engagements.models.identity import Identified, within_dates
from engagements.models.people import User
from engagements.models.session import Party

FOLLOW_UP_DAYS = (30, 90, 180)  # after the end
FOLLOW_UP_OPEN_DAYS = 21
# Below this the last follow-up, with the days it takes an answer, comes too late: what is written is erased before.
LEAST_MONTHS = 7


class Reached(models.TextChoices):
    REACHED = "REACHED", "Reached"
    PARTLY = "PARTLY", "Partly"
    NOT_REACHED = "NOT_REACHED", "Not reached"


class Lasting(models.TextChoices):
    LASTING = "LASTING", "Lasting"
    PARTLY = "PARTLY", "Partly"
    FADED = "FADED", "Faded"


class EndingQuerySet(models.QuerySet):
    def confided_to(self, user):
        return self.filter(permissions.engagements_confided_to(user, "engagement__"))


class Ending(Identified):
    """The short close that the coach writes. Words are sealed (TextKind.ENDING)."""

    engagement = models.OneToOneField(Engagement, on_delete=models.CASCADE, related_name="ending")
    reached = models.CharField(max_length=12, choices=Reached.choices)
    depth = models.CharField(max_length=16, choices=Depth.choices, blank=True)
    is_referred = models.BooleanField("referred on: beyond coaching", default=False)
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = EndingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(reached__in=Reached.values), name="ending_reached_known"),
            models.CheckConstraint(condition=Q(depth__in=Depth.values), name="ending_depth_known"),
        ]

    def __str__(self):
        return f"Ending {self.pk}"


class FollowUpQuerySet(models.QuerySet):
    def confided_to(self, user):
        return self.filter(permissions.engagements_confided_to(user, "engagement__"))

    def due(self, now):
        """To be asked now: their day has come, and nobody was asked yet."""
        day = now.date()
        return self.filter(
            asked_at__isnull=True,
            due_on__lte=day,
            due_on__gt=day - timezone.timedelta(days=FOLLOW_UP_OPEN_DAYS),
            engagement__content_erased_at__isnull=True,
        )

    def waiting_for_coach(self, now):
        """Asked of the coach, not answered, and still open."""
        since = now - timezone.timedelta(days=FOLLOW_UP_OPEN_DAYS)
        rows = self.filter(party=Party.COACH, asked_at__gt=since, answered_at__isnull=True)
        return rows.select_related("engagement__executive")

    def answered(self):
        return self.filter(answered_at__isnull=False)

    def oldest_first(self):
        return self.order_by("due_on", "party", "pk")


class FollowUp(Identified):
    """ "Is it still so?", asked of one side. Words beside the answer are sealed (TextKind.FOLLOW_UP)."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="follow_ups")
    days = models.PositiveSmallIntegerField(help_text="After the end: 30, 90 or 180")
    party = models.CharField(max_length=12, choices=Party.choices)
    due_on = models.DateField()
    asked_at = models.DateTimeField(null=True, blank=True)
    lasting = models.CharField(max_length=8, choices=Lasting.choices, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    is_for_groups = models.BooleanField(
        "counts in figures over groups", default=False, help_text="The page said so when it was answered"
    )

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["engagement", "days", "party"], name="followup_once"),
            models.CheckConstraint(condition=Q(days__in=FOLLOW_UP_DAYS), name="followup_days_known"),
            models.CheckConstraint(condition=Q(party__in=(Party.COACH, Party.EXECUTIVE)), name="followup_party_known"),
            models.CheckConstraint(
                condition=Q(lasting="", answered_at__isnull=True)
                | Q(lasting__in=Lasting.values, answered_at__isnull=False),
                name="followup_lasting_when_answered",
            ),
            within_dates("due_on", model="followup"),
        ]
        indexes = [models.Index(fields=["asked_at", "due_on"], name="followup_asked_due")]

    def __str__(self):
        return f"Follow-up {self.pk}"

    def is_open_at(self, now):
        """Whether it takes an answer."""
        return self.asked_at is not None and now - self.asked_at <= timezone.timedelta(days=FOLLOW_UP_OPEN_DAYS)
