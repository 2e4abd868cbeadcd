"""The point of trust: a dated event that judgement proposes and the coach confirms, or not; it can be lost again."""

from django.db import models
from django.db.models import F, Q

from engagements.models import Engagement, User
from engagements.models.identity import Identified, both_or_neither, within_dates
from trust import permissions

TEXT_KIND = "POINT_OF_TRUST"  # of the sealed text in which the coach says how it showed; subject: the point


class Decision(models.TextChoices):
    OPEN = "OPEN", "Proposed"
    CONFIRMED = "CONFIRMED", "Reached"
    DECLINED = "DECLINED", "Not yet"
    WITHDRAWN = "WITHDRAWN", "No longer likely"


# By the coach, with a name and a moment; the others are judgement's.
DECIDED = (Decision.CONFIRMED, Decision.DECLINED)


class PointOfTrustQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(permissions.points_of_trust_seen_by(user))

    def open(self):
        """Proposed, and the coach has not decided."""
        return self.filter(decision=Decision.OPEN)

    def standing(self):
        """Reached and not lost again."""
        return self.filter(decision=Decision.CONFIRMED, lost_on__isnull=True)

    def confirmed(self):
        """Reached, whether lost again or not."""
        return self.filter(decision=Decision.CONFIRMED)

    def oldest_first(self):
        return self.order_by("reached_on", "decided_at", "pk")


class PointOfTrust(Identified):
    """One time that the point of trust was reached, or seemed to be. Reached anew after a loss, it is a new row.

    `proposed_on` is the session date from which judgement held it for likely; empty when the coach spoke first.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="points_of_trust")
    decision = models.CharField(max_length=10, choices=Decision.choices, default=Decision.OPEN)
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_on = models.DateField(null=True, blank=True)
    reached_on = models.DateField(null=True, blank=True)
    seen = models.JSONField(default=list, blank=True, help_text="Keys of instrument.SEEN")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    lost_on = models.DateField(null=True, blank=True)
    lost_at = models.DateTimeField(null=True, blank=True, help_text="When the coach recorded the loss")

    objects = PointOfTrustQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["engagement"], condition=Q(decision=Decision.OPEN), name="point_one_open_per_engagement"
            ),
            models.UniqueConstraint(
                fields=["engagement"],
                condition=Q(decision=Decision.CONFIRMED, lost_on__isnull=True),
                name="point_one_standing_per_engagement",
            ),
            models.CheckConstraint(condition=Q(decision__in=Decision.values), name="point_decision_known"),
            models.CheckConstraint(
                condition=Q(decision__in=DECIDED) | Q(proposed_at__isnull=False), name="point_proposed_or_decided"
            ),
            models.CheckConstraint(
                condition=Q(decision__in=DECIDED, decided_at__isnull=False)
                | (~Q(decision__in=DECIDED) & Q(decided_at__isnull=True)),
                name="point_decided_at_when_decided",
            ),
            models.CheckConstraint(
                condition=Q(decision=Decision.CONFIRMED, reached_on__isnull=False)
                | (~Q(decision=Decision.CONFIRMED) & Q(reached_on__isnull=True)),
                name="point_reached_on_when_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(decision=Decision.WITHDRAWN, withdrawn_at__isnull=False)
                | (~Q(decision=Decision.WITHDRAWN) & Q(withdrawn_at__isnull=True)),
                name="point_withdrawn_at_when_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(lost_on__isnull=True) | Q(decision=Decision.CONFIRMED, lost_on__gte=F("reached_on")),
                name="point_lost_after_reached",
            ),
            both_or_neither("proposed_at", "proposed_on", model="point"),
            both_or_neither("decided_at", "decided_by", model="point"),
            both_or_neither("lost_on", "lost_at", model="point"),
            within_dates("proposed_on", model="point"),
            within_dates("reached_on", model="point"),
            within_dates("lost_on", model="point"),
        ]

    def __str__(self):
        return f"Point of trust {self.pk}"

    @property
    def is_open(self):
        return self.decision == Decision.OPEN

    @property
    def is_standing(self):
        return self.decision == Decision.CONFIRMED and self.lost_on is None
