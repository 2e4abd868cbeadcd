"""A coach's calendar feed and coaching hours."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from engagements import permissions
from engagements.models.identity import Identified, longest, plain_line, within_dates
from engagements.models.people import User

MOST_HOURS_MINUTES = 60_000  # a thousand hours in one row are a mistake
GROUP_MOST = 200


class CalendarFeedQuerySet(models.QuerySet):
    def open_for(self, user):
        """A coach's own, if it opens anything."""
        return self.filter(permissions.calendar_feeds_of(user), revoked_at__isnull=True)


class CalendarFeed(Identified):
    """A private address with a coach's sessions: times and initials only. Revoked, it opens nothing."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="calendar_feeds")
    nonce = models.CharField(max_length=64)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(revoked_at__isnull=True), name="calendarfeed_one_per_user"
            ),
            *longest(model="calendarfeed", nonce=64, token_hash=64),
        ]

    def __str__(self):
        return f"Calendar feed {self.pk}"


class OutsideHoursQuerySet(models.QuerySet):
    def of_coach(self, user):
        return self.filter(permissions.outside_hours_of(user))

    def in_order(self):
        return self.order_by("starts_on", "pk")


class OutsideHours(Identified):
    """A coaching relationship kept elsewhere, for the client log: individual or group, with its minutes.

    The coach's own record, for the coach's eyes only; names stand in exports only where the client agreed.
    """

    coach = models.ForeignKey(User, on_delete=models.CASCADE, related_name="outside_hours")
    client = models.CharField(max_length=120, validators=[plain_line])
    contact = models.CharField(max_length=254, blank=True, validators=[plain_line])
    people = models.PositiveSmallIntegerField("number in group", default=1, validators=[MaxValueValidator(GROUP_MOST)])
    starts_on = models.DateField()
    ends_on = models.DateField()
    paid_minutes = models.PositiveIntegerField(default=0)
    pro_bono_minutes = models.PositiveIntegerField(default=0)
    has_consented = models.BooleanField("the client agrees to be named in my log", default=False)

    objects = OutsideHoursQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(people__range=(1, GROUP_MOST)), name="outsidehours_people_range"),
            models.CheckConstraint(
                condition=Q(paid_minutes__lte=MOST_HOURS_MINUTES, pro_bono_minutes__lte=MOST_HOURS_MINUTES),
                name="outsidehours_minutes_range",
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="outsidehours_ends_after_start"),
            within_dates("starts_on", model="outsidehours"),
            within_dates("ends_on", model="outsidehours"),
            *longest(model="outsidehours", client=120, contact=254),
        ]

    def __str__(self):
        return f"Hours {self.pk}"
