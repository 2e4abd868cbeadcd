"""Check-ins: the executive's voice, asked for by mail after a held session."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from engagements.models import Session
from engagements.models.identity import Identified, longest
from engagements.permissions import engagements_confided_to
from engagements.tokens import hash_of

OPEN_DAYS = 7  # long enough for a holiday week, short enough that "today" in the items still means something
OLDEST_SESSION_DAYS = 14  # a session logged later than this gets no check-in: the memory is too old


class CheckInStatus(models.TextChoices):
    DUE = "DUE", "To be sent"
    SENDING = "SENDING", "Being sent"
    SENT = "SENT", "Sent"
    ANSWERED = "ANSWERED", "Answered"
    REVOKED = "REVOKED", "Withdrawn"


class CheckInQuerySet(models.QuerySet):
    def confided_to(self, user):
        return self.filter(engagements_confided_to(user, "session__engagement__"))

    def due(self, now):
        """To be sent now: not sent yet, or claimed by a worker that did not come back; not when it is too late."""
        return self.filter(
            Q(session__starts_at__gte=now - timezone.timedelta(days=OLDEST_SESSION_DAYS)),
            Q(session__engagement__check_ins_on=True, session__engagement__check_ins_declined_at__isnull=True),
            Q(status=CheckInStatus.DUE, send_after__lte=now)
            | Q(status=CheckInStatus.SENDING, claimed_at__lt=now - timezone.timedelta(minutes=10)),
        )

    def open_at(self, now):
        """Links that still take an answer, and were mailed to the address of today."""
        changed_at = "session__engagement__executive__address_changed_at"
        is_mailed_there = Q(**{f"{changed_at}__isnull": True}) | Q(sent_at__gte=F(changed_at))
        return self.filter(is_mailed_there, status__in=(CheckInStatus.SENT, CheckInStatus.ANSWERED), closes_at__gt=now)

    def with_token(self, token):
        return self.filter(token_hash=hash_of(token))


class CheckIn(Identified):
    """One link for one session, changeable until it closes. The token itself is only in the mail."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="check_in")
    status = models.CharField(max_length=10, choices=CheckInStatus.choices, default=CheckInStatus.DUE)
    token_hash = models.CharField(max_length=64, unique=True, null=True)
    nonce = models.CharField(max_length=64)
    send_after = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)

    objects = CheckInQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["status", "send_after"], name="checkin_status_send_after")]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=CheckInStatus.values), name="checkin_status_known"),
            *longest(model="checkin", nonce=64, token_hash=64),
        ]

    def __str__(self):
        return f"Check-in {self.pk}"
