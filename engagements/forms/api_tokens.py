"""A personal token: its name, what it may do, and for how long."""

from django import forms

from engagements.actions.api_tokens import LONGEST_DAYS
from engagements.forms.layout import helper_of
from engagements.forms.lines import LineField
from engagements.models import Scope


class TokenForm(forms.Form):
    """What a person says of a new token."""

    name = LineField(max_length=60, help_text="What it is for, to tell it apart later.")
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one."},
        help_text="Never more than you may yourself.",
    )
    days = forms.IntegerField(
        label="Days until it ends",
        min_value=1,
        max_value=LONGEST_DAYS,
        initial=90,
        help_text=f"At most {LONGEST_DAYS}.",
    )

    @property
    def helper(self):
        return helper_of("name", "scopes", "days")
