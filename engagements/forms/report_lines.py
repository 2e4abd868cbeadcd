"""An executive's decision about each line of a sponsor report."""

from django import forms

from engagements.models import LineDecision

CHOICES = [(LineDecision.RELEASED, "Release it"), (LineDecision.WITHHELD, "Keep it out")]


class LinesForm(forms.Form):
    """One field per line behind the link; a line that is left alone stays as it is."""

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[self.name_of(line)] = forms.ChoiceField(
                label="Decide",
                choices=CHOICES,
                initial="" if line.is_waiting else line.decision,
                required=False,
                widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
                error_messages={"invalid_choice": "Choose one of these."},
            )

    @staticmethod
    def name_of(line):
        """The field of a line."""
        return f"line-{line.pk}"

    def field_of(self, line):
        return self[self.name_of(line)]

    @property
    def decisions(self):
        """{line key: decision} of a valid form."""
        chosen = {line.pk: self.cleaned_data.get(self.name_of(line)) for line in self.lines}
        return {key: decision for key, decision in chosen.items() if decision}
