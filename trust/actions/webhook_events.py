"""What webhooks are told of flags, to whom, and whether they may still know when it is sent."""

from engagements.actions.webhooks import owe_deliveries
from engagements.models import Session, Webhook, WebhookEvent
from trust.models import Flag


def tell_of_flag(*, flag, event, moment, now):
    """Owes the message to everybody who asked for it and may see this flag."""
    owe_deliveries(
        event=event,
        engagement=flag.engagement,
        subject_id=flag.pk,
        moment=moment,
        now=now,
        may_know=lambda user: Flag.objects.visible_to(user).filter(pk=flag.pk).exists(),
    )


def is_wanted(delivery):
    """Whether its person may know of it today, and the webhook was not ended."""
    webhook = delivery.webhook
    if not webhook.user.is_active or not Webhook.objects.open().filter(pk=webhook.pk).exists():
        return False
    rows = Session.objects if delivery.event == WebhookEvent.SESSION_LOGGED else Flag.objects
    return rows.visible_to(webhook.user).filter(pk=delivery.subject_id).exists()
