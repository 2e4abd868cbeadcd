"""One tap for a session that did not take place."""

from django import forms

from engagements.models import Party

MISSED = "missed"


class NotHeldForm(forms.Form):
    """`how` is what the button says: missed, or who cancelled."""

    how = forms.ChoiceField(choices=[(MISSED, "Missed"), *Party.choices])

    @property
    def content(self):
        """What the action takes; of a valid form."""
        how = self.cleaned_data["how"]
        return {"how": MISSED} if how == MISSED else {"how": "cancelled", "cancelled_by": how}
