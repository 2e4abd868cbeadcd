"""What a program manager may filter, search and sort the portfolio by: closed lists, from their own rows."""

from django import forms

from engagements.models import Engagement, Program, Status, User
from trust.models import FlagKind

FLAGGED, ANSWERED, UNANSWERED = "ANY", "ANSWERED", "UNANSWERED"


class PortfolioFilter(forms.Form):
    """Values that are not offered are ignored: an old or mistyped address still shows the portfolio."""

    q = forms.CharField(label="Search", required=False, max_length=100, strip=True)
    program = forms.ModelChoiceField(Program.objects.none(), required=False, empty_label="All programs")
    coach = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="All coaches")
    status = forms.ChoiceField(
        required=False, choices=[("", "Open"), ("ALL", "All statuses"), *Status.choices], label="Status"
    )
    flag = forms.ChoiceField(
        required=False,
        choices=[
            ("", "Flagged or not"),
            (FLAGGED, "Needs a conversation"),
            (UNANSWERED, "Coach has not responded"),
            (ANSWERED, "Coach has responded"),
            *FlagKind.choices,
        ],
    )

    def __init__(self, data, *, user):
        super().__init__(data)
        managed = Engagement.objects.managed_by(user)
        self.fields["program"].queryset = Program.objects.managed_by(user).select_related("organization").in_order()
        coaches = User.objects.filter(pk__in=managed.values("coach_id"))
        self.fields["coach"].queryset = coaches.order_by("name", "pk")
        self.fields["q"].widget.attrs["placeholder"] = "Executive or coach"
        self.is_valid()

    def chosen(self, name):
        """The value of a field, or None where nothing usable was asked for."""
        return getattr(self, "cleaned_data", {}).get(name) or None

    @property
    def is_narrowed(self):
        return any(self.chosen(name) for name in self.fields)
