"""Addresses of what lets other programs in: tokens and webhooks, beneath the profile."""

from django.urls import path

from engagements.views import api_tokens

urlpatterns = [
    path("tokens/", api_tokens.api_tokens, name="api_tokens"),
    path("tokens/<uuid:pk>/revoke/", api_tokens.api_token_revoke, name="api_token_revoke"),
]
