"""Invitations: a one-time link with which a person sets a password and activates an account."""

import secrets

from django.db import models
from django.utils import timezone

from engagements.models.identity import Identified, longest
from engagements.models.people import User
from engagements.tokens import hash_of

VALID_DAYS = 14


class InvitationQuerySet(models.QuerySet):
    def valid(self, now):
        return self.filter(used_at__isnull=True, expires_at__gt=now)

    def with_token(self, token):
        return self.filter(token_hash=hash_of(token))


class Invitation(Identified):
    """One link. `user` is empty for the very first administrator, who does not exist yet."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            *longest(model="invitation", token_hash=64),
        ]

    def __str__(self):
        return f"Invitation {self.pk}"

    @staticmethod
    def new_token() -> str:
        """256 random bits, safe in an address."""
        return secrets.token_urlsafe(32)
