"""Answers to the questions the product asks."""

from django import forms

from engagements.forms.layout import helper_of, row
from engagements.models import DriverKind
from trust.forms.drivers import LONGEST_DRIVER, choices_of_sessions
from trust.forms.typed_text import TypedText, WholeCharacters

LONGEST_ANSWER = 5_000  # characters


class AnswerForm(WholeCharacters, forms.Form):
    """In one's own words."""

    text = TypedText(
        label="In your own words", max_length=LONGEST_ANSWER, rows=4, help_text="Sealed. Nobody but you can read it."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].required = True

    @property
    def helper(self):
        return helper_of("text")


class SuccessForm(WholeCharacters, forms.Form):
    """What a success says: a driver that has no name yet, or one more sign of a driver that has.

    `drivers`: [(driver, words)]; `sessions`: held ones, newest first. Without sessions there are no signs.
    """

    text = TypedText(
        label="In your own words",
        max_length=LONGEST_DRIVER,
        rows=3,
        help_text="Sealed. Nobody but you can read it.",
    )
    driver = forms.ChoiceField(label="This is", required=False)
    kind = forms.ChoiceField(label="If it is new, it is a", choices=DriverKind.choices, required=False)
    session = forms.ChoiceField(label="If it is a sign, it showed in", required=False)

    def __init__(self, *args, drivers, sessions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].required = True
        self.drivers = {str(driver.pk): driver for driver, _ in drivers} if sessions else {}
        self.sessions = {str(session.pk): session for session in sessions}
        signs = [(str(driver.pk), f"A sign of: {words[:80]}") for driver, words in drivers] if sessions else []
        self.fields["driver"].choices = [("", "Something that has no name here yet"), *signs]
        self.fields["session"].choices = choices_of_sessions(sessions)
        if not signs:
            del self.fields["driver"], self.fields["session"]

    @property
    def sign_of(self):
        """The driver it is a sign of, and the session it showed in; None for a new one. Of a valid form."""
        driver = self.drivers.get(self.cleaned_data.get("driver", ""))
        if driver is None:
            return None
        latest = next(iter(self.sessions.values()))
        return driver, self.sessions.get(self.cleaned_data.get("session"), latest)

    @property
    def helper(self):
        known = ["driver", row("kind", "session")] if "driver" in self.fields else ["kind"]
        return helper_of("text", *known)
