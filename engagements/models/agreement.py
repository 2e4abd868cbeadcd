"""The agreement: confidentiality, disclosure schedule and cancellation terms, accepted by both sides."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from engagements import permissions
from engagements.models.disclosure import DisclosureSchedule
from engagements.models.engagement import Engagement
from engagements.models.identity import MOST_VERSIONS, Identified, between, longest, within_dates
from engagements.models.people import User

CONFIDENTIALITY_TEXT = """What is said in sessions stays between executive and coach. Session notes are \
private to the coach and sealed. The sponsor learns dates, attendance, the sessions used, and whatever the \
disclosure schedule below names; nothing else, and never what was said."""

CONFIDENTIALITY_ENDS_TEXT = """Confidentiality ends only where a law or a court demands it, where life or safety \
is at serious risk, or where the executive asks for it in writing. Should that happen, the executive is told first \
wherever possible, no more is told than needed, and each use is recorded with its date; coach and executive can \
read that record."""

CANCELLATION_TEXT = """A session moved or cancelled at least 24 hours before it begins costs nothing. \
A session cancelled later, or missed, may be counted as used."""


class AgreementQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(permissions.engagements_seen_by(user, "engagement__"))

    def current(self):
        return self.filter(replaced_at__isnull=True)

    def in_force(self):
        """Current and accepted by both sides: only these disclose anything beyond dates and attendance."""
        return self.current().accepted()

    def accepted(self):
        """Accepted by both sides, replaced since or not."""
        return self.filter(executive_accepted_on__isnull=False, sponsor_accepted_on__isnull=False)

    def newest_first(self):
        return self.order_by("-version", "pk")


class Agreement(DisclosureSchedule, Identified):
    """One version of the agreement of one engagement; a change makes a new version that is accepted anew."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="agreements")
    version = models.PositiveSmallIntegerField(default=1)
    confidentiality = models.TextField(max_length=10_000, default=CONFIDENTIALITY_TEXT)
    confidentiality_ends = models.TextField(
        "when confidentiality ends", max_length=4_000, default=CONFIDENTIALITY_ENDS_TEXT
    )
    cancellation_terms = models.TextField(max_length=4_000, default=CANCELLATION_TEXT)
    executive_accepted_on = models.DateField(null=True, blank=True)
    # Empty beside an acceptance: the executive accepted by their own link.
    executive_recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sponsor_accepted_on = models.DateField(null=True, blank=True)
    sponsor_recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    replaced_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["engagement", "version"], name="agreement_version_once"),
            models.UniqueConstraint(
                fields=["engagement"], condition=Q(replaced_at__isnull=True), name="agreement_one_current"
            ),
            within_dates("executive_accepted_on", model="agreement"),
            within_dates("sponsor_accepted_on", model="agreement"),
            *longest(model="agreement", confidentiality=10_000, confidentiality_ends=4_000, cancellation_terms=4_000),
            between("version", 1, MOST_VERSIONS, model="agreement"),
        ]

    def __str__(self):
        return f"Agreement {self.version} of engagement {self.engagement_id}"

    @property
    def is_accepted(self):
        return self.executive_accepted_on is not None and self.sponsor_accepted_on is not None

    @property
    def is_accepted_by_link(self):
        return self.executive_accepted_on is not None and self.executive_recorded_by_id is None
