"""A webhook: where to, and what of."""

from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from engagements.forms.layout import helper_of
from engagements.models import WebhookEvent


class WebhookForm(forms.Form):
    """What a person says of a new webhook."""

    url = forms.URLField(
        label="Address", max_length=500, assume_scheme="https", help_text="A public address that begins with https://"
    )
    events = forms.MultipleChoiceField(
        label="Tell it when",
        choices=WebhookEvent.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one."},
        help_text="Ids only: what they stand for is asked for with a token.",
    )

    def clean_url(self):
        url = self.cleaned_data["url"]
        schemes = ["https", "http"] if settings.WEBHOOKS_INSIDE else ["https"]
        URLValidator(schemes=schemes, message="The address has to begin with https://")(url)
        parts = urlsplit(url)
        try:
            parts.port  # noqa: B018 - which is looked at when it is asked for
        except ValueError:
            raise ValidationError("A port goes up to 65535.") from None
        if parts.username or parts.password or parts.fragment:
            raise ValidationError("An address without name, password and #.")
        return url

    @property
    def helper(self):
        return helper_of("url", "events")
