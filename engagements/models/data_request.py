"""What an executive asks for about the data kept: an export, a correction, an objection, erasure."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from engagements import permissions
from engagements.models.engagement import Engagement
from engagements.models.identity import Identified, both_or_neither, longest, within_dates
from engagements.models.people import User

ANSWER_DAYS = 30  # GDPR Art. 12(3) says one month


class RequestKind(models.TextChoices):
    EXPORT = "EXPORT", "Opinions about me"
    CORRECTION = "CORRECTION", "Correction"
    OBJECTION = "OBJECTION", "Objection"
    ERASURE = "ERASURE", "Erasure"


class RequestStatus(models.TextChoices):
    OPEN = "OPEN", "Open"
    GRANTED = "GRANTED", "Done"
    DECLINED = "DECLINED", "Declined"
    WITHDRAWN = "WITHDRAWN", "Taken back"


class DeclineReason(models.TextChoices):
    """Why something was declined, or an item withheld: a class; words go beside it, sealed."""

    OTHERS = "OTHERS", "It would tell of somebody else"
    LAW = "LAW", "The law asks for it to be kept"
    CLAIM = "CLAIM", "Needed for a legal claim"
    NOT_PERSONAL = "NOT_PERSONAL", "It is not about you"
    CORRECT = "CORRECT", "It is right as it stands"


class ItemDecision(models.TextChoices):
    OPEN = "OPEN", "Not decided"
    RELEASED = "RELEASED", "Given out"
    WITHHELD = "WITHHELD", "Held back"


class DataRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """That there is a request, its kind and its clock: coach and program manager."""
        return self.filter(permissions.engagements_seen_by(user, "engagement__"))

    def confided_to(self, user):
        """Its words and items: the coach."""
        return self.filter(permissions.engagements_confided_to(user, "engagement__"))

    def open(self):
        return self.filter(status=RequestStatus.OPEN)

    def newest_first(self):
        return self.order_by("-asked_at", "kind", "pk")

    def most_urgent_first(self):
        return self.order_by("due_on", "asked_at", "kind", "pk")


class DataRequest(Identified):
    """One request, with its clock. Its words, and those of the answer, are sealed texts."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="data_requests")
    kind = models.CharField(max_length=12, choices=RequestKind.choices)
    status = models.CharField(max_length=12, choices=RequestStatus.choices, default=RequestStatus.OPEN)
    asked_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=16, choices=DeclineReason.choices, blank=True)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RequestKind.values), name="datarequest_kind_known"),
            models.CheckConstraint(condition=Q(status__in=RequestStatus.values), name="datarequest_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=("GRANTED", "DECLINED"), answered_at__isnull=False)
                | (~Q(status__in=("GRANTED", "DECLINED")) & Q(answered_at__isnull=True)),
                name="datarequest_answered_when_answered",
            ),
            models.CheckConstraint(
                condition=Q(status="DECLINED", reason__in=DeclineReason.values)
                | (~Q(status="DECLINED") & Q(reason="")),
                name="datarequest_reason_when_declined",
            ),
            models.UniqueConstraint(
                fields=["engagement", "kind"],
                condition=Q(status=RequestStatus.OPEN) & ~Q(kind=RequestKind.CORRECTION),
                name="datarequest_one_open_per_kind",
            ),
            both_or_neither("answered_at", "answered_by", model="datarequest"),
            within_dates("due_on", model="datarequest"),
        ]
        indexes = [models.Index(fields=["status", "due_on"], name="datarequest_status_due")]

    def __str__(self):
        return f"Request {self.pk}"

    @property
    def is_open(self):
        return self.status == RequestStatus.OPEN


class ExportItemQuerySet(models.QuerySet):
    def confided_to(self, user):
        return self.filter(permissions.engagements_confided_to(user, "request__engagement__"))


class ExportItem(Identified):
    """One opinion about the executive, and whether the coach gives it out. The opinion itself stays where it is."""

    request = models.ForeignKey(DataRequest, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=32, help_text="A kind of sealed text, or READING, JUDGEMENT, POINT, ORIENTATION")
    subject_id = models.UUIDField()
    decision = models.CharField(max_length=10, choices=ItemDecision.choices, default=ItemDecision.OPEN)
    reason = models.CharField(max_length=16, choices=DeclineReason.choices, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = ExportItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "kind", "subject_id"], name="exportitem_once"),
            models.CheckConstraint(condition=Q(decision__in=ItemDecision.values), name="exportitem_decision_known"),
            models.CheckConstraint(
                condition=Q(decision="WITHHELD", reason__in=DeclineReason.values)
                | (~Q(decision="WITHHELD") & Q(reason="")),
                name="exportitem_reason_when_withheld",
            ),
            both_or_neither("decided_at", "decided_by", model="exportitem"),
            *longest(model="exportitem", kind=32),
        ]

    def __str__(self):
        return f"Export item {self.pk}"
