"""What a shortlist of coaches goes by, and whom a program manager chooses from it."""

from django import forms

from engagements.models import Language, User

YEARS = (2, 5, 10)


class ShortlistFilter(forms.Form):
    """What is not offered is left out: an old or mistyped address still shows the list."""

    language = forms.ChoiceField(
        label="Language of the executive", required=False, choices=[("", "Any"), *Language.choices]
    )
    years = forms.TypedChoiceField(
        label="Experience",
        required=False,
        coerce=int,
        choices=[("", "Any"), *((number, f"At least {number} years") for number in YEARS)],
    )
    free = forms.BooleanField(label="Free places now", required=False)

    def __init__(self, data, **kwargs):
        super().__init__(data, **kwargs)
        for name, look in (("language", "form-select"), ("years", "form-select"), ("free", "form-check-input")):
            self.fields[name].widget.attrs["class"] = look
        self.is_valid()

    @property
    def chosen(self):
        """What coaches_to_match takes."""
        cleaned = self.cleaned_data
        return {
            "language": cleaned.get("language", ""),
            "years": cleaned.get("years") or 0,
            "is_free": cleaned.get("free", False),
        }

    @property
    def is_narrowed(self):
        """Whether coaches are left out; a language only says who comes first."""
        return bool(self.chosen["years"] or self.chosen["is_free"])


class RematchForm(forms.Form):
    """Another coach, of those offered."""

    coach = forms.ModelChoiceField(queryset=User.objects.none())

    def __init__(self, *args, user, engagement, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["coach"].queryset = User.objects.offered_to(user).exclude(pk=engagement.coach_id)
