"""Addresses of the portfolio."""

from django.urls import path

from coaching.views.portfolio import portfolio
from coaching.views.portfolio_export import portfolio_export
from coaching.views.saved_views import saved_view_delete, saved_view_list, saved_view_rename

urlpatterns = [
    path("portfolio/", portfolio, name="portfolio"),
    path("portfolio/as/<slug:format>/", portfolio_export, name="portfolio_export"),
    path("portfolio/views/", saved_view_list, name="saved_view_list"),
    path("portfolio/views/<uuid:pk>/rename/", saved_view_rename, name="saved_view_rename"),
    path("portfolio/views/<uuid:pk>/delete/", saved_view_delete, name="saved_view_delete"),
]
