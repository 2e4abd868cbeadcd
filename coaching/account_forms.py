"""allauth's forms in our words: labels instead of placeholders, one hint on how long a password must be."""

from allauth.account import forms as allauth_forms
from django.contrib.auth.password_validation import password_validators_help_texts

LABELS = {
    "login": "E-mail address",
    "email": "E-mail address",
    "password": "Password",
    "oldpassword": "Current password",
    "password1": "New password",
    "password2": "New password again",
}


class PlainWords:
    """Our labels, no placeholders, no help beside what helps."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = password_validators_help_texts()[0] if name == "password1" else ""
            field.widget.attrs.pop("placeholder", None)
        if "login" in self.fields:
            self.fields["login"].widget.attrs["autocomplete"] = "username"


class SignIn(PlainWords, allauth_forms.LoginForm):
    pass


class ChangePassword(PlainWords, allauth_forms.ChangePasswordForm):
    pass


class AskForReset(PlainWords, allauth_forms.ResetPasswordForm):
    pass


class ResetPassword(PlainWords, allauth_forms.ResetPasswordKeyForm):
    pass


class ConfirmIdentity(PlainWords, allauth_forms.ReauthenticateForm):
    pass
