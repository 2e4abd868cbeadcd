"""Letters: mails that are owed. The database is the list; jobs send each once and may run twice."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from engagements.models.engagement import Engagement
from engagements.models.identity import Identified, longest
from engagements.models.people import User
from engagements.models.personal_link import PersonalLink
from engagements.models.session import Session

CLAIM_MINUTES = 10  # a worker that has not come back by then is not waited for any longer


class LetterStatus(models.TextChoices):
    DUE = "DUE", "To be sent"
    SENDING = "SENDING", "Being sent"
    SENT = "SENT", "Sent"
    DROPPED = "DROPPED", "No longer wanted"


class LetterQuerySet(models.QuerySet):
    def due(self, now):
        return self.filter(
            Q(status=LetterStatus.DUE, send_after__lte=now)
            | Q(status=LetterStatus.SENDING, claimed_at__lt=now - timezone.timedelta(minutes=CLAIM_MINUTES))
        ).order_by("send_after", "pk")


class Letter(Identified):
    """One mail to one person. `kind` names templates/emails/<kind>.txt; nothing of its text is kept here.

    `key` makes it happen once: whoever asks for the same letter again finds it there.
    """

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120, unique=True)
    to_user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="letters")
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, null=True, blank=True, related_name="letters")
    link = models.ForeignKey(PersonalLink, on_delete=models.CASCADE, null=True, blank=True, related_name="letters")
    # An executive's reminder is wanted as long as its session stands as it stood.
    session = models.ForeignKey(Session, on_delete=models.CASCADE, null=True, blank=True, related_name="letters")
    to_address = models.EmailField(blank=True, help_text="One that nobody has any more; the row goes with the mail")
    path = models.CharField(max_length=200, blank=True, help_text="Of the page it leads to; never of a personal link")
    counts = models.JSONField(default=dict, blank=True, help_text="Numbers of a digest; nothing else")
    status = models.CharField(max_length=8, choices=LetterStatus.choices, default=LetterStatus.DUE)
    created_at = models.DateTimeField(default=timezone.now)
    send_after = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=LetterStatus.values), name="letter_status_known"),
            models.CheckConstraint(
                condition=Q(to_user__isnull=False) | Q(engagement__isnull=False) | ~Q(to_address=""),
                name="letter_has_a_recipient",
            ),
            *longest(model="letter", kind=40, key=120, path=200, to_address=254),
        ]
        indexes = [models.Index(fields=["status", "send_after"], name="letter_status_send_after")]

    def __str__(self):
        return f"Letter {self.pk}"

    @property
    def is_for_executive(self):
        """Without a user and an address it goes to the executive of its engagement."""
        return self.to_user_id is None and not self.to_address
