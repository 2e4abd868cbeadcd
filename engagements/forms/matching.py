"""What a shortlist of coaches goes by, and whom a program manager chooses from it."""

from django import forms

from engagements.models import Language, User


class ShortlistFilter(forms.Form):
    """A language that is not offered is left out: an old or mistyped address still shows the list."""

    language = forms.ChoiceField(required=False, choices=[("", "Any"), *Language.choices])

    def __init__(self, data, **kwargs):
        super().__init__(data, **kwargs)
        self.fields["language"].widget.attrs["class"] = "form-select"
        self.is_valid()

    @property
    def chosen(self):
        return self.cleaned_data.get("language", "")


class RematchForm(forms.Form):
    """Another coach, of those offered."""

    coach = forms.ModelChoiceField(queryset=User.objects.none())

    def __init__(self, *args, user, engagement, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["coach"].queryset = User.objects.offered_to(user).exclude(pk=engagement.coach_id)
