"""What a program manager may filter, search and sort the portfolio by: closed lists, from their own rows."""

from django import forms
from django.db.models.functions import Lower

from engagements.models import Program, Status, User
from trust.models import FlagKind

FLAGGED, ANSWERED, UNANSWERED = "ANY", "ANSWERED", "UNANSWERED"
ALL = "ALL"
# Columns the list may be sorted by; with "-" in front the other way round.
SORTS = ("executive", "coach", "program", "status", "left", "last", "next", "flag")
MOST_WORDS = 5
SEARCH = forms.TextInput({"type": "search", "placeholder": "Executive or coach"})


class PortfolioFilter(forms.Form):
    """Values that are not offered are left out: an old or mistyped address still shows the portfolio."""

    q = forms.CharField(label="Search", required=False, max_length=100, widget=SEARCH)
    program = forms.ChoiceField(required=False)
    coach = forms.ChoiceField(required=False)
    status = forms.ChoiceField(required=False, choices=[("", "Open"), (ALL, "Open and ended"), *Status.choices])
    flag = forms.ChoiceField(
        required=False,
        choices=[
            ("", "All"),
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
        programs = Program.objects.managed_by(user).select_related("organization").in_order()
        coaches = User.objects.coaching_for(user)
        # Lists, not querysets: one query each, for showing and for checking.
        self.fields["program"].choices = [
            ("", "All programs"),
            *((str(program.pk), f"{program.organization} · {program}") for program in programs),
        ]
        self.fields["coach"].choices = [
            ("", "All coaches"),
            *((str(coach.pk), coach.name) for coach in coaches.order_by(Lower("name"), "pk")),
        ]
        for field in self.visible_fields():
            field.field.widget.attrs["class"] = "form-control" if field.name == "q" else "form-select"
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
