"""Addresses of sponsor reports."""

from django.urls import path

from trust.views import report_files, reports

urlpatterns = [
    path("programs/<uuid:pk>/reports/", reports.report_list, name="report_list"),
    path("programs/<uuid:pk>/reports/new/", reports.report_order, name="report_order"),
    path("reports/<uuid:pk>/", reports.report_detail, name="report_detail"),
    path("reports/<uuid:pk>/retry/", reports.report_retry, name="report_retry"),
    path("reports/<uuid:pk>/ask/", reports.report_ask, name="report_ask"),
    path("reports/<uuid:pk>/freeze/", reports.report_freeze, name="report_freeze"),
    path("reports/<uuid:pk>/discard/", reports.report_discard, name="report_discard"),
    path("reports/<uuid:pk>/pdf/", report_files.report_pdf, name="report_pdf"),
    path("reports/<uuid:pk>/xlsx/", report_files.report_xlsx, name="report_xlsx"),
    path("reports/<uuid:pk>/json/", report_files.report_json, name="report_json"),
]
