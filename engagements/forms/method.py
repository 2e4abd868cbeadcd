"""Chemistry and readiness, the short close, and the follow-up."""

from django import forms

from engagements.forms.layout import helper_of
from engagements.models import Depth, Fit, Lasting, Reached, Readiness

LONGEST_WORDS = 10_000  # characters
CHOOSE = {"required": "Choose one of these.", "invalid_choice": "Choose one of these."}


def _choice(label, choices, **kwargs):
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages=CHOOSE, **kwargs)


def _words(label, help_text, rows=4):
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
    )


class FitForm(forms.Form):
    """One side's vote."""

    fit = _choice("Is it a fit?", Fit.choices)

    @property
    def helper(self):
        return helper_of("fit")


class BeginningForm(forms.Form):
    """What the coach notes at the start, for themselves."""

    readiness = _choice("How ready do they seem?", Readiness.choices, required=False)

    @property
    def helper(self):
        return helper_of("readiness")


class EndingForm(forms.Form):
    """The short close."""

    reached = _choice("The objective was", Reached.choices)
    depth = _choice("How deep did the change go?", Depth.choices, required=False)
    is_referred = forms.BooleanField(
        label="I referred them on: part of it is beyond coaching",
        required=False,
        help_text="Only you see this. A coach goes as deep as work and performance need, and no further.",
    )
    words = _words("What made the difference?", "Sealed. Nobody but you can read it.")

    @property
    def helper(self):
        return helper_of("reached", "depth", "is_referred", "words")


class FollowUpForm(forms.Form):
    """Is it still so?"""

    lasting = _choice("What changed in your coaching: is it still so?", Lasting.choices)
    words = _words("Anything you want to add?", "")

    def __init__(self, *args, reader, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["words"].help_text = reader

    @property
    def helper(self):
        return helper_of("lasting", "words")
