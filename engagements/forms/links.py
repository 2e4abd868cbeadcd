"""What executives type to get a link of their own."""

from django import forms

from engagements.forms.layout import helper_of


class AskForLinkForm(forms.Form):
    """The address that the mails of coach and check-in go to."""

    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="The one that your coaching mails go to.",
    )

    @property
    def helper(self):
        return helper_of("email")
