"""Signing in and out, passwords, second steps. Accounts begin with an invitation: nothing here signs anybody up."""

from allauth.account import views
from django.urls import path, re_path
from django.views.decorators.http import require_safe

from coaching.views import directory, leaving, second_step
from engagements.access import ANYBODY, EVERYBODY, open_to

urlpatterns = [
    path("sign-in/", open_to(ANYBODY)(views.login), name="account_login"),
    path("directory/", directory.directory_sign_in, name="directory_sign_in"),
    path("directory/back/", directory.directory_return, name="directory_return"),
    path("sign-in/second-step/", open_to(ANYBODY)(second_step.take_step), name="mfa_authenticate"),
    path("sign-out/", open_to(ANYBODY)(leaving.sign_out), name="account_logout"),
    path("inactive/", open_to(ANYBODY)(views.account_inactive), name="account_inactive"),
    path("confirm/", open_to(EVERYBODY)(views.reauthenticate), name="account_reauthenticate"),
    path("confirm/code/", open_to(EVERYBODY)(second_step.confirm_by_code), name="mfa_reauthenticate"),
    path("confirm/passkey/", open_to(EVERYBODY)(second_step.confirm_by_passkey), name="mfa_reauthenticate_webauthn"),
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
    path("second-step/", open_to(EVERYBODY)(second_step.steps), name="mfa_index"),
    path("second-step/app/", open_to(EVERYBODY)(second_step.add_app), name="mfa_activate_totp"),
    path("second-step/app/remove/", open_to(EVERYBODY)(second_step.remove_app), name="mfa_deactivate_totp"),
    path("second-step/passkey/", open_to(EVERYBODY)(second_step.add_passkey), name="mfa_add_webauthn"),
    path("second-step/passkey/<int:pk>/", open_to(EVERYBODY)(second_step.rename_passkey), name="mfa_edit_webauthn"),
    path(
        "second-step/passkey/<int:pk>/remove/",
        open_to(EVERYBODY)(second_step.remove_passkey),
        name="mfa_remove_webauthn",
    ),
    path("second-step/codes/", open_to(EVERYBODY)(second_step.show_codes), name="mfa_view_recovery_codes"),
    path("second-step/codes/new/", open_to(EVERYBODY)(second_step.new_codes), name="mfa_generate_recovery_codes"),
    path(
        "second-step/codes/download/",
        require_safe(open_to(EVERYBODY)(second_step.download_codes)),
        name="mfa_download_recovery_codes",
    ),
]
