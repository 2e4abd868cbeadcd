"""What a coach answers to a flag."""

from django import forms

from engagements.forms.layout import helper_of
from trust.models import Response


class ResponseForm(forms.Form):
    response = forms.ChoiceField(
        label="What do you make of it?",
        choices=Response.choices,
        widget=forms.RadioSelect,
        help_text="Your program manager learns that you have responded, not what.",
        error_messages={"required": "Choose one of the four.", "invalid_choice": "Choose one of the four."},
    )

    @property
    def helper(self):
        return helper_of("response")
