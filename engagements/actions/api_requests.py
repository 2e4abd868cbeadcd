"""Requests that may be repeated: with the same key the same request is done once."""

import json

from django.conf import settings
from django.db import IntegrityError, transaction

from engagements import tokens
from engagements.models import ApiRequest


class OtherRequest(Exception):
    """This key came with another request before."""


@transaction.atomic
def once(*, user, key, request, now, work):
    """(status, key of the row, whether it was done before). `work()` does it and returns (status, row).

    `request` is (verb, path, body). One transaction: where the work fails, nothing is kept of the key; a second
    request at the same moment waits for the first. Raises OtherRequest.
    """
    fingerprint = _fingerprint(user, key, request)
    row, is_new = _claim(user, key, fingerprint, now)
    if row.fingerprint != fingerprint:
        raise OtherRequest("This Idempotency-Key came with another request before. Use a new key.")
    if not is_new:
        return row.status, row.subject_id, True
    status, subject = work()
    row.status, row.subject_id = status, subject.pk
    row.save(update_fields=["status", "subject_id"])
    return status, subject.pk, False


def _claim(user, key, fingerprint, now):
    try:
        with transaction.atomic():
            return ApiRequest.objects.create(user=user, key=key, fingerprint=fingerprint, created_at=now), True
    except IntegrityError:
        return ApiRequest.objects.get(user=user, key=key), False


def _fingerprint(user, key, request):
    """Keyed, because a body may hold words that are sealed elsewhere."""
    verb, path, body = request
    said = json.dumps([verb, path, body], sort_keys=True)
    return tokens.derive_token(settings.SECRET_KEY, purpose="API_REQUEST", bound_to=(str(user.pk), key), nonce=said)
