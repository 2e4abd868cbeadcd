"""What is known of an executive."""

from django import forms

from engagements.forms.layout import helper_of, row
from engagements.forms.lines import AddressField, LineField
from engagements.forms.moments import ZoneField
from engagements.models import Language, TrustOrientation

ORIENTATION_WORDS = {
    TrustOrientation.COGNITIVE: "competence, dependability, a clear way of working",
    TrustOrientation.RELATIONAL: "a person who is open and gives something of themselves",
    TrustOrientation.BALANCED: "both alike, or not known yet",
}


class ExecutiveForm(forms.Form):
    """The program manager keeps name and address, the coach the orientation; both the rest."""

    name = LineField(max_length=120)
    email = AddressField(label="E-mail", max_length=254, help_text="Check-ins go to this address.")
    role = LineField(max_length=120, required=False)
    language = forms.ChoiceField(choices=Language.choices)
    time_zone = ZoneField()
    orientation = forms.ChoiceField(
        label="What this person looks for first in a coach",
        widget=forms.RadioSelect,
        choices=[(key, f"{key.label}: {words}") for key, words in ORIENTATION_WORDS.items()],
        help_text="Set it from the person you meet, never from nationality.",
    )

    def __init__(self, *args, executive, is_manager, is_coach, **kwargs):
        kwargs["initial"] = {name: getattr(executive, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.executive = executive
        dropped = ([] if is_manager else ["name", "email"]) + ([] if is_coach else ["orientation"])
        for name in dropped:
            del self.fields[name]

    def clean_email(self):
        return self.cleaned_data["email"].lower()

    @property
    def helper(self):
        rows = (["name", "email"], ["role", "language", "time_zone"])
        shown = [[name for name in names if name in self.fields] for names in rows]
        return helper_of(
            *(row(*names) for names in shown if names), *(["orientation"] * ("orientation" in self.fields))
        )
