"""Webhooks: addresses that are told, by ids only, what happened; owed with the change, sent by a job."""

import json
from datetime import UTC, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from engagements import tokens
from engagements.actions.audit import record
from engagements.actions.letters import owe_letter
from engagements.models import DeliveryStatus, User, Webhook, WebhookDelivery, WebhookEvent
from engagements.models.interface import MOST_TRIES, MOST_WEBHOOKS
from engagements.nudges import nudge
from engagements.permissions import can_manage, can_read_content
from engagements.webhook_sending import NotReached, post, signature_of

# After each try that failed. Together about two days: a weekend is not lost.
WAITS = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=n) for n in (2, 6, 12, 24)),
]
TASK = "trust.send_delivery"
OF_FLAGS = (WebhookEvent.FLAG_OPENED, WebhookEvent.FLAG_CLOSED)


class TooManyWebhooks(Exception):
    """This person has as many webhooks as anybody may have."""


class StillDue(Exception):
    """It is on its way already."""


def secret_of(webhook) -> str:
    """What its messages are signed with: derived, so that no copy of the database signs anything."""
    bound_to = (str(webhook.pk), str(webhook.user_id))
    return tokens.derive_token(settings.SECRET_KEY, purpose="WEBHOOK", bound_to=bound_to, nonce=webhook.nonce)


@transaction.atomic
def add_webhook(*, user, url, events, now):
    """Raises TooManyWebhooks."""
    User.objects.select_for_update().get(pk=user.pk)
    if Webhook.objects.of_person(user).open().count() >= MOST_WEBHOOKS:
        raise TooManyWebhooks(f"{MOST_WEBHOOKS} webhooks are in use. End one first.")
    kinds = sorted(str(event) for event in events)
    webhook = Webhook.objects.create(user=user, url=url, events=kinds, nonce=tokens.new_nonce(), created_at=now)
    record(by=user, verb="webhook.made", subject=webhook, now=now, detail={"events": kinds})
    owe_letter(kind="webhook_made", key=f"webhook:{webhook.pk}", to_user=user, path=reverse("webhooks"), now=now)
    return webhook


@transaction.atomic
def end_webhook(*, webhook, by, now):
    """Nothing more is sent; twice is once."""
    webhook = Webhook.objects.select_for_update().get(pk=webhook.pk)
    if webhook.ended_at is None:
        webhook.ended_at = now
        webhook.save(update_fields=["ended_at"])
        webhook.deliveries.filter(status=DeliveryStatus.DUE).update(status=DeliveryStatus.DROPPED)
        record(by=by, verb="webhook.ended", subject=webhook, now=now)
    return webhook


def owe_deliveries(*, event, engagement, subject_id, moment, now, may_know=None):
    """Puts a message on the list of everybody who asked for it and may know of it, inside the change's transaction.

    `moment` names this very happening, so that it is owed once. Without `may_know` its coach and managers may.
    """
    may_know = may_know or (lambda user: can_read_content(user, engagement) or can_manage(user, engagement))
    for webhook in Webhook.objects.open().for_people_of(engagement).select_related("user__coach_profile"):
        if event not in webhook.events or not may_know(webhook.user):
            continue
        delivery, made = WebhookDelivery.objects.get_or_create(
            webhook=webhook,
            key=f"{event}:{subject_id}:{moment.timestamp():.6f}",
            defaults={
                "event": event,
                "engagement_id": engagement.pk,
                "subject_id": subject_id,
                "created_at": now,
                "send_after": now,
            },
        )
        if made:
            nudge(TASK, str(delivery.pk))


@transaction.atomic
def claim_delivery(*, delivery_id, now):
    """Takes one that is due; None when another worker has it, it is not due, or it was tried often enough."""
    if WebhookDelivery.objects.select_for_update().filter(pk=delivery_id).first() is None:
        return None
    due = WebhookDelivery.objects.filter(pk=delivery_id).due(now).order_by()
    if due.filter(tries__gte=MOST_TRIES).update(status=DeliveryStatus.FAILED):
        return None
    delivery = due.select_related("webhook__user__coach_profile").first()
    if delivery is not None:
        delivery.status, delivery.claimed_at, delivery.tries = DeliveryStatus.SENDING, now, delivery.tries + 1
        delivery.save(update_fields=["status", "claimed_at", "tries"])
    return delivery


def send_delivery(*, delivery, now):
    """One try. Returns what became of it: SENT, DUE again later, or FAILED after the last."""
    body = json.dumps(
        {
            "id": str(delivery.pk),
            "event": delivery.event,
            "happened_at": _when(delivery),
            "engagement_id": str(delivery.engagement_id),
            "subject_id": str(delivery.subject_id),
        }
    ).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Point-of-Trust",
        "Point-Of-Trust-Signature": signature_of(secret_of(delivery.webhook), body, at=int(now.timestamp())),
    }
    try:
        delivery.answer = post(delivery.webhook.url, body, headers, may_stay_inside=settings.WEBHOOKS_INSIDE)
    except NotReached:
        delivery.answer = None
    return _note(delivery, now)


def _when(delivery):
    """Of a flag the day, in UTC: its moment would say more than its age does on the pages."""
    if delivery.event in OF_FLAGS:
        return delivery.created_at.astimezone(UTC).date().isoformat()
    return delivery.created_at.isoformat()


def _note(delivery, now):
    """Keeps what came of a try, unless somebody ended the webhook meanwhile."""
    arrived = delivery.answer is not None and 200 <= delivery.answer < 300
    if delivery.answer is not None and not 100 <= delivery.answer <= 599:
        delivery.answer = None
    if arrived:
        delivery.status, delivery.sent_at = DeliveryStatus.SENT, now
    elif delivery.tries >= MOST_TRIES:
        delivery.status = DeliveryStatus.FAILED
    else:
        delivery.status, delivery.send_after = DeliveryStatus.DUE, now + WAITS[delivery.tries - 1]
    fields = ("status", "sent_at", "send_after", "answer")
    rows = WebhookDelivery.objects.filter(pk=delivery.pk, status=DeliveryStatus.SENDING)
    rows.update(**{name: getattr(delivery, name) for name in fields})
    return delivery


def drop_delivery(*, delivery):
    """Its person may not know of it any more, or wants no more messages."""
    WebhookDelivery.objects.filter(pk=delivery.pk).update(status=DeliveryStatus.DROPPED)


@transaction.atomic
def send_again(*, delivery, by, now):
    """All tries anew. Raises StillDue."""
    delivery = WebhookDelivery.objects.select_for_update().get(pk=delivery.pk)
    if delivery.status in (DeliveryStatus.DUE, DeliveryStatus.SENDING):
        raise StillDue("This message is on its way already.")
    delivery.status, delivery.tries, delivery.send_after = DeliveryStatus.DUE, 0, now
    delivery.answer, delivery.sent_at = None, None
    delivery.save()
    record(by=by, verb="webhook.sent_again", subject=delivery, now=now)
    nudge(TASK, str(delivery.pk))
    return delivery
