"""The sponsor report: drafted from what the disclosure schedule opens, released line by line, then frozen."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from engagements import permissions
from engagements.models.engagement import Engagement
from engagements.models.identity import MOST, Identified, between, both_or_neither, longest, within_dates
from engagements.models.people import User
from engagements.models.program import Program

SILENT_MINUTES = 5  # a worker says after each chunk that it is still there; after this its report may be taken again


class ReportStatus(models.TextChoices):
    DRAFTING = "DRAFTING", "Being drafted"
    FAILED = "FAILED", "Drafting failed"
    DRAFT = "DRAFT", "Draft"
    ASKING = "ASKING", "Waiting for executives"
    FROZEN = "FROZEN", "Frozen"
    DISCARDED = "DISCARDED", "Discarded"


class LineKind(models.TextChoices):
    """What one line says about one engagement."""

    PROGRESS = "PROGRESS", "Dates, attendance, sessions and status"
    OBJECTIVE = "OBJECTIVE", "The stated objective"


class LineDecision(models.TextChoices):
    WAITING = "WAITING", "Not decided"
    RELEASED = "RELEASED", "Released"
    WITHHELD = "WITHHELD", "Withheld"


class SponsorReportQuerySet(models.QuerySet):
    def managed_by(self, user):
        return self.filter(permissions.reports_managed_by(user))

    def kept(self):
        return self.exclude(status=ReportStatus.DISCARDED)

    def owed(self, now):
        """To be drafted: not begun, or left by a worker that fell silent."""
        silent_since = now - timezone.timedelta(minutes=SILENT_MINUTES)
        return self.filter(
            Q(claimed_at__isnull=True) | Q(claimed_at__lt=silent_since), status=ReportStatus.DRAFTING
        ).order_by("created_at", "pk")

    def drafts(self):
        """Drafted, and not frozen."""
        return self.filter(status__in=(ReportStatus.DRAFT, ReportStatus.ASKING))

    def asking(self):
        """Whose executives are asked."""
        return self.filter(status=ReportStatus.ASKING)

    def frozen(self):
        return self.filter(status=ReportStatus.FROZEN)

    def newest_first(self):
        return self.order_by("-period_until", "-created_at", "pk")


class SponsorReport(Identified):
    """What one program tells its sponsor about one period. Figures are of the whole program; lines name people."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="reports")
    period_from = models.DateField()
    period_until = models.DateField()
    names_engagements = models.BooleanField("names engagements", default=False)
    status = models.CharField(max_length=10, choices=ReportStatus.choices, default=ReportStatus.DRAFTING)
    figures = models.JSONField(default=dict, help_text="Counts over the whole program, and cohort figures already open")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was frozen")

    objects = SponsorReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ReportStatus.values), name="sponsorreport_status_known"),
            models.CheckConstraint(condition=Q(period_until__gte=F("period_from")), name="sponsorreport_period_order"),
            models.UniqueConstraint(
                fields=["program", "period_from", "period_until"],
                condition=~Q(status=ReportStatus.DISCARDED),
                name="sponsorreport_once_per_period",
            ),
            models.CheckConstraint(
                condition=Q(status=ReportStatus.FROZEN, frozen_at__isnull=False) & ~Q(digest="")
                | ~Q(status=ReportStatus.FROZEN) & Q(frozen_at__isnull=True, digest=""),
                name="sponsorreport_digest_when_frozen",
            ),
            both_or_neither("frozen_at", "frozen_by", model="sponsorreport"),
            within_dates("period_from", model="sponsorreport"),
            within_dates("period_until", model="sponsorreport"),
            between("done", 0, MOST, model="sponsorreport"),
            between("total", 0, MOST, model="sponsorreport"),
            *longest(model="sponsorreport", digest=64),
        ]

    def __str__(self):
        return f"Report {self.pk}"

    @property
    def is_frozen(self):
        return self.status == ReportStatus.FROZEN

    @property
    def is_drafting(self):
        return self.status == ReportStatus.DRAFTING

    @property
    def is_failed(self):
        return self.status == ReportStatus.FAILED

    @property
    def is_asking(self):
        return self.status == ReportStatus.ASKING

    @property
    def is_open(self):
        """Drafted, and still to be decided upon and frozen."""
        return self.status in (ReportStatus.DRAFT, ReportStatus.ASKING)


class ReportLineQuerySet(models.QuerySet):
    def managed_by(self, user):
        return self.filter(permissions.reports_managed_by(user, "report__"))

    def of_engagement(self, engagement):
        """Those an executive decides, behind the personal link of this engagement."""
        return self.filter(engagement_id=engagement.pk)

    def behind(self, link):
        """Those a personal link asks about: of its engagement and its report."""
        return self.of_engagement(link.engagement).filter(report_id=link.subject_id)

    def waiting(self):
        return self.filter(decision=LineDecision.WAITING)

    def released(self):
        return self.filter(decision=LineDecision.RELEASED)

    def in_report(self):
        """What a frozen report says."""
        return self.filter(is_in_report=True)

    def in_order(self):
        """By engagement; how it went before what it is for."""
        return self.order_by("report_id", "position", "-kind", "pk")


class ReportLine(Identified):
    """One thing said about one engagement. Only what its executive released stands in a frozen report.

    Dates and counts stand in `figures`; the objective's words are sealed (TextKind.REPORT_LINE).
    """

    report = models.ForeignKey(SponsorReport, on_delete=models.CASCADE, related_name="lines")
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="report_lines")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=LineKind.choices)
    figures = models.JSONField(default=dict)
    decision = models.CharField(max_length=10, choices=LineDecision.choices, default=LineDecision.WAITING)
    decided_at = models.DateTimeField(null=True, blank=True)
    is_in_report = models.BooleanField("stands in the frozen report", default=False)

    objects = ReportLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "engagement", "kind"], name="reportline_once"),
            models.CheckConstraint(condition=Q(kind__in=LineKind.values), name="reportline_kind_known"),
            models.CheckConstraint(condition=Q(decision__in=LineDecision.values), name="reportline_decision_known"),
            models.CheckConstraint(
                condition=Q(decision=LineDecision.WAITING, decided_at__isnull=True)
                | (~Q(decision=LineDecision.WAITING) & Q(decided_at__isnull=False)),
                name="reportline_decided_at_when_decided",
            ),
            models.CheckConstraint(
                condition=Q(is_in_report=False) | Q(decision=LineDecision.RELEASED),
                name="reportline_in_report_released",
            ),
            between("position", 0, MOST, model="reportline"),
        ]

    def __str__(self):
        return f"Line {self.pk}"

    @property
    def is_about_objective(self):
        return self.kind == LineKind.OBJECTIVE

    @property
    def is_waiting(self):
        return self.decision == LineDecision.WAITING

    @property
    def is_released(self):
        return self.decision == LineDecision.RELEASED
