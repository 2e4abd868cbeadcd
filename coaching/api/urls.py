"""Addresses of the API."""

from django.urls import path

from coaching.api.reference import api_reference, api_schema
from coaching.api.site import PATTERNS

urlpatterns = [
    path("openapi.json", api_schema, name="api_schema"),
    path("docs", api_reference, name="api_reference"),
    *PATTERNS,
]
