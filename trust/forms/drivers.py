"""What lies beneath an objective, and how it showed."""

from django import forms
from django.utils import timezone

from engagements import starters
from engagements.forms.layout import helper_of, row
from engagements.models import DriverKind
from trust.forms.typed_text import TypedText, WholeCharacters

LONGEST_DRIVER, LONGEST_EVIDENCE = 2_000, 10_000  # characters
NO_PLACE = "Beneath no objective in particular"


class DriverForm(WholeCharacters, forms.Form):
    """Own words, a starter, or both; it hangs beneath an objective or another driver.

    `places`: [(value, label, objective or None, driver or None)], the ones the coach may choose from.
    """

    starter = forms.ChoiceField(label="A place to start", required=False)
    text = TypedText(
        label="In your own words",
        max_length=LONGEST_DRIVER,
        rows=3,
        help_text="Sealed. What may drive it, as you see it today.",
    )
    kind = forms.ChoiceField(label="What is it?", choices=DriverKind.choices)
    place = forms.ChoiceField(label="It lies beneath", required=False)
    is_shared = forms.BooleanField(
        label="Show it to the executive, beside their experiments",
        required=False,
        help_text="Otherwise nobody but you sees it. Talk about it before you show it.",
    )

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["starter"].choices = [("", "None of these"), *starters.choices()]
        self.places = {value: (objective, driver) for value, _, objective, driver in places}
        self.fields["place"].choices = [("", NO_PLACE), *((value, label) for value, label, _, _ in places)]

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned["text"] and not cleaned["starter"]:
            self.add_error("text", "Write a few words, or choose a place to start.")
        return cleaned

    @property
    def content(self):
        """What the action takes; of a valid form."""
        cleaned = dict(self.cleaned_data)
        objective, beneath = self.places.get(cleaned.pop("place"), (None, None))
        return cleaned | {"objective": objective, "beneath": beneath}

    @property
    def helper(self):
        return helper_of("text", row("starter", "kind"), "place", "is_shared")


def choices_of_sessions(sessions):
    """Held sessions by their day and time, newest first."""
    return [(str(one.pk), f"{timezone.localtime(one.starts_at):%-d %B %Y, %H:%M}") for one in sessions]


class EvidenceForm(WholeCharacters, forms.Form):
    """In which session it showed, and how."""

    session = forms.ChoiceField(label="In which session?", error_messages={"required": "Choose the session."})
    text = TypedText(
        label="What showed?",
        max_length=LONGEST_EVIDENCE,
        rows=4,
        help_text="Sealed. Words or actions, as you saw them.",
    )

    def __init__(self, *args, sessions, **kwargs):
        super().__init__(*args, **kwargs)
        self.sessions = {str(session.pk): session for session in sessions}
        self.fields["session"].choices = choices_of_sessions(sessions)
        self.fields["text"].required = True

    @property
    def content(self):
        """What the action takes; of a valid form."""
        return {"session": self.sessions[self.cleaned_data["session"]], "text": self.cleaned_data["text"]}

    @property
    def helper(self):
        return helper_of("session", "text")


class EvidenceWordsForm(WholeCharacters, forms.Form):
    """Other words for what showed. It goes away only where that is ticked: an empty field can be an accident."""

    text = TypedText(label="What showed?", max_length=LONGEST_EVIDENCE, rows=4, help_text="Sealed.")
    is_gone = forms.BooleanField(label="Take it away: it did not show there after all", required=False)

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned["text"] and not cleaned["is_gone"]:
            self.add_error("text", "Nothing is written here. Write what showed, or tick below to take it away.")
        return cleaned

    @property
    def words(self):
        """The words that are to stand; none where it is taken away. Of a valid form."""
        return "" if self.cleaned_data["is_gone"] else self.cleaned_data["text"]

    @property
    def helper(self):
        return helper_of("text", "is_gone")
