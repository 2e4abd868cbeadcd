"""Rules of a program."""

from django import forms

from engagements.forms.layout import helper_of, row, section
from engagements.forms.moments import ZoneField
from engagements.models import DISCLOSURES, Program

DISCLOSURE_HELP = {
    "discloses_objective": "In the coach's wording, once executive and sponsor have accepted the agreement.",
    "discloses_stalled": "That trust has not grown for a while; never a value.",
    "discloses_regressing": "That trust has gone down and stays down; never a value.",
    "discloses_cohort": "Only where at least two coaches stand behind them; never one person, never one coach.",
}
DISCLOSURE_LEAD = "Dates, attendance, budget and status always; notes, ratings and answers never. Beyond that:"


class ProgramForm(forms.Form):
    """What new engagements of this program begin with."""

    name = forms.CharField(max_length=120)
    time_zone = ZoneField()
    cadence_weeks = forms.IntegerField(label="Weeks between sessions", min_value=1, max_value=26)
    session_budget = forms.IntegerField(label="Sessions per engagement", min_value=1, max_value=200)
    planned_weeks = forms.IntegerField(label="Planned length in weeks", min_value=1, max_value=260)
    check_ins_on = forms.BooleanField(
        label="Send check-ins", required=False, help_text="Executives get a short check-in by mail after a session."
    )
    discloses_objective = forms.BooleanField(required=False)
    discloses_stalled = forms.BooleanField(required=False)
    discloses_regressing = forms.BooleanField(required=False)
    discloses_cohort = forms.BooleanField(required=False)

    def __init__(self, *args, program, **kwargs):
        self.program = program
        kwargs["initial"] = {name: getattr(program, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        name_disclosures(self)

    @property
    def helper(self):
        return helper_of(
            row("name", "time_zone"),
            row("cadence_weeks", "session_budget", "planned_weeks"),
            "check_ins_on",
            section("What program managers may see", *DISCLOSURES, lead=DISCLOSURE_LEAD),
        )


def name_disclosures(form):
    """Gives the disclosure fields of a form the words of the schedule."""
    for name in DISCLOSURES:
        form.fields[name].label = str(Program._meta.get_field(name).verbose_name)
        form.fields[name].help_text = DISCLOSURE_HELP[name]
