"""Which earlier text is to stand again."""

from django import forms

from engagements.models import SealedText, TextKind


class RestoreForm(forms.Form):
    text = forms.ModelChoiceField(queryset=SealedText.objects.none())

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].queryset = rows

    @property
    def words(self):
        """The kind of text, as in "The private note of 3 May"; of a valid form."""
        row = self.cleaned_data["text"]
        return f"{TextKind(row.kind).label.lower()}"
