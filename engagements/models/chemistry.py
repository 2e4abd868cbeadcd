"""Chemistry: the private vote of both sides before an engagement is contracted."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from engagements import permissions
from engagements.models.engagement import Engagement, Status
from engagements.models.identity import Identified, both_or_neither
from engagements.models.people import User
from engagements.models.session import Party


class Fit(models.TextChoices):
    FIT = "FIT", "A good fit"
    DECIDING = "DECIDING", "Still deciding"
    NOT_FIT = "NOT_FIT", "Not the right fit"


class Readiness(models.TextChoices):
    """How ready this executive seems to open up; noted by the coach at the start, for the coach alone."""

    UNKNOWN = "", "Not noted"
    READY = "READY", "Wants this, and says what for"
    CURIOUS = "CURIOUS", "Curious, and waits to see"
    SENT = "SENT", "Was sent, and goes along"
    GUARDED = "GUARDED", "Uncomfortable with openness so far"


VOTERS = (Party.COACH, Party.EXECUTIVE)
VOTED_IN = (Status.PROPOSED, Status.CHEMISTRY)


class ChemistryVoteQuerySet(models.QuerySet):
    def confided_to(self, user):
        """A coach's own votes: the executive's stays with the executive."""
        return self.filter(permissions.engagements_confided_to(user, "engagement__"), party=Party.COACH)


class ChemistryVote(Identified):
    """What one side thinks, changeable until the engagement is contracted. Nobody sees the other side's vote."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="chemistry_votes")
    party = models.CharField(max_length=12, choices=Party.choices)
    fit = models.CharField(max_length=8, choices=Fit.choices)
    voted_at = models.DateTimeField(default=timezone.now)

    objects = ChemistryVoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["engagement", "party"], name="chemistryvote_one_per_side"),
            models.CheckConstraint(condition=Q(party__in=VOTERS), name="chemistryvote_party_known"),
            models.CheckConstraint(condition=Q(fit__in=Fit.values), name="chemistryvote_fit_known"),
        ]

    def __str__(self):
        return f"Chemistry vote {self.pk}"


class RematchRequestQuerySet(models.QuerySet):
    def managed_by(self, user):
        """For a program manager who is neither its coach nor its executive: these would learn the other's vote."""
        return self.filter(permissions.rematches_told_to(user, "engagement__"))

    def open(self):
        return self.filter(handled_at__isnull=True)

    def oldest_first(self):
        return self.order_by("asked_at", "pk")


class RematchRequest(Identified):
    """The quiet word to the program manager that another match is wanted: without who said so, and without why."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="rematch_requests")
    asked_at = models.DateTimeField(default=timezone.now)
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = RematchRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["engagement"], condition=Q(handled_at__isnull=True), name="rematchrequest_one_open"
            ),
            both_or_neither("handled_at", "handled_by", model="rematchrequest"),
        ]

    def __str__(self):
        return f"Re-match request {self.pk}"
