"""A name for a view of the portfolio."""

from django import forms

from engagements.forms.layout import helper_of
from engagements.models import SavedView
from engagements.models.identity import plain_line

LENGTH = SavedView._meta.get_field("name").max_length


class ViewNameForm(forms.Form):
    name = forms.CharField(label="Name", max_length=LENGTH, validators=[plain_line])

    @property
    def helper(self):
        return helper_of("name")
