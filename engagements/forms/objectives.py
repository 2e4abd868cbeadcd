"""The words of an objective."""

from django import forms

from engagements.forms.layout import helper_of

LONGEST_OBJECTIVE = 2000  # characters


class ObjectiveForm(forms.Form):
    text = forms.CharField(
        label="Objective",
        max_length=LONGEST_OBJECTIVE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One thing, in the executive's own words where you can. Sealed; earlier wordings are kept.",
    )

    def clean_text(self):
        return self.cleaned_data["text"].replace("\r\n", "\n")

    @property
    def helper(self):
        return helper_of("text")
