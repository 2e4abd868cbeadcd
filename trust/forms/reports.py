"""Which days a sponsor report is about."""

import zoneinfo

from django import forms

from engagements.forms.layout import helper_of, row
from engagements.forms.moments import DayField
from engagements.report_periods import LONGEST_DAYS, MONTH, QUARTER, lately, words_of

OTHER = "other"
MONTHS_OFFERED, QUARTERS_OFFERED = 6, 4


class ReportForm(forms.Form):
    """A month, a quarter, or other days; all of them over."""

    period = forms.ChoiceField(
        label="Period",
        help_text="Trust, check-ins and follow-ups are told by whole quarters only: a month holds none of them.",
    )
    first = DayField(label="From", required=False)
    last = DayField(label="Until", required=False, help_text="Only for other days.")
    names_engagements = forms.BooleanField(
        label="Name engagements",
        required=False,
        help_text="Each executive is asked by mail and decides line by line what stands in the report.",
    )

    def __init__(self, *args, program, now, **kwargs):
        self.today = now.astimezone(zoneinfo.ZoneInfo(program.time_zone)).date()
        self.offered = _offered(self.today)
        rhythm = program.report_rhythm or QUARTER
        kwargs["initial"] = {
            "period": _key(next(lately(rhythm, self.today, 1))),
            "names_engagements": program.report_names,
        }
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = [
            ("Quarters", [(key, words_of(*days)) for key, days in self.offered[QUARTER].items()]),
            ("Months", [(key, words_of(*days)) for key, days in self.offered[MONTH].items()]),
            (OTHER, "Other days"),
        ]

    def clean(self):
        cleaned = super().clean()
        chosen = self.cleaned_data.get("period")
        days = (self.offered[QUARTER] | self.offered[MONTH]).get(chosen)
        if chosen == OTHER:
            days = self._other_days()
        if days:
            self.cleaned_data["period_from"], self.cleaned_data["period_until"] = days
        return cleaned

    def _other_days(self):
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        for name, day in (("first", first), ("last", last)):
            if day is None and name not in self.errors:
                self.add_error(name, "Choose a date.")
        if first is None or last is None:
            return None
        if last >= self.today:
            return self.add_error("last", "Choose a day that is over.")
        if last < first:
            return self.add_error("last", "Choose a day after the first one.")
        if (last - first).days >= LONGEST_DAYS:
            return self.add_error("last", "A report is about two years at most.")
        return first, last

    @property
    def order(self):
        """What order_report takes, of a valid form."""
        return {name: self.cleaned_data[name] for name in ("period_from", "period_until", "names_engagements")}

    @property
    def helper(self):
        return helper_of("period", row("first", "last"), "names_engagements")


def _offered(today):
    """{rhythm: {key: (first, last)}} of what is over."""
    return {
        rhythm: {_key(days): days for days in lately(rhythm, today, number)}
        for rhythm, number in ((QUARTER, QUARTERS_OFFERED), (MONTH, MONTHS_OFFERED))
    }


def _key(days):
    first, last = days
    return f"{first}_{last}"
