"""What a coach types about hours: the terms, relationships kept elsewhere, the period of a letter."""

import re

from crispy_forms.layout import Div
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from engagements.forms.layout import helper_of, row, section
from engagements.forms.lines import LineField
from engagements.forms.moments import DayField
from engagements.hours import clock
from engagements.models.coach_day import GROUP_MOST, MOST_HOURS_MINUTES

CREDENTIALS = [("", "None for now"), ("ACC", "ACC"), ("PCC", "PCC"), ("MCC", "MCC")]
NOT_YET = "This day is still to come."


class MinutesField(forms.CharField):
    """Hours as people write them, "12:30", "12.5" or "12"; gives whole minutes, cut off and not rounded up."""

    default_error_messages = {
        "hours": "Write hours and minutes like 12:30, or hours like 12.5.",
        "most": f"This is more than {clock(MOST_HOURS_MINUTES)} hours. Make two rows of it.",
    }

    def __init__(self, **kwargs):
        attrs = {"inputmode": "decimal", "placeholder": "0:00", "autocomplete": "off"}
        super().__init__(required=False, max_length=12, widget=forms.TextInput(attrs=attrs), **kwargs)

    def prepare_value(self, value):
        return clock(value) if isinstance(value, int) else value

    def clean(self, value):
        text = super().clean(value).strip().replace(",", ".")
        found = re.fullmatch(r"([0-9]{1,6})(?::([0-5][0-9])|\.([0-9]{1,4}))?", text)
        if text and not found:
            raise ValidationError(self.error_messages["hours"])
        minutes = self._minutes(*found.groups()) if found else 0
        if minutes > MOST_HOURS_MINUTES:
            raise ValidationError(self.error_messages["most"])
        return minutes

    @staticmethod
    def _minutes(hours, minutes, places):
        share = int(places) * 60 // 10 ** len(places) if places else int(minutes or 0)
        return int(hours) * 60 + share


class OutsideHoursForm(forms.Form):
    """A client or a group coached elsewhere, with the hours since `began_on`."""

    client = LineField(max_length=120, label="Client or group", help_text="A name, or whatever tells you who it was.")
    contact = LineField(max_length=254, required=False, label="Contact", help_text="An e-mail address, as a rule.")
    has_consented = forms.BooleanField(
        label="May be named in my log",
        required=False,
        help_text="Tick it once they have agreed. Until then files say “Client” and a number.",
    )
    people = forms.IntegerField(
        min_value=1, max_value=GROUP_MOST, initial=1, label="People", help_text="One, or how many are in the group."
    )
    starts_on = DayField(label="First session")
    ends_on = DayField(label="Last session")
    paid_minutes = MinutesField(label="Paid hours", help_text="Hours and minutes, such as 12:30")
    pro_bono_minutes = MinutesField(label="Pro-bono hours")

    def __init__(self, *args, instance=None, began_on=None, **kwargs):
        fields = [name for name in self.base_fields if instance is not None]
        initial = {name: getattr(instance, name) for name in fields}
        super().__init__(*args, initial=initial, **kwargs)
        self.began_on = began_on

    def clean(self):
        cleaned = super().clean()
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and self.began_on and starts_on < self.began_on:
            day = f"{self.began_on.day} {self.began_on:%B %Y}"
            self.add_error("starts_on", f"Hours count from {day}, when your training began. Enter what came after.")
        if ends_on and ends_on > timezone.localdate():
            self.add_error("ends_on", NOT_YET)
        elif starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "The last session cannot come before the first.")
        if not self.errors and not cleaned["paid_minutes"] and not cleaned["pro_bono_minutes"]:
            self.add_error("paid_minutes", "Enter paid or pro-bono hours.")
        return cleaned

    @property
    def helper(self):
        who = Div(row("client", "contact"), "has_consented", "people")
        return helper_of(who, section("Hours", row("starts_on", "ends_on"), row("paid_minutes", "pro_bono_minutes")))


class HoursTermsForm(forms.Form):
    """From when hours count, and for what."""

    training_began_on = DayField(
        required=False,
        label="Coach training began on",
        help_text="Hours count from this day. Empty: none count. Program managers who look for a coach see the years.",
    )
    credential_sought = forms.ChoiceField(choices=CREDENTIALS, required=False, label="Credential you work towards")
    is_internal = forms.BooleanField(
        required=False,
        label="I am employed by the organization whose people I coach",
        help_text="Adds a letter that your organization can sign.",
    )

    def clean_training_began_on(self):
        day = self.cleaned_data["training_began_on"]
        if day and day > timezone.localdate():
            raise ValidationError(NOT_YET)
        return day

    @property
    def helper(self):
        return helper_of(row("training_began_on", "credential_sought"), "is_internal")


class LetterForm(forms.Form):
    """Which organization signs, and for which period; comes in the address."""

    organization = forms.ChoiceField(label="Organization")
    since = DayField(label="From")
    until = DayField(label="To")

    def __init__(self, *args, organizations, training_began_on, **kwargs):
        super().__init__(*args, **kwargs)
        self.training_began_on = training_began_on
        self.organizations = {str(one.pk): one for one in organizations}
        self.fields["organization"].choices = [(key, one.name) for key, one in self.organizations.items()]

    def clean_organization(self):
        return self.organizations[self.cleaned_data["organization"]]

    def clean(self):
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", "The period ends before it begins.")
        elif until and self.training_began_on and until < self.training_began_on:
            began = self.training_began_on
            self.add_error("until", f"Your hours count from {began.day} {began:%B %Y}; the period ends before that.")
        return cleaned

    @property
    def helper(self):
        return helper_of(row("organization", "since", "until"))
