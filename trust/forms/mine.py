"""What an executive types behind their link: the code, and what they ask for."""

from django import forms

from engagements.forms.layout import helper_of
from engagements.models import RequestKind
from trust.forms.typed_text import TypedText, WholeCharacters

MOST_CHARACTERS = 5_000


class CodeInput(forms.TextInput):
    """Comes back empty: digits that were wrong are of no use to anybody."""

    def format_value(self, value):
        return ""


class CodeForm(forms.Form):
    """The six digits that were mailed; spaces between them do no harm."""

    code = forms.CharField(
        label="The six digits",
        max_length=20,
        widget=CodeInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True, "class": "code-field"}
        ),
    )

    @property
    def helper(self):
        return helper_of("code")


class WordsForm(WholeCharacters, forms.Form):
    """A request in the executive's own words."""

    words = TypedText(rows=6, max_length=MOST_CHARACTERS, label="In your words")

    @property
    def helper(self):
        return helper_of(*self.fields)


class CorrectionForm(WordsForm):
    def clean_words(self):
        words = self.cleaned_data["words"]
        if not words.strip():
            raise forms.ValidationError("Say what is wrong, and what would be right.")
        return words


class ObjectionForm(WordsForm):
    """Words for the coach, an immediate switch, or both."""

    stops_judging = forms.BooleanField(
        label="Do not judge how our trust develops",
        required=False,
        help_text="Holds at once. What was judged goes; whoever manages the program is not told.",
    )

    field_order = ("stops_judging", "words")

    def __init__(self, *args, is_judged, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_judged:
            del self.fields["stops_judging"]

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("words", "").strip() and not cleaned.get("stops_judging") and not self.errors:
            raise forms.ValidationError("Nothing is said yet: write what you object to, or tick the box.")
        return cleaned


def form_for(kind, data, *, is_judged):
    """The form of a kind of request; asking for opinions and for erasing takes no words."""
    if kind == RequestKind.CORRECTION:
        return CorrectionForm(data)
    if kind == RequestKind.OBJECTION:
        return ObjectionForm(data, is_judged=is_judged)
    return forms.Form(data)
