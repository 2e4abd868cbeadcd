"""Addresses of session logs and check-ins."""

from django.urls import path

from trust.views import check_in, session_log

urlpatterns = [
    path("sessions/<uuid:pk>/log/", session_log.session_log, name="session_log"),
    path("sessions/<uuid:pk>/not-held/", session_log.session_not_held, name="session_not_held"),
    path("engagements/<uuid:pk>/log/", session_log.session_log_new, name="session_log_new"),
    path("check-in/<str:token>/", check_in.check_in, name="check_in"),
]
