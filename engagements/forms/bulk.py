"""What is done with the rows that were selected in the portfolio."""

import uuid

from django import forms
from django.db import models

from engagements.forms.layout import helper_of
from engagements.forms.seen import SeenField
from engagements.models.extension import MOST_SESSIONS_MORE

MOST_ROWS = 200


class BulkAction(models.TextChoices):
    REMIND = "REMIND", "Remind coaches"
    EXTEND = "EXTEND", "Extend"
    PAUSE = "PAUSE", "Pause"


def selected_ids(values):
    """Keys among what was sent, each once, MOST_ROWS at most. What is none is left out."""
    found = {}
    for value in values:
        try:
            found[uuid.UUID(value)] = True
        except ValueError:
            continue
    return list(found)[:MOST_ROWS]


class BulkForm(forms.Form):
    """Confirms one action, on a page that said what will happen."""

    action = forms.ChoiceField(choices=BulkAction.choices, widget=forms.HiddenInput)
    seen = SeenField()
    sessions = forms.IntegerField(
        label="More sessions for each", min_value=1, max_value=MOST_SESSIONS_MORE, initial=2, required=False
    )

    def __init__(self, *args, action, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sessions"].required = action == BulkAction.EXTEND
        if action != BulkAction.EXTEND:
            del self.fields["sessions"]

    @property
    def helper(self):
        return helper_of(*[name for name in self.fields if name == "sessions"])
