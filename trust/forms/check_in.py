"""The executive's check-in: five items, and whether the coach may see the answers."""

from crispy_forms.layout import Div, Field
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from engagements.forms.layout import helper_of
from trust.forms.ratings import RATING_TEMPLATE, RatingField, given_ratings
from trust.forms.typed_text import WholeCharacters
from trust.instrument import EXECUTIVE_ITEMS


class CheckInForm(WholeCharacters, forms.Form):
    """Five ratings; one left open counts as “cannot say”."""

    is_shared = forms.BooleanField(
        label=_("My coach may see these answers"),
        required=False,
        help_text=_(
            "They help to notice early when a conversation is due. Only if you agree does your coach see them; "
            "your company never does. If your agreement says so, what your coach may see counts in averages over at "
            "least five people."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ratings = {item.key: RatingField(item) for item in EXECUTIVE_ITEMS}
        self.fields = {**ratings, **self.fields}

    def clean(self):
        cleaned = super().clean()
        if not any(self.data.get(item.key) for item in EXECUTIVE_ITEMS):
            raise ValidationError(_("Nothing is chosen yet. Answer one or more of the five; “cannot say” counts, too."))
        return cleaned

    @property
    def ratings(self):
        """What the action takes; of a valid form."""
        return given_ratings(EXECUTIVE_ITEMS, self.cleaned_data)

    @property
    def helper(self):
        items = (Field(item.key, template=RATING_TEMPLATE) for item in EXECUTIVE_ITEMS)
        return helper_of(Div(*items, data_rating_flow="", css_class="rating-sheet"), "is_shared")
