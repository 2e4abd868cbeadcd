"""Sessions: scheduled, then held, cancelled or missed."""

from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from engagements import permissions
from engagements.models.engagement import Engagement
from engagements.models.identity import Identified, both_or_neither, longest, plain_line, within_times
from engagements.models.people import User

SHORTEST_MINUTES, LONGEST_MINUTES = 5, 480
LATE_CANCELLATION_HOURS = 24  # the usual term; the agreement's cancellation terms may say otherwise


class SessionStatus(models.TextChoices):
    SCHEDULED = "SCHEDULED", "Scheduled"
    HELD = "HELD", "Held"
    CANCELLED = "CANCELLED", "Cancelled"
    MISSED = "MISSED", "Missed"


class SessionKind(models.TextChoices):
    COACHING = "COACHING", "Coaching"
    CHEMISTRY = "CHEMISTRY", "Chemistry meeting"
    THREE_WAY = "THREE_WAY", "Three-way meeting"
    REVIEW = "REVIEW", "Review"


class Party(models.TextChoices):
    COACH = "COACH", "Coach"
    EXECUTIVE = "EXECUTIVE", "Executive"
    SPONSOR = "SPONSOR", "Sponsor"


# A chemistry meeting comes before contracting and costs no session of the budget.
COUNTED_KINDS = (SessionKind.COACHING, SessionKind.THREE_WAY, SessionKind.REVIEW)


class SessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Dates and attendance of these may be known to this person."""
        return self.filter(permissions.engagements_seen_by(user, "engagement__"))

    def confided_to(self, user):
        """The log of these may be read by this person."""
        return self.filter(permissions.engagements_confided_to(user, "engagement__"))

    def scheduled(self):
        return self.filter(status=SessionStatus.SCHEDULED)

    def held(self):
        return self.filter(status=SessionStatus.HELD)

    def took_place_or_planned(self):
        """What an executive's diary holds: neither cancelled nor missed."""
        return self.filter(status__in=(SessionStatus.SCHEDULED, SessionStatus.HELD))

    def to_log(self, now):
        """Begun and still not logged, where anything can be logged."""
        return self.scheduled().filter(starts_at__lt=now, engagement__content_erased_at__isnull=True)

    def upcoming(self, now):
        return self.scheduled().filter(starts_at__gte=now)

    def overlapping(self, starts_at, ends_at):
        """Scheduled or held sessions that share time with [starts_at, ends_at).

        The end is not a column: rows are narrowed by the longest possible session and compared by the caller
        with `overlaps`.
        """
        earliest = starts_at - timezone.timedelta(minutes=LONGEST_MINUTES)
        return self.filter(
            status__in=(SessionStatus.SCHEDULED, SessionStatus.HELD), starts_at__gt=earliest, starts_at__lt=ends_at
        )

    def oldest_first(self):
        return self.order_by("starts_at", "pk")

    def newest_first(self):
        return self.order_by("-starts_at", "pk")


class Session(Identified):
    """One meeting of an engagement."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="sessions")
    kind = models.CharField(max_length=12, choices=SessionKind.choices, default=SessionKind.COACHING)
    status = models.CharField(max_length=12, choices=SessionStatus.choices, default=SessionStatus.SCHEDULED)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(
        "length", default=60, validators=[MinValueValidator(SHORTEST_MINUTES), MaxValueValidator(LONGEST_MINUTES)]
    )
    place = models.CharField(max_length=200, blank=True, validators=[plain_line])
    call_link = models.URLField(max_length=500, blank=True, validators=[URLValidator(schemes=["https"])])
    series_id = models.UUIDField(null=True, blank=True, help_text="Shared by sessions scheduled as one series")
    calendar_uid = models.CharField(max_length=300, blank=True, help_text="Event and recurrence in the calendar")
    cancelled_by = models.CharField(max_length=12, choices=Party.choices, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    logged_at = models.DateTimeField(null=True, blank=True)
    logged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=SessionStatus.values), name="session_status_known"),
            models.CheckConstraint(
                condition=Q(minutes__range=(SHORTEST_MINUTES, LONGEST_MINUTES)), name="session_minutes_range"
            ),
            models.CheckConstraint(
                condition=Q(status=SessionStatus.CANCELLED, cancelled_at__isnull=False, cancelled_by__in=Party.values)
                | (~Q(status=SessionStatus.CANCELLED) & Q(cancelled_at__isnull=True, cancelled_by="")),
                name="session_cancelled_by_and_at_when_cancelled",
            ),
            both_or_neither("logged_at", "logged_by", model="session"),
            within_times("starts_at", model="session"),
            models.UniqueConstraint(
                fields=["engagement", "starts_at"],
                condition=~Q(status=SessionStatus.CANCELLED),
                name="session_one_per_engagement_and_start",
            ),
            models.UniqueConstraint(
                fields=["engagement", "calendar_uid"],
                condition=~Q(calendar_uid=""),
                name="session_calendar_event_once",
            ),
            *longest(model="session", kind=12, place=200, call_link=500, calendar_uid=300),
        ]
        indexes = [
            models.Index(fields=["engagement", "status", "starts_at"], name="session_engagement_status"),
            models.Index(fields=["status", "starts_at"], name="session_status_starts"),
        ]

    def __str__(self):
        return f"Session {self.pk}"

    @property
    def ends_at(self):
        return self.starts_at + timezone.timedelta(minutes=self.minutes)

    @property
    def notice_hours(self):
        """Hours between cancelling and the planned start; negative after it; None unless cancelled."""
        return (self.starts_at - self.cancelled_at).total_seconds() / 3600 if self.cancelled_at else None

    @property
    def is_late_cancellation(self):
        return self.notice_hours is not None and self.notice_hours < LATE_CANCELLATION_HOURS

    @property
    def is_scheduled(self):
        return self.status == SessionStatus.SCHEDULED

    @property
    def is_coaching(self):
        return self.kind == SessionKind.COACHING

    @property
    def is_counted(self):
        """Whether it costs one of the budget."""
        return self.kind in COUNTED_KINDS

    @property
    def is_held(self):
        return self.status == SessionStatus.HELD

    @property
    def is_missed(self):
        return self.status == SessionStatus.MISSED

    def overlaps(self, starts_at, ends_at):
        return self.starts_at < ends_at and starts_at < self.ends_at


class SessionMove(Identified):
    """One change of a session's time: when it was, when it became, how late, by whom."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="moves")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    moved_at = models.DateTimeField(default=timezone.now)
    asked_by = models.CharField(max_length=12, choices=Party.choices, default=Party.COACH)

    class Meta:
        constraints = [
            *longest(model="sessionmove", asked_by=12),
            within_times("from_at", model="sessionmove"),
            within_times("to_at", model="sessionmove"),
        ]

    def __str__(self):
        return f"Move of session {self.session_id}"
