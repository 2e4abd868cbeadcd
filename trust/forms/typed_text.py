"""Long texts that people type, and characters that are none."""

from django import forms
from django.core.exceptions import ValidationError

BROKEN = "This holds a broken character, shown as \ufffd. Remove it and save again."
NULL = "This holds a null character, which cannot be kept. Remove it and save again."


class TypedText(forms.CharField):
    """A text of several lines. Lines end in one character, as the browser counts them."""

    def __init__(self, *, rows, max_length, **kwargs):
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(widget=widget, max_length=max_length, required=False, **kwargs)
        self.error_messages["too_long"] = (
            f"This is longer than {max_length:,} characters. Shorten it; nothing of it is lost."
        )

    def widget_attrs(self, widget):
        """No length for the browser: it would cut off what is pasted without a word."""
        return {}

    def to_python(self, value):
        value = super().to_python(value)
        return value.replace("\r\n", "\n").replace("\r", "\n")

    def run_validators(self, value):
        if "\0" in value:
            raise ValidationError(NULL)
        if len(value) > self.max_length:
            raise ValidationError(self.error_messages["too_long"])
        super().run_validators(value)


class WholeCharacters:
    """A form that takes half a character (a lone surrogate) for the mistake it is: such a page could not be sent."""

    def __init__(self, data=None, *args, **kwargs):
        self.broken = set()
        super().__init__(self._mended(data), *args, **kwargs)

    def _mended(self, data):
        if not data or not any(_is_broken(text) for name in data for text in data.getlist(name)):
            return data
        data = data.copy()
        for name in list(data):
            texts = data.getlist(name)
            if any(_is_broken(text) for text in texts):
                self.broken.add(name)
                data.setlist(name, [_mend(text) for text in texts])
        return data

    def clean(self):
        cleaned = super().clean()
        for name in self.fields:
            if self.add_prefix(name) in self.broken:
                self.add_error(name, BROKEN)
        return cleaned


def _is_broken(text):
    return any("\ud800" <= character <= "\udfff" for character in text) if not text.isascii() else False


def _mend(text):
    return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
