"""What a form says about itself while it is typed into, and when it is sent: which tab, and how often."""

import re

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator

from engagements.actions.drafts import Typing
from engagements.models import DraftKind

TAB = re.compile(r"[0-9a-f-]{8,36}")
MOST_KNOWN = 20  # drafts that a page can have begun with
MOST_TURNS = 10**9
NAMES = ("csrfmiddlewaretoken", "draft_")  # fields of the page itself: names that begin so are no words


class TypingForm(forms.Form):
    """The hidden fields of a form that keeps drafts. A page without script sends no tab and no turn."""

    draft_kind = forms.ChoiceField(choices=DraftKind.choices)
    draft_subject = forms.UUIDField()
    draft_tab = forms.CharField(required=False, validators=[RegexValidator(f"^{TAB.pattern}$")])
    draft_turn = forms.IntegerField(required=False, validators=[MinValueValidator(0), MaxValueValidator(MOST_TURNS)])
    draft_known = forms.CharField(required=False, max_length=MOST_KNOWN * 48)
    draft_opened = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M:%S.%f%z"])

    @property
    def typing(self):
        """Of a valid form."""
        cleaned = self.cleaned_data
        return Typing(
            kind=cleaned["draft_kind"],
            subject_id=cleaned["draft_subject"],
            tab=cleaned["draft_tab"],
            turn=cleaned["draft_turn"] or 0,
            known=known_drafts(cleaned["draft_known"]),
        )


class KeepingForm(TypingForm):
    """Something typed that is to be kept now."""

    draft_tab = forms.CharField(validators=[RegexValidator(f"^{TAB.pattern}$")])
    draft_turn = forms.IntegerField(min_value=1, max_value=MOST_TURNS)


def typing_of(data):
    """Where the form that was sent had been typed; None when it says nothing of it that we understand."""
    form = TypingForm(data)
    return form.typing if form.is_valid() else None


def known_drafts(text):
    """Drafts a page began with, from `tab:version,tab:version`; what is no such pair is left out."""
    pairs = [pair.partition(":") for pair in text.split(",")[:MOST_KNOWN]]
    return tuple((tab, int(version)) for tab, _, version in pairs if TAB.fullmatch(tab) and _is_turn(version))


def _is_turn(text):
    return text.isascii() and text.isdigit() and len(text) < len(str(MOST_TURNS))


def words_of_known(known):
    """The reverse of known_drafts."""
    return ",".join(f"{tab}:{version}" for tab, version in known[-MOST_KNOWN:])


def typed_fields(data):
    """(name, value) of everything a form sends but what is about the page itself."""
    return [(name, _whole(value)) for name, values in data.lists() if not name.startswith(NAMES) for value in values]


def _whole(text):
    """Half a character cannot be sealed; it was none before either."""
    return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
