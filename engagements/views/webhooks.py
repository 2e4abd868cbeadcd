"""A person's webhooks: add one, see what was sent, send again, end."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from engagements.access import EVERYBODY, open_to
from engagements.actions.webhooks import StillDue, TooManyWebhooks, add_webhook, end_webhook, secret_of, send_again
from engagements.forms.webhooks import WebhookForm
from engagements.limits import count_use
from engagements.models import DeliveryStatus, Webhook, WebhookDelivery, WebhookEvent

PER_PAGE = 50
MOST_AGAIN = 30  # in an hour
STANDS_FOR = {"SENT": "good", "FAILED": "attention", "DUE": "watch", "SENDING": "watch", "DROPPED": "neutral"}


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(EVERYBODY)
def webhooks(request):
    """The list, and a form; the signing secret stands in the answer that made it and nowhere else."""
    form, made = WebhookForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            made = _add(request, form)
            form = WebhookForm()
        except TooManyWebhooks as refusal:
            form.add_error(None, str(refusal))
    rows = Webhook.objects.of_person(request.user).open().in_order()
    context = {
        "title": "Webhooks",
        "form": form,
        "secret": secret_of(made) if made else "",
        "rows": [{"webhook": row, "events": _labels(row)} for row in rows],
    }
    return render(request, "engagements/webhooks.html", context)


@reauthentication_required
def _add(request, form):
    """As with tokens: whoever sits at somebody's open session has nothing sent to themselves."""
    return add_webhook(user=request.user, now=timezone.now(), **form.cleaned_data)


@require_safe
@open_to(EVERYBODY)
def webhook_detail(request, pk):
    """What was sent to it, and what came of it."""
    webhook = get_object_or_404(Webhook.objects.of_person(request.user), pk=pk)
    sent = WebhookDelivery.objects.of_person(request.user).filter(webhook=webhook).newest_first()
    page = Paginator(sent, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": "Webhook",
        "webhook": webhook,
        "events": _labels(webhook),
        "rows": [_row(one) for one in page],
        "page": page,
    }
    return render(request, "engagements/webhook_detail.html", context)


def _labels(webhook):
    return [WebhookEvent(event).label for event in webhook.events if event in WebhookEvent.values]


def _row(delivery):
    is_done = delivery.status not in (DeliveryStatus.DUE, DeliveryStatus.SENDING)
    return {"delivery": delivery, "tone": STANDS_FOR[delivery.status], "may_again": is_done}


@require_POST
@open_to(EVERYBODY)
def webhook_end(request, pk):
    """Nothing more is sent there."""
    webhook = get_object_or_404(Webhook.objects.of_person(request.user), pk=pk)
    end_webhook(webhook=webhook, by=request.user, now=timezone.now())
    messages.success(request, "The webhook is ended. Nothing more is sent there.")
    return redirect("webhooks")


@require_POST
@open_to(EVERYBODY)
def delivery_again(request, pk):
    """One message once more."""
    delivery, now = get_object_or_404(WebhookDelivery.objects.of_person(request.user), pk=pk), timezone.now()
    used, _ = count_use("delivery_again", request.user.pk, seconds=60 * 60, now=now)
    if used > MOST_AGAIN:
        messages.info(request, "Nothing is sent: that was often enough for this hour.")
        return redirect("webhook_detail", delivery.webhook_id)
    try:
        send_again(delivery=delivery, by=request.user, now=now)
        messages.success(request, "It is sent again.")
    except StillDue as refusal:
        messages.info(request, str(refusal))
    return redirect("webhook_detail", delivery.webhook_id)
