"""What a person says of themselves."""

from django import forms

from engagements.forms.layout import helper_of, row, section
from engagements.forms.lines import LineField
from engagements.forms.moments import ZoneField

COACH_FIELDS = ("credentials", "languages", "capacity", "bio")


class ProfileForm(forms.Form):
    """Name and zone; for a coach also what program managers match by."""

    name = LineField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    time_zone = ZoneField(help_text="All dates and times are shown in it. Type a city to find yours.")
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
        initial = {"name": user.name, "time_zone": user.time_zone}
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
        own = row("name", "time_zone")
        coach = section("As a coach", row("credentials", "languages", "capacity"), "bio")
        return helper_of(own, coach) if self.is_coach else helper_of(own)
