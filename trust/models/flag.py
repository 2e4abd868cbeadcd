"""Flags: opened by a job, answered by a person, closed by either."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from engagements.models import Engagement, User
from engagements.models.identity import Identified, both_or_neither, within_dates
from trust import permissions


class FlagKind(models.TextChoices):
    """Words that may be shown to a program manager: a reason to talk, never a grade."""

    REGRESSING = "REGRESSING", "Losing ground"
    STALLED = "STALLED", "Stalled"
    MISSED = "MISSED", "Sessions missed in a row"
    QUIET = "QUIET", "Gone quiet"
    BUDGET = "BUDGET", "Budget will not be used"


class FlagLevel(models.TextChoices):
    WATCH = "WATCH", "Watch"
    ALARM = "ALARM", "Needs a conversation"


class Closing(models.TextChoices):
    RESOLVED = "RESOLVED", "Resolved by the coach"
    CLEARED = "CLEARED", "Cleared: what raised it is gone"
    ENDED = "ENDED", "The engagement ended or paused"


class Cause(models.TextChoices):
    """What the coach takes to be behind a flag; a class, never a story."""

    SCHEDULING = "SCHEDULING", "Scheduling"
    MOTIVATION = "MOTIVATION", "Motivation"
    RELATIONSHIP = "RELATIONSHIP", "Our relationship"
    CONTEXT = "CONTEXT", "Sponsor or context"
    LIFE_EVENT = "LIFE_EVENT", "A life event"
    GOAL_WRONG = "GOAL_WRONG", "The goal is not the right one"
    DONE_EARLY = "DONE_EARLY", "Done early"
    JUDGED_WRONGLY = "JUDGED_WRONGLY", "Judged wrongly"


class NextStep(models.TextChoices):
    TALK_NOW = "TALK_NOW", "Talk about it in the next session"
    CALL = "CALL", "Call before the next session"
    REPAIR = "REPAIR", "Open a repair"
    NEW_GOAL = "NEW_GOAL", "Look at the objective again"
    RHYTHM = "RHYTHM", "Change the rhythm, or pause"
    SPONSOR = "SPONSOR", "Three-way meeting"
    CLOSE = "CLOSE", "Bring it to a close"
    WAIT = "WAIT", "Wait and watch"
    NOTHING = "NOTHING", "Nothing to do"


class Helped(models.TextChoices):
    YES = "YES", "It helped"
    PARTLY = "PARTLY", "Partly"
    NO = "NO", "It did not"


# Most urgent first, for lists.
URGENCY = (FlagKind.REGRESSING, FlagKind.STALLED, FlagKind.MISSED, FlagKind.QUIET, FlagKind.BUDGET)


def _by_urgency():
    return models.Case(*(models.When(kind=kind, then=rank) for rank, kind in enumerate(URGENCY)))


def _is_answered():
    return models.Case(models.When(responded_at__isnull=True, then=0), default=1)


class FlagQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(permissions.flags_seen_by(user))

    def disclosed_to(self, user):
        """What this person sees as a program manager."""
        return self.filter(permissions.flags_disclosed_to(user))

    def counted_for(self, user):
        """For counting only; see trust/views/rule_report.py."""
        return self.filter(permissions.flags_counted_for(user))

    def open(self):
        return self.filter(closed_at__isnull=True)

    def alarms(self):
        return self.filter(level=FlagLevel.ALARM)

    def most_urgent_first(self):
        return self.order_by(_by_urgency(), "opened_at", "pk")

    def unanswered_first(self):
        """Those nobody has responded to, then the others; the most urgent first in each. Not by when they did."""
        return self.order_by(_is_answered(), _by_urgency(), "opened_at", "pk")


class Flag(Identified):
    """One reason to talk. `evidence` holds the data of its sentence and is for the coach only."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="flags")
    kind = models.CharField(max_length=12, choices=FlagKind.choices)
    level = models.CharField(max_length=8, choices=FlagLevel.choices, default=FlagLevel.ALARM)
    evidence = models.JSONField(default=dict)
    opened_at = models.DateTimeField(default=timezone.now)
    # The session or missed date that gave rise to it: what a person resolved is raised again by later news only.
    arose_on = models.DateField(null=True, blank=True)
    cause = models.CharField(max_length=16, choices=Cause.choices, blank=True)
    next_step = models.CharField(max_length=12, choices=NextStep.choices, blank=True)
    helped = models.CharField(max_length=8, choices=Helped.choices, blank=True)
    helped_at = models.DateTimeField(null=True, blank=True)
    responded_at = models.DateTimeField(null=True, blank=True)
    responded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # A program manager's discreet word to the coach: that they would like to talk, nothing else.
    nudged_at = models.DateTimeField(null=True, blank=True)
    nudged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closing = models.CharField(max_length=10, choices=Closing.choices, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "kind"], condition=Q(closed_at__isnull=True), name="flag_one_open_per_kind"
            ),
            models.CheckConstraint(condition=Q(kind__in=FlagKind.values), name="flag_kind_known"),
            models.CheckConstraint(condition=Q(level__in=FlagLevel.values), name="flag_level_known"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closing="")
                | Q(closed_at__isnull=False, closing__in=Closing.values),
                name="flag_closing_when_closed",
            ),
            models.CheckConstraint(condition=Q(cause__in=["", *Cause.values]), name="flag_cause_known"),
            models.CheckConstraint(condition=Q(next_step__in=["", *NextStep.values]), name="flag_next_step_known"),
            models.CheckConstraint(
                condition=Q(helped="", helped_at__isnull=True) | Q(helped__in=Helped.values, helped_at__isnull=False),
                name="flag_helped_at_when_helped",
            ),
            both_or_neither("responded_at", "responded_by", model="flag"),
            both_or_neither("nudged_at", "nudged_by", model="flag"),
            within_dates("arose_on", model="flag"),
        ]
        indexes = [
            models.Index(fields=["engagement", "closed_at"], name="flag_engagement_closed"),
            models.Index(fields=["level", "engagement"], condition=Q(closed_at__isnull=True), name="flag_open"),
            # The orders of lists: what to speak about first, and by age.
            models.Index(
                _is_answered(),
                _by_urgency(),
                "opened_at",
                "id",
                condition=Q(closed_at__isnull=True, level="ALARM"),
                name="flag_urgent",
            ),
            models.Index(
                fields=["opened_at", "id"], condition=Q(closed_at__isnull=True, level="ALARM"), name="flag_oldest"
            ),
        ]

    def __str__(self):
        return f"Flag {self.pk}"

    @property
    def is_open(self):
        return self.closed_at is None

    @property
    def is_answered(self):
        return self.responded_at is not None

    @property
    def asks_whether_it_helped(self):
        """A step was named that can have helped or not."""
        return self.next_step not in ("", NextStep.NOTHING, NextStep.WAIT)
