"""What hurt trust, what was tried, and how it ended."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from engagements.forms.layout import helper_of, row
from engagements.forms.moments import DayField
from trust.forms.typed_text import TypedText, WholeCharacters
from trust.models import RepairStep, RuptureKind, RuptureOutcome

LONGEST_WORDS = 10_000  # characters
CHOOSE = {"required": "Choose what comes nearest.", "invalid_choice": "Choose one of these."}


class RuptureForm(WholeCharacters, forms.Form):
    """A case; `session` is one of the latest sessions, or none."""

    kind = forms.ChoiceField(
        label="What happened between you?", choices=RuptureKind.choices, widget=forms.RadioSelect, error_messages=CHOOSE
    )
    session = forms.ChoiceField(label="In which session?", required=False)
    words = TypedText(
        label="In your own words", max_length=LONGEST_WORDS, rows=4, help_text="Sealed. Nobody but you can read it."
    )

    def __init__(self, *args, sessions, **kwargs):
        super().__init__(*args, **kwargs)
        self.sessions = {str(session.pk): session for session in sessions}
        days = [(key, f"{timezone.localtime(one.starts_at):%-d %B %Y, %H:%M}") for key, one in self.sessions.items()]
        self.fields["session"].choices = [("", "Between sessions, or not sure"), *days]

    def clean_session(self):
        return self.sessions.get(self.cleaned_data["session"])

    @property
    def helper(self):
        return helper_of("kind", "session", "words")


class AttemptForm(WholeCharacters, forms.Form):
    """One thing that was tried. `sheet` names this sheet of paper: sent twice, it is one attempt."""

    step = forms.ChoiceField(label="What did you try?", choices=RepairStep.choices, error_messages=CHOOSE)
    tried_on = DayField(label="On")
    words = TypedText(
        label="How it went", max_length=LONGEST_WORDS, rows=3, help_text="Sealed. Nobody but you can read it."
    )
    sheet = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial = {"sheet": uuid.uuid4().hex, "tried_on": timezone.localdate()} | self.initial

    def clean_tried_on(self):
        day = self.cleaned_data["tried_on"]
        if day > timezone.localdate():
            raise ValidationError("This day is still to come.")
        return day

    @property
    def helper(self):
        return helper_of(row("step", "tried_on"), "words", "sheet")

    def content_for(self, rupture):
        """What the action takes; of a valid form. Its key is the same each time the same is sent.

        Other words on the same sheet, on a page brought back, are another attempt. The sheet is random and kept
        nowhere, so that the key tells nothing of the words; nobody can aim it at another row.
        """
        said = {name: self.cleaned_data[name] for name in ("step", "tried_on", "words")}
        sheet = self.cleaned_data["sheet"] or uuid.uuid4().hex
        return said | {"pk": uuid.uuid5(rupture.pk, f"attempt {sheet} {list(said.values())}")}


class OutcomeForm(forms.Form):
    """How it ended."""

    outcome = forms.ChoiceField(choices=RuptureOutcome.choices)
