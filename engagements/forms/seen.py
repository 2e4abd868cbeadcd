"""When the page was made that somebody acts from: a hidden field, so that what is pressed twice is done once."""

from datetime import UTC, datetime, timedelta

from django import forms

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST_SEEN = 10**16  # the year 2286


class SeenField(forms.IntegerField):
    """Microseconds in the page, a moment (UTC) when cleaned."""

    widget = forms.HiddenInput

    def __init__(self):
        super().__init__(min_value=0, max_value=LATEST_SEEN)

    def clean(self, value):
        return EPOCH + timedelta(microseconds=super().clean(value))


def seen_value(now):
    """What the page holds of the moment at which it is made."""
    return (now - EPOCH) // timedelta(microseconds=1)
