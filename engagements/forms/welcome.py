"""The form behind an invitation's link."""

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError

from engagements.forms.lines import AddressField, LineField
from engagements.models import User


class WelcomeForm(forms.Form):
    """A password twice; for the first administrator a name and an e-mail address before it."""

    name = LineField(label="Your name", max_length=120)
    email = AddressField(label="Your e-mail address", max_length=254)
    password = forms.CharField(label="Password", strip=False, max_length=4096, widget=forms.PasswordInput)
    password_again = forms.CharField(label="Password again", strip=False, max_length=4096, widget=forms.PasswordInput)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        if user is not None:
            del self.fields["name"], self.fields["email"]
        else:
            self.fields["name"].widget.attrs["autocomplete"] = "name"
            self.fields["email"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].help_text = " ".join(password_validators_help_texts()[:1])
        for name in ("password", "password_again"):
            self.fields[name].widget.attrs["autocomplete"] = "new-password"

    def clean_email(self):
        return self.cleaned_data["email"].strip().lower()

    def clean(self):
        password, again = self.cleaned_data.get("password"), self.cleaned_data.get("password_again")
        if password and again and password != again:
            self.add_error("password_again", "The two passwords are not the same.")
        elif password:
            self._check_strength(password)
        return self.cleaned_data

    def _check_strength(self, password):
        person = self.user or User(name=self.cleaned_data.get("name", ""), email=self.cleaned_data.get("email", ""))
        try:
            validate_password(password, person)
        except ValidationError as error:
            self.add_error("password", error)
