"""What a coach answers to a flag: what is behind it, what comes next, and later whether it helped."""

from django import forms

from engagements.forms.layout import helper_of
from trust.models import Cause, Helped, NextStep


class AnswerForm(forms.Form):
    """Two choices from closed lists; a flag that was judged wrongly needs no step."""

    cause = forms.ChoiceField(
        label="What is behind it?",
        choices=Cause.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what comes nearest.", "invalid_choice": "Choose one of these."},
    )
    next_step = forms.ChoiceField(
        label="What comes next?",
        choices=NextStep.choices,
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": "Choose one of these."},
        help_text="Your program manager learns that you have responded, not what.",
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("cause") == Cause.JUDGED_WRONGLY:
            cleaned["next_step"] = cleaned.get("next_step") or NextStep.NOTHING
        elif "next_step" in cleaned and not cleaned["next_step"]:
            self.add_error("next_step", "Choose a step, be it to wait and watch.")
        return cleaned

    @property
    def helper(self):
        return helper_of("cause", "next_step")


class HelpedForm(forms.Form):
    """Did it help?"""

    helped = forms.ChoiceField(choices=Helped.choices)
