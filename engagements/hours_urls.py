"""Addresses of a coach's hours."""

from django.urls import path

from engagements.views import hours, hours_files

urlpatterns = [
    path("profile/hours/", hours.coaching_hours, name="coaching_hours"),
    path("profile/hours/terms/", hours.hours_terms, name="hours_terms"),
    path("profile/hours/new/", hours.outside_hours_add, name="outside_hours_add"),
    path("profile/hours/<uuid:pk>/", hours.outside_hours_edit, name="outside_hours_edit"),
    path("profile/hours/<uuid:pk>/remove/", hours.outside_hours_remove, name="outside_hours_remove"),
    path("profile/hours/letter/", hours_files.hours_letter, name="hours_letter"),
    path("profile/hours/letter/pdf/", hours_files.hours_letter_pdf, name="hours_letter_pdf"),
    path("profile/hours/download/<str:format>/", hours_files.coaching_hours_export, name="coaching_hours_export"),
    path("engagements/<uuid:pk>/hours/paid/", hours.hours_paid, name="hours_paid"),
    path("engagements/<uuid:pk>/hours/ask/", hours.hours_ask, name="hours_ask"),
]
