"""allauth's forms in our words: labels instead of placeholders, one hint on how long a password must be."""

import re

from allauth.account import forms as allauth_forms
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as code_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as passkey_forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.cache import cache
from django.core.validators import MaxLengthValidator

from coaching.passwords import LONGEST

LABELS = {
    "login": "E-mail address",
    "email": "E-mail address",
    "password": "Password",
    "oldpassword": "Current password",
    "password1": "New password",
    "password2": "New password again",
    "code": "Code",
    "name": "Name of this passkey or key",
}
LONGEST_LINE = 254  # characters of an address; a code or a name has fewer
CODE_REMEMBERED = 150  # seconds; a code fits for 90 at most


class PlainWords:
    """Our labels, no placeholders, no help beside what helps, and a limit on what is looked at."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = password_validators_help_texts()[0] if name == "password1" else ""
            field.widget.attrs.pop("placeholder", None)
            if name in LABELS:
                field.validators.append(_limit(name))
        if "login" in self.fields:
            self.fields["login"].widget.attrs["autocomplete"] = "username"


def _limit(name):
    if "password" in name:
        return MaxLengthValidator(LONGEST, f"A password has at most {LONGEST} characters.")
    return MaxLengthValidator(LONGEST_LINE, "This is too long.")


class SignIn(PlainWords, allauth_forms.LoginForm):
    pass


class ChangePassword(PlainWords, allauth_forms.ChangePasswordForm):
    pass


class AskForReset(PlainWords, allauth_forms.ResetPasswordForm):
    def clean_email(self):
        """Whoever signs in by a directory alone gets no password that would outlast their place in it."""
        email = super().clean_email()
        self.users = [user for user in self.users if user.has_usable_password()]
        return email


class ResetPassword(PlainWords, allauth_forms.ResetPasswordKeyForm):
    pass


class ConfirmIdentity(PlainWords, allauth_forms.ReauthenticateForm):
    pass


# --- the second step --------------------------------------------------------------------------------


class OnceOnly:
    """A code of an app fits for a minute and a half; it is taken once."""

    def clean_code(self):
        code = super().clean_code()
        is_from_app = self.authenticator.type == Authenticator.Type.TOTP
        bare = re.sub(r"[\W_]", "", code).lower()  # written with spaces or dashes it is the same code
        if is_from_app and not cache.add(f"code:{self.user.pk}:{bare}", True, CODE_REMEMBERED):
            raise get_adapter().validation_error("incorrect_code")
        return code


class EnterCode(OnceOnly, PlainWords, code_forms.AuthenticateForm):
    pass


class ConfirmByCode(OnceOnly, PlainWords, code_forms.ReauthenticateForm):
    pass


class AddApp(PlainWords, totp_forms.ActivateTOTPForm):
    pass


class AddPasskey(PlainWords, passkey_forms.AddWebAuthnForm):
    pass


class RenamePasskey(PlainWords, passkey_forms.EditWebAuthnForm):
    pass
