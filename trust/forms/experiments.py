"""Experiments: what to try and where, and what came of it."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from engagements.forms.layout import helper_of, row
from engagements.models import Depth, ExperimentState
from engagements.models.experiment import STEPS
from trust.forms.drivers import choices_of_sessions
from trust.forms.typed_text import TypedText, WholeCharacters

LONGEST_BEHAVIOUR, LONGEST_WORDS = 1_000, 5_000  # characters

# How a step is asked for, by the coach and by the executive. A slip is said as calmly as anything else.
STEP_LABELS = {
    ExperimentState.PLANNED: _("Plan it anew"),
    ExperimentState.TRIED: _("Tried"),
    ExperimentState.HELD: _("Held"),
    ExperimentState.SLIPPED: _("Slipped"),
    ExperimentState.TRIED_AGAIN: _("Trying again"),
    ExperimentState.SET_ASIDE: _("Set aside"),
}
AGAIN = {ExperimentState.HELD: _("Held again"), ExperimentState.SLIPPED: _("Slipped again")}
QUICK = (ExperimentState.TRIED, ExperimentState.TRIED_AGAIN, ExperimentState.HELD, ExperimentState.SLIPPED)


def next_steps(state, among=tuple(ExperimentState)):
    """[(state, label)] of the steps that may follow, in the order of a course."""
    order = [ExperimentState.PLANNED, *QUICK, ExperimentState.SET_ASIDE]
    labels = STEP_LABELS | {state: AGAIN.get(state)}
    return [(str(to), labels[to]) for to in order if to in STEPS[state] and to in among]


class OwnExperimentForm(WholeCharacters, forms.Form):
    """What to try, and where: what the executive fills in as well."""

    behaviour = TypedText(label=_("What will be new?"), max_length=LONGEST_BEHAVIOUR, rows=2)
    situation = TypedText(label=_("Where, and when?"), max_length=LONGEST_BEHAVIOUR, rows=2)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["behaviour"].required = True
        self.fields["behaviour"].help_text = _("One thing that can be seen: “ask one question before I answer”.")
        self.fields["situation"].help_text = _("A place it will come up in soon: “in the Monday meeting”.")

    @property
    def content(self):
        """What the action takes; of a valid form."""
        return dict(self.cleaned_data)

    @property
    def helper(self):
        return helper_of("behaviour", "situation")


class ExperimentForm(OwnExperimentForm):
    """The coach also says what it is for. `objectives` and `drivers`: [(row, words)] to choose from."""

    objective = forms.ChoiceField(label="Towards", required=False)
    driver = forms.ChoiceField(label="Touches", required=False)

    def __init__(self, *args, objectives, drivers, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = {str(one.pk): one for one, _words in (*objectives, *drivers)}
        self.fields["objective"].choices = [("", "No objective in particular"), *_told(objectives)]
        self.fields["driver"].choices = [("", "Nothing named yet"), *_told(drivers)]

    @property
    def content(self):
        cleaned = dict(self.cleaned_data)
        return cleaned | {name: self.rows.get(cleaned[name]) for name in ("objective", "driver")}

    @property
    def helper(self):
        return helper_of("behaviour", "situation", row("objective", "driver"))


def _told(rows):
    return [(str(one.pk), words if len(words) <= 80 else f"{words[:80].rstrip()} …") for one, words in rows]


class OwnStepForm(WholeCharacters, forms.Form):
    """What came of an experiment, in one tap or with words: what the executive says.

    `after` names the latest step that the page showed.
    """

    to = forms.ChoiceField(choices=ExperimentState.choices)
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)
    words = TypedText(
        label=_("In words"), max_length=LONGEST_WORDS, rows=3, help_text=_("Sealed. You both read it, nobody else.")
    )

    @property
    def content(self):
        """What the action takes; of a valid form."""
        return {name: self.cleaned_data[name] for name in ("to", "after", "words")}


class StepForm(OwnStepForm):
    """The coach also says how deep the change goes, and in which session it was told."""

    depth = forms.ChoiceField(
        label="How deep does the change go?",
        choices=[("same", "As before"), *((str(value), label) for value, label in Depth.choices)],
        required=False,
        initial="same",
    )
    session = forms.ChoiceField(label="Told in the session of", required=False)

    def __init__(self, *args, sessions, **kwargs):
        super().__init__(*args, **kwargs)
        self.sessions = {str(session.pk): session for session in sessions}
        self.fields["session"].choices = [("", "Between sessions"), *choices_of_sessions(sessions)]

    @property
    def content(self):
        depth = self.cleaned_data["depth"]
        # A field that was not on the page changes nothing.
        is_same = depth == "same" or "depth" not in self.data
        session = self.sessions.get(self.cleaned_data["session"])
        return {**super().content, "depth": None if is_same else depth, "session": session}

    @property
    def details(self):
        """What goes beside the buttons."""
        return helper_of("words", row("depth", "session"))


class StepChoice(forms.ChoiceField):
    """One tap or none. What somebody else's step made impossible meanwhile is left to the action, not called wrong."""

    widget = forms.RadioSelect

    def valid_value(self, value):
        return value in STEP_LABELS


class LoggedStepsForm(forms.Form):
    """Beside a log: one choice per experiment under way. `experiments`: [ExperimentRow]."""

    def __init__(self, data, *, experiments):
        super().__init__(data, prefix="steps")
        self.experiments = {one.experiment.pk.hex: one for one in experiments}
        for key, one in self.experiments.items():
            choices = [("", "Nothing new"), *one.quick_steps]
            self.fields[key] = StepChoice(label=one.behaviour, choices=choices, required=False, initial="")
            self.fields[f"{key}-after"] = forms.UUIDField(widget=forms.HiddenInput, initial=one.after, required=False)

    @property
    def choices(self):
        """[(ExperimentRow, field, hidden field)] for the page."""
        return [(one, self[key], self[f"{key}-after"]) for key, one in self.experiments.items()]

    @property
    def steps(self):
        """[(experiment, to, after)] as the action takes them; of a valid form."""
        cleaned = self.cleaned_data
        return [
            (one.experiment, cleaned[key], cleaned.get(f"{key}-after") or uuid.UUID(key))
            for key, one in self.experiments.items()
            if cleaned.get(key)
        ]
