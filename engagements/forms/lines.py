"""Fields for one line of text."""

from django import forms

from engagements.lines import on_one_line
from engagements.models.identity import plain_line


class LineField(forms.CharField):
    """One line; what was pasted with breaks becomes one. Refuses characters that are not seen and change what is."""

    default_validators = [plain_line]

    def to_python(self, value):
        value = super().to_python(value)
        return on_one_line(value).strip() if isinstance(value, str) and value not in self.empty_values else value


class AddressField(forms.EmailField):
    """An e-mail address. Quoted ones may hold control characters; no mail server would take them."""

    default_validators = [*forms.EmailField.default_validators, plain_line]
