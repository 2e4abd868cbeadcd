"""Signing in and out, and passwords. Accounts begin with an invitation, so nothing here signs anybody up."""

from allauth.account import views
from django.urls import path, re_path

from engagements.access import ANYBODY, EVERYBODY, open_to

urlpatterns = [
    path("sign-in/", open_to(ANYBODY)(views.login), name="account_login"),
    path("sign-out/", open_to(ANYBODY)(views.logout), name="account_logout"),
    path("inactive/", open_to(ANYBODY)(views.account_inactive), name="account_inactive"),
    path("confirm/", open_to(EVERYBODY)(views.reauthenticate), name="account_reauthenticate"),
    path("password/change/", open_to(EVERYBODY)(views.password_change), name="account_change_password"),
    path("password/reset/", open_to(ANYBODY)(views.password_reset), name="account_reset_password"),
    path("password/reset/sent/", open_to(ANYBODY)(views.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/link/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        open_to(ANYBODY)(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done/",
        open_to(ANYBODY)(views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]
