"""Rules of a program."""

from dataclasses import dataclass

from django import forms

from engagements.actions.keeping import number_past
from engagements.actions.pool import pool_of
from engagements.forms.layout import helper_of, row, section
from engagements.forms.lines import LineField
from engagements.forms.moments import ZoneField
from engagements.models import DISCLOSURES, Program
from engagements.models.ending import LEAST_MONTHS
from engagements.models.program import MOST_POOL, ReportRhythm

DISCLOSURE_HELP = {
    "discloses_objective": "In the coach's wording, once executive and sponsor have accepted the agreement.",
    "discloses_stalled": "That trust has not grown for a while; never a value.",
    "discloses_regressing": "That trust has gone down and stays down; never a value.",
    "discloses_cohort": "Only where at least two coaches stand behind them; never one person, never one coach.",
}
POOL_HELP = "Sessions bought for all engagements together. Empty: no limit."
RETENTION_LEAD = "Words, ratings and check-ins. Then they are erased for good; dates, attendance and agreement stay."
DISCLOSURE_LEAD = "Dates, attendance, budget and status always; notes, ratings and answers never. Beyond that:"


@dataclass(frozen=True, slots=True)
class RetentionWarning:
    """What a shorter period would erase."""

    months: int
    number: int

    @property
    def key(self):
        return f"{self.months}-{self.number}"

    @property
    def text(self):
        ended = "1 engagement" if self.number == 1 else f"{self.number} engagements"
        ago = "a month" if self.months == 1 else f"{self.months} months"
        return (
            f"{ended} of this program ended {ago} ago or earlier. Their words, ratings and check-ins would be erased "
            "tonight, for good."
        )


class ProgramForm(forms.Form):
    """What new engagements of this program begin with."""

    name = LineField(max_length=120)
    time_zone = ZoneField()
    cadence_weeks = forms.IntegerField(label="Weeks between sessions", min_value=1, max_value=26)
    session_budget = forms.IntegerField(label="Sessions per engagement", min_value=1, max_value=200)
    session_pool = forms.IntegerField(
        label="Session pool", min_value=1, max_value=MOST_POOL, required=False, help_text=POOL_HELP
    )
    planned_weeks = forms.IntegerField(label="Planned length in weeks", min_value=1, max_value=260)
    retention_months = forms.IntegerField(
        label="Months after the end of an engagement",
        min_value=1,
        max_value=120,
        help_text=f"Whether it lasted is asked 30, 90 and 180 days after the end, as long as words are kept: below "
        f"{LEAST_MONTHS} months later questions go unasked or lose their answers.",
    )
    check_ins_on = forms.BooleanField(
        label="Send check-ins", required=False, help_text="Executives get a short check-in by mail after a session."
    )
    report_rhythm = forms.ChoiceField(
        label="Draft a report",
        choices=ReportRhythm.choices,
        required=False,
        help_text="By itself, once a month or quarter is over. Nobody else reads it before you freeze it. "
        "Trust, check-ins and follow-ups are told by whole quarters only: a monthly report holds none of them.",
    )
    report_names = forms.BooleanField(
        label="Name engagements in it",
        required=False,
        help_text="Only with what each executive releases, line by line.",
    )
    discloses_objective = forms.BooleanField(required=False)
    discloses_stalled = forms.BooleanField(required=False)
    discloses_regressing = forms.BooleanField(required=False)
    discloses_cohort = forms.BooleanField(required=False)

    def __init__(self, *args, program, now, **kwargs):
        self.program, self.now, self.warnings = program, now, []
        kwargs["initial"] = {name: getattr(program, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        name_disclosures(self)
        self.fields["session_pool"].help_text = f"{POOL_HELP} {pool_of(program).words}"

    def is_confirmed(self):
        """Whether what would be erased was seen before; of a valid form. Fills `warnings`."""
        months = self.cleaned_data["retention_months"]
        if months < self.program.retention_months:
            number = number_past(program=self.program, months=months, now=self.now)
            self.warnings = [RetentionWarning(months, number)] if number else []
        return all(warning.key == self.data.get("seen") for warning in self.warnings)

    @property
    def seen(self):
        """What the second press confirms: this period with this number, no other."""
        return ",".join(warning.key for warning in self.warnings)

    @property
    def helper(self):
        return helper_of(
            row("name", "time_zone"),
            row("cadence_weeks", "session_budget", "planned_weeks"),
            "session_pool",
            "check_ins_on",
            section("How long words are kept", "retention_months", lead=RETENTION_LEAD),
            section("Sponsor report", "report_rhythm", "report_names"),
            section("What program managers may see", *DISCLOSURES, lead=DISCLOSURE_LEAD),
        )


def name_disclosures(form):
    """Gives the disclosure fields of a form the words of the schedule."""
    for name in DISCLOSURES:
        form.fields[name].label = str(Program._meta.get_field(name).verbose_name)
        form.fields[name].help_text = DISCLOSURE_HELP[name]
