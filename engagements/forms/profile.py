"""What a person says of themselves."""

from crispy_forms.layout import Div
from django import forms

from engagements.forms.layout import helper_of, row, section
from engagements.forms.lines import LineField
from engagements.forms.moments import ZoneField

OWN_FIELDS = ("name", "time_zone", "reminders_on", "quiet_from", "quiet_until")
HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]
COACH_FIELDS = ("credentials", "languages", "capacity", "bio")


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
    credentials = LineField(max_length=200, required=False, help_text="For instance: PCC")
    languages = LineField(max_length=120, required=False, help_text="For instance: English, German")
    capacity = forms.IntegerField(min_value=0, max_value=200, label="Engagements at once")
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
        own = Div(row("name", "time_zone"), section("Reminders", "reminders_on", row("quiet_from", "quiet_until")))
        coach = section("As a coach", row("credentials", "languages", "capacity"), "bio")
        return helper_of(own, coach) if self.is_coach else helper_of(own)
