"""Takes away what has served its time. How long each is kept, and why, stands in engagements/retention.py."""

from importlib import import_module

from django.conf import settings
from django.db.models import Q

from engagements.models import (
    ApiRequest,
    ApiToken,
    Draft,
    Invitation,
    Letter,
    LetterStatus,
    LinkCode,
    Look,
    PersonalLink,
    WebhookDelivery,
)
from engagements.retention import (
    API_REQUESTS,
    CODES,
    DELIVERIES,
    DRAFTS,
    ENDED_DRAFTS,
    INVITATIONS,
    LETTERS,
    LINKS,
    LOOKS_MONTHS,
    TOKENS,
    months_before,
)

BATCH = 5_000  # rows per statement, so that nobody waits long for a table


def keep_house(*, now):
    """Deletes what is over; returns {what: how many}. The audit trail stays."""
    gone = {name: _delete(rows) for name, rows in rows_over(now).items()}
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return gone


def rows_over(now):
    """{what: rows} whose time is over."""
    looks_since = months_before(now.date(), LOOKS_MONTHS)
    gone_out = Q(status__in=(LetterStatus.SENT, LetterStatus.DROPPED))
    return {
        "invitations": Invitation.objects.filter(
            Q(used_at__lt=now - INVITATIONS) | Q(expires_at__lt=now - INVITATIONS)
        ),
        "codes": LinkCode.objects.filter(sent_at__lt=now - CODES),
        "links": PersonalLink.objects.filter(Q(expires_at__lt=now - LINKS) | Q(revoked_at__lt=now - LINKS)),
        "letters": Letter.objects.filter(gone_out, created_at__lt=now - LETTERS),
        "looks": Look.objects.filter(on__lt=looks_since),
        "drafts": Draft.objects.filter(Q(saved_at__lt=now - DRAFTS) | Q(ended_at__lt=now - ENDED_DRAFTS)),
        "api_requests": ApiRequest.objects.filter(created_at__lt=now - API_REQUESTS),
        "api_tokens": ApiToken.objects.filter(Q(expires_at__lt=now - TOKENS) | Q(revoked_at__lt=now - TOKENS)),
        "deliveries": WebhookDelivery.objects.filter(created_at__lt=now - DELIVERIES),
    }


def _delete(rows):
    """Some thousand rows at a time, each lot a transaction of its own."""
    gone = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        gone += len(keys)
        rows.model._base_manager.filter(pk__in=keys).delete()
    return gone
