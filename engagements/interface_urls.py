"""Addresses of what lets other programs in: tokens and webhooks, beneath the profile."""

from django.urls import path

from engagements.views import api_tokens, webhooks

urlpatterns = [
    path("tokens/", api_tokens.api_tokens, name="api_tokens"),
    path("tokens/<uuid:pk>/revoke/", api_tokens.api_token_revoke, name="api_token_revoke"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/<uuid:pk>/", webhooks.webhook_detail, name="webhook_detail"),
    path("webhooks/<uuid:pk>/end/", webhooks.webhook_end, name="webhook_end"),
    path("deliveries/<uuid:pk>/again/", webhooks.delivery_again, name="delivery_again"),
]
