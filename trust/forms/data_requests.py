"""What coach and program manager answer to an executive's request."""

from django import forms

from engagements.forms.layout import helper_of
from engagements.models import DeclineReason
from trust.forms.typed_text import TypedText, WholeCharacters

ERASE_WORD = "erase"
GIVE_OUT, HOLD_BACK = "GIVE_OUT", "HOLD_BACK"
NO_REASON = "Say why."


class DecisionForm(forms.Form):
    """One opinion: given out, or held back for a reason of the closed list."""

    decision = forms.ChoiceField(choices=[(GIVE_OUT, "Give out"), (HOLD_BACK, "Hold back")])
    reason = forms.ChoiceField(choices=[("", "Choose a reason"), *DeclineReason.choices], required=False)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("decision") == HOLD_BACK and not cleaned.get("reason"):
            self.add_error("reason", NO_REASON)
        return cleaned

    @property
    def is_released(self):
        return self.cleaned_data["decision"] == GIVE_OUT

    @property
    def reason_kept(self):
        return "" if self.is_released else self.cleaned_data["reason"]


class AnswerForm(WholeCharacters, forms.Form):
    """To a correction or an objection."""

    outcome = forms.ChoiceField(
        label="Your answer", choices=[("DONE", "Done"), ("DECLINED", "Declined")], widget=forms.RadioSelect
    )
    reason = forms.ChoiceField(
        label="If declined, why", choices=[("", "Choose a reason"), *DeclineReason.choices], required=False
    )
    words = TypedText(rows=5, max_length=5_000, label="In your words")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("outcome") == "DECLINED" and not cleaned.get("reason"):
            self.add_error("reason", NO_REASON)
        return cleaned

    @property
    def answer(self):
        """What the action takes."""
        is_granted = self.cleaned_data["outcome"] == "DONE"
        reason = "" if is_granted else self.cleaned_data["reason"]
        return {"is_granted": is_granted, "reason": reason, "words": self.cleaned_data["words"]}

    @property
    def helper(self):
        return helper_of("outcome", "reason", "words")


class TheRestForm(forms.Form):
    """Gives out every opinion that is not decided yet; said with a word, so that an empty form does nothing."""

    the_rest = forms.ChoiceField(choices=[(GIVE_OUT, "Give out")])


class ErasureForm(forms.Form):
    """Erasing is typed, because it cannot be undone; declining needs a reason of the closed list."""

    typed = forms.CharField(label=f"Type “{ERASE_WORD}” to confirm", max_length=20, required=False)
    reason = forms.ChoiceField(
        label="Or decline, because", choices=[("", "Choose a reason"), *DeclineReason.choices], required=False
    )

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        self.declines = bool(data) and "decline" in data

    def clean(self):
        cleaned = super().clean()
        if self.declines and not cleaned.get("reason"):
            self.add_error("reason", NO_REASON)
        if not self.declines and cleaned.get("typed", "").strip().lower() != ERASE_WORD:
            self.add_error("typed", f"Type the word {ERASE_WORD}. Nothing was erased.")
        return cleaned
