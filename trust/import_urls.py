"""Addresses of imports."""

from django.urls import path

from trust.views import import_review, imports

urlpatterns = [
    path("", imports.import_list, name="import_list"),
    path("new/<slug:kind>/", imports.import_start, name="import_start"),
    path("<uuid:pk>/", import_review.import_review, name="import_review"),
    path("<uuid:pk>/carry-out/", imports.import_carry_out, name="import_carry_out"),
    path("<uuid:pk>/done/", imports.import_done, name="import_done"),
    path("<uuid:pk>/refused.csv", import_review.import_refused, name="import_refused"),
    path("<uuid:pk>/discard/", imports.import_discard, name="import_discard"),
]
