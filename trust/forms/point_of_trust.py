"""When the point of trust was reached and how it showed, and when it was lost again."""

from crispy_forms.layout import Field
from django import forms
from django.core.exceptions import ValidationError

from engagements.forms.layout import helper_of
from engagements.forms.moments import DayField
from trust.actions.point_of_trust import SIGNS
from trust.forms.typed_text import TypedText, WholeCharacters

TICKS_TEMPLATE = "_components/ticks.html"
LONGEST_WORDS = 10_000  # characters


def day_words(day):
    return f"{day.day} {day:%B %Y}"


class PeriodForm(WholeCharacters, forms.Form):
    """A form with one day that lies in a period."""

    day_name = ""

    def __init__(self, *args, period, **kwargs):
        super().__init__(*args, **kwargs)
        self.period = period
        self.fields[self.day_name].widget.attrs |= {"min": f"{period.first}", "max": f"{period.last}"}

    def clean_day(self):
        """The day, or a message that says which days are possible."""
        day = self.cleaned_data[self.day_name]
        if day > self.period.last:
            raise ValidationError("This day is still to come.")
        if day < self.period.first:
            raise ValidationError(f"Choose {day_words(self.period.first)} or a later day.")
        return day


class PointOfTrustForm(PeriodForm):
    day_name = "reached_on"

    reached_on = DayField(label="Reached on", help_text="As near as you can say.")
    seen = forms.MultipleChoiceField(
        label="What you saw",
        choices=[(sign.key, sign.wording) for sign in SIGNS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    words = TypedText(
        label="In your own words", max_length=LONGEST_WORDS, rows=4, help_text="Sealed. Nobody but you can read it."
    )

    clean_reached_on = PeriodForm.clean_day

    @property
    def helper(self):
        return helper_of("reached_on", Field("seen", template=TICKS_TEMPLATE), "words")


class PointLostForm(PeriodForm):
    day_name = "lost_on"

    lost_on = DayField(label="Lost on", help_text="As near as you can say.")

    clean_lost_on = PeriodForm.clean_day

    @property
    def helper(self):
        return helper_of("lost_on")
