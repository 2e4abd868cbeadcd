"""What a program manager may filter, search and sort the portfolio by: closed lists, from their own rows."""

from django import forms

from engagements.models import Engagement, Program, Status, User
from trust.models import FlagKind

FLAGGED, ANSWERED, UNANSWERED = "ANY", "ANSWERED", "UNANSWERED"
ALL = "ALL"
# Columns the list may be sorted by; with "-" in front the other way round.
SORTS = ("executive", "coach", "program", "status", "left", "last", "next", "flag")
MOST_WORDS = 5


class ProgramField(forms.ModelChoiceField):
    def label_from_instance(self, program):
        return f"{program.organization} · {program}"


class PortfolioFilter(forms.Form):
    """Values that are not offered are left out: an old or mistyped address still shows the portfolio."""

    q = forms.CharField(label="Search", required=False, max_length=100)
    program = ProgramField(Program.objects.none(), required=False, empty_label="All programs")
    coach = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="All coaches")
    status = forms.ChoiceField(required=False, choices=[("", "Open"), (ALL, "Open and ended"), *Status.choices])
    flag = forms.ChoiceField(
        required=False,
        choices=[
            ("", "With and without"),
            (FLAGGED, "Needs a conversation"),
            (UNANSWERED, "Coach has not responded"),
            (ANSWERED, "Coach has responded"),
            *FlagKind.choices,
        ],
    )
    sort = forms.ChoiceField(
        required=False,
        choices=[(name, name) for column in SORTS for name in (column, f"-{column}")],
        widget=forms.HiddenInput,
    )

    def __init__(self, data, *, user):
        super().__init__(data)
        managed = Engagement.objects.managed_by(user)
        self.fields["program"].queryset = Program.objects.managed_by(user).select_related("organization").in_order()
        coaches = User.objects.filter(pk__in=managed.values("coach_id"))
        self.fields["coach"].queryset = coaches.order_by("name", "pk")
        self.fields["q"].widget = forms.TextInput({"type": "search", "placeholder": "Executive or coach"})
        self.is_valid()

    def chosen(self, name):
        """The value of a field, or None where nothing usable was asked for."""
        return self.cleaned_data.get(name) or None

    @property
    def words(self):
        """The words searched for."""
        return (self.chosen("q") or "").split()[:MOST_WORDS]

    @property
    def is_narrowed(self):
        return any(self.chosen(name) for name in self.fields if name != "sort")

    @property
    def left_out(self):
        """Labels of what was asked for and is not known here."""
        return [str(self[name].label) for name in self.errors if name in self.fields]

    @property
    def as_query(self):
        """What was understood, as parts of an address."""
        return {name: self.data[name] for name in self.fields if self.chosen(name)}
