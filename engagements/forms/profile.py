"""What a person says of themselves."""

import calendar

from crispy_forms.layout import Div
from django import forms

from engagements.forms.layout import helper_of, row, section
from engagements.forms.lines import LineField
from engagements.forms.moments import DayField, ZoneField

OWN_FIELDS = ("name", "time_zone", "reminders_on", "quiet_from", "quiet_until", "digest_day")
DAYS = [("", "Never"), *((number, name) for number, name in enumerate(calendar.day_name))]
HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]
COACH_FIELDS = ("credentials", "languages", "capacity", "available_from", "bio")


class ProfileForm(forms.Form):
    """Name and zone; for a coach also what program managers match by."""

    name = LineField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    time_zone = ZoneField(help_text="All dates and times are shown in it. Type a city to find yours.")
    reminders_on = forms.BooleanField(
        label="Remind me by mail",
        required=False,
        help_text="Of the next day's sessions, and of sessions that wait for a log; at most one of each a day.",
    )
    quiet_from = forms.TypedChoiceField(label="No mail from", choices=HOURS, coerce=int)
    quiet_until = forms.TypedChoiceField(label="until", choices=HOURS, coerce=int)
    digest_day = forms.TypedChoiceField(
        label="Weekly digest",
        choices=DAYS,
        coerce=int,
        empty_value=None,
        required=False,
        help_text="What waits for you, in numbers, in the morning of that day; no mail when nothing does.",
    )
    credentials = LineField(max_length=200, required=False, help_text="For instance: PCC")
    languages = LineField(max_length=120, required=False, help_text="For instance: English, German")
    capacity = forms.IntegerField(min_value=0, max_value=200, label="Engagements at once")
    available_from = DayField(
        label="Takes somebody new from", required=False, help_text="Empty: as long as there is a free place."
    )
    bio = forms.CharField(
        max_length=2000,
        required=False,
        label="About you",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Program managers read this when they look for a coach.",
    )

    def __init__(self, *args, user, coach_profile=None, **kwargs):
        initial = {name: getattr(user, name) for name in OWN_FIELDS}
        if coach_profile:
            initial |= {name: getattr(coach_profile, name) for name in COACH_FIELDS}
        super().__init__(*args, initial=initial, **kwargs)
        self.is_coach = coach_profile is not None
        if not self.is_coach:
            for name in COACH_FIELDS:
                del self.fields[name]

    @property
    def coach(self):
        """What belongs to the coach profile, or None."""
        return {name: self.cleaned_data[name] for name in COACH_FIELDS} if self.is_coach else None

    @property
    def helper(self):
        mails = section("Mails", "reminders_on", row("quiet_from", "quiet_until", "digest_day"))
        own = Div(row("name", "time_zone"), mails)
        coach = section("As a coach", row("credentials", "languages"), row("capacity", "available_from"), "bio")
        return helper_of(own, coach) if self.is_coach else helper_of(own)
