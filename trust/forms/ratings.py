"""One rated item as a form field: 1 to 7, or a word for the missing answer."""

from django import forms
from django.utils.translation import gettext as _

from trust.instrument import HIGHEST, LOWEST

RATING_TEMPLATE = "_components/rating.html"
NOT_OBSERVED = "0"  # what the form sends; kept as None


def _number(value):
    return None if value == NOT_OBSERVED else int(value)


class RatingField(forms.TypedChoiceField):
    """A rating of `item`; None where it was not observed or left open."""

    def __init__(self, item):
        numbers = [(str(number), str(number)) for number in range(LOWEST, HIGHEST + 1)]
        super().__init__(
            label=_(item.wording),
            choices=[*numbers, (NOT_OBSERVED, _(item.not_observed))],
            coerce=_number,
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": _("Choose 1 to 7, or the words beside it.")},
        )


def given_ratings(items, cleaned):
    """Ratings of a valid form: {key: 1..7 or None}."""
    return {item.key: cleaned.get(item.key) for item in items}


def rating_initial(ratings):
    """What a form begins with for ratings that are on record."""
    return {key: NOT_OBSERVED if rating is None else str(rating) for key, rating in ratings.items()}
