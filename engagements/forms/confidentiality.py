"""One use of a condition under which confidentiality ends."""

import uuid

from django import forms
from django.utils import timezone

from engagements.forms.layout import helper_of, row
from engagements.forms.moments import DayField
from engagements.models import Condition, ToldTo

LONGEST = 4_000  # characters


class ConfidentialityUseForm(forms.Form):
    """Which condition, to whom, when, and what was told, in the coach's words."""

    condition = forms.ChoiceField(label="Which condition", choices=Condition.choices, widget=forms.RadioSelect)
    told_to = forms.ChoiceField(label="Who was told", choices=ToldTo.choices, widget=forms.RadioSelect)
    used_on = DayField(label="On")
    executive_told_on = DayField(
        label="Executive told on",
        required=False,
        help_text="Before it wherever possible. Leave empty if they could not be told yet.",
    )
    words = forms.CharField(
        label="What was told, and why",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Sealed. Only you and the executive can read it.",
    )
    # Names this sheet of paper: sent twice, it is one record.
    sheet = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial = {"sheet": uuid.uuid4().hex, "used_on": timezone.localdate()} | self.initial
        for name in ("used_on", "executive_told_on"):
            self.fields[name].widget.attrs["max"] = f"{timezone.localdate()}"

    def clean_used_on(self):
        return self._passed("used_on")

    def clean_executive_told_on(self):
        return self._passed("executive_told_on")

    def _passed(self, name):
        day = self.cleaned_data[name]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError("This day is still to come.")
        return day

    def key_in(self, engagement):
        """The key of the record this sheet makes, the same each time it is sent; nobody can aim it at another."""
        return uuid.uuid5(engagement.pk, f"use {self.cleaned_data['sheet'] or uuid.uuid4().hex}")

    @property
    def content(self):
        """What the action takes; of a valid form."""
        return {name: self.cleaned_data[name] for name in self.fields if name != "sheet"}

    @property
    def helper(self):
        return helper_of(row("condition", "told_to"), row("used_on", "executive_told_on"), "words", "sheet")
