"""The doors for other programs: personal tokens of the API, requests that may be repeated, webhooks."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from engagements import permissions
from engagements.models.identity import Identified, between, longest, plain_line
from engagements.models.people import User

MOST_TOKENS, MOST_WEBHOOKS = 20, 10  # of one person
MOST_TRIES = 8


class Scope(models.TextChoices):
    """What a token may do; never more than its person may."""

    READ = "READ", "Read programs, engagements, sessions and flags"
    SESSIONS = "SESSIONS", "Schedule and log sessions"
    REPORTS = "REPORTS", "Read frozen reports"


# Here and not in rows of their own, so that an administrator's process closes them without reaching their tables.
MADE_SINCE = Q(user__doors_closed_at__isnull=True) | Q(user__doors_closed_at__lt=F("created_at"))


class ApiTokenQuerySet(models.QuerySet):
    def of_person(self, user):
        return self.filter(permissions.api_tokens_of(user))

    def open_at(self, now):
        """Those that open anything."""
        return self.filter(MADE_SINCE, expires_at__gt=now, revoked_at__isnull=True, user__is_active=True)

    def newest_first(self):
        return self.order_by("-created_at", "pk")


class ApiToken(Identified):
    """A person's key for a program of theirs: shown once, kept as a hash, for some scopes, until a day."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=60, validators=[plain_line])
    token_hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12, help_text="Its first characters, to tell tokens apart")
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        constraints = [*longest(model="apitoken", name=60, token_hash=64, hint=12)]

    def __str__(self):
        return f"Token {self.pk}"


class ApiRequest(Identified):
    """A request that came with an idempotency key: asked again, it gets its first answer and does nothing.

    Kept: what it was (a hash) and what came of it (status and row), never a body.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_requests")
    key = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of verb, path and body")
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty while it is worked on")
    subject_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="apirequest_key_once"),
            between("status", 100, 599, model="apirequest"),
            *longest(model="apirequest", key=120, fingerprint=64),
        ]
        indexes = [models.Index(fields=["created_at"], name="apirequest_created")]

    def __str__(self):
        return f"Request {self.pk}"


class WebhookEvent(models.TextChoices):
    FLAG_OPENED = "FLAG_OPENED", "A flag was opened"
    FLAG_CLOSED = "FLAG_CLOSED", "A flag was closed"
    SESSION_LOGGED = "SESSION_LOGGED", "A session was logged"


class WebhookQuerySet(models.QuerySet):
    def of_person(self, user):
        return self.filter(permissions.webhooks_of(user))

    def open(self):
        return self.filter(MADE_SINCE, ended_at__isnull=True)

    def for_people_of(self, engagement):
        """Those of its coach and of its program's managers."""
        manages = Q(
            user__program_memberships__program_id=engagement.program_id,
            user__program_memberships__removed_at__isnull=True,
        )
        return self.filter(Q(user_id=engagement.coach_id) | manages, user__is_active=True).distinct().in_order()

    def in_order(self):
        return self.order_by("created_at", "pk")


class Webhook(Identified):
    """An address that is told, by ids only, when something happens to what its person may see."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="webhooks")
    url = models.URLField(max_length=500)
    events = models.JSONField(default=list)
    nonce = models.CharField(max_length=64, help_text="The signing secret is derived from it")
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        constraints = [*longest(model="webhook", url=500, nonce=64)]

    def __str__(self):
        return f"Webhook {self.pk}"


class DeliveryStatus(models.TextChoices):
    DUE = "DUE", "To be sent"
    SENDING = "SENDING", "Being sent"
    SENT = "SENT", "Delivered"
    FAILED = "FAILED", "Given up"
    DROPPED = "DROPPED", "No longer wanted"


class DeliveryQuerySet(models.QuerySet):
    def of_person(self, user):
        return self.filter(permissions.webhooks_of(user, "webhook__"))

    def due(self, now):
        rows = Q(status=DeliveryStatus.DUE, send_after__lte=now)
        left = Q(status=DeliveryStatus.SENDING, claimed_at__lt=now - timezone.timedelta(minutes=5))
        return self.filter(rows | left).order_by("send_after", "pk")

    def newest_first(self):
        return self.order_by("-created_at", "pk")


class WebhookDelivery(Identified):
    """One message to one address; sent again after longer and longer waits until it arrives or is given up."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=16, choices=WebhookEvent.choices)
    key = models.CharField(max_length=120, help_text="Makes it happen once")
    engagement_id = models.UUIDField()
    subject_id = models.UUIDField(help_text="The flag or session")
    status = models.CharField(max_length=8, choices=DeliveryStatus.choices, default=DeliveryStatus.DUE)
    tries = models.PositiveSmallIntegerField(default=0)
    answer = models.PositiveSmallIntegerField(null=True, blank=True, help_text="HTTP status of the last try")
    created_at = models.DateTimeField(default=timezone.now)
    send_after = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["webhook", "key"], name="webhookdelivery_once"),
            models.CheckConstraint(condition=Q(status__in=DeliveryStatus.values), name="webhookdelivery_status_known"),
            models.CheckConstraint(condition=Q(event__in=WebhookEvent.values), name="webhookdelivery_event_known"),
            between("tries", 0, MOST_TRIES, model="webhookdelivery"),
            between("answer", 100, 599, model="webhookdelivery"),
            *longest(model="webhookdelivery", key=120),
        ]
        indexes = [models.Index(fields=["status", "send_after"], name="webhookdelivery_status")]

    def __str__(self):
        return f"Delivery {self.pk}"
