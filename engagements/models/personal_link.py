"""Personal links: how an executive, who has no account, gets to pages of their own."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from engagements import permissions, tokens
from engagements.models.engagement import Engagement
from engagements.models.identity import Identified, longest


class Purpose(models.TextChoices):
    """What a link opens; nothing else opens with it."""

    MINE = "MINE", "What is kept about me"
    AGREEMENT = "AGREEMENT", "Read and accept the agreement"
    CHEMISTRY = "CHEMISTRY", "Say whether it is a fit"
    EXPERIMENTS = "EXPERIMENTS", "My experiments"
    FOLLOW_UP = "FOLLOW_UP", "Is it still so?"
    REPORT = "REPORT", "What the sponsor's report may say about me"


VALID_DAYS = {
    Purpose.MINE: 30,
    Purpose.AGREEMENT: 30,
    Purpose.CHEMISTRY: 21,
    Purpose.EXPERIMENTS: 90,
    Purpose.FOLLOW_UP: 21,
    Purpose.REPORT: 30,
}
CODE_MINUTES = 10  # how long a mailed code can be typed in
CODE_TRIES = 5
CODES_PER_HOUR = 5
STAY_MINUTES = 30  # how long a page behind a code stays open


class PersonalLinkQuerySet(models.QuerySet):
    def confided_to(self, user):
        return self.filter(permissions.engagements_confided_to(user, "engagement__"))

    def open_at(self, now):
        """Links that still open something: not expired, not revoked, mailed to the address of today."""
        changed_at = "engagement__executive__address_changed_at"
        is_mailed_there = Q(**{f"{changed_at}__isnull": True}) | Q(created_at__gte=F(changed_at))
        return self.filter(is_mailed_there, expires_at__gt=now, revoked_at__isnull=True)

    def with_token(self, token):
        return self.filter(token_hash=tokens.hash_of(token))

    def with_people(self):
        return self.select_related("engagement__executive", "engagement__coach", "engagement__program__organization")


class PersonalLink(Identified):
    """One link: bound to a purpose and an engagement, and for an agreement to its version (`subject_id`)."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="personal_links")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    subject_id = models.UUIDField(null=True, blank=True, help_text="The agreement, for a link that asks to accept it")
    nonce = models.CharField(max_length=64)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True, help_text="When it did what it was for, if that is done once")

    objects = PersonalLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="personallink_purpose_known"),
            *longest(model="personallink", nonce=64, token_hash=64),
        ]
        indexes = [models.Index(fields=["engagement", "purpose"], name="personallink_engagement")]

    def __str__(self):
        return f"Personal link {self.pk}"


class LinkCode(Identified):
    """A code mailed as a second step; typed in, it opens the pages behind the link for a while."""

    link = models.ForeignKey(PersonalLink, on_delete=models.CASCADE, related_name="codes")
    code_hash = models.CharField(max_length=64)
    sent_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    passed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Closed by the person, or a newer one came")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(tries__lte=CODE_TRIES), name="linkcode_tries_range"),
            *longest(model="linkcode", code_hash=64),
        ]
        indexes = [models.Index(fields=["link", "sent_at"], name="linkcode_link_sent")]

    def __str__(self):
        return f"Code {self.pk}"
