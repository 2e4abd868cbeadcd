"""What a program manager types about a conversation, and what coach and manager type about more sessions."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from engagements.forms.layout import helper_of, row
from engagements.forms.moments import DayField
from engagements.forms.seen import SeenField
from engagements.forms.stages import NOT_FOR_DECLINED
from engagements.models import ExtensionReason, Reason, Status
from engagements.models.engagement import ENDED, NEEDS_REASON
from engagements.models.extension import MOST_SESSIONS_MORE

LONG_AGO = timedelta(days=365)  # earlier ones are of no use to anybody here


class ConversationForm(forms.Form):
    """The day of a conversation: not to come, not long ago."""

    held_on = DayField(label="Day")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, initial={"held_on": timezone.localdate()}, **kwargs)

    def clean_held_on(self):
        held_on, today = self.cleaned_data["held_on"], timezone.localdate()
        if held_on > today:
            raise forms.ValidationError("This day is still to come.")
        if held_on < today - LONG_AGO:
            raise forms.ValidationError("This is more than a year ago.")
        return held_on

    @property
    def helper(self):
        return helper_of("held_on")


class ClosingForm(forms.Form):
    """How an engagement ends: completed, or early or declined with a reason. Gives `to` and `reason`."""

    how = forms.ChoiceField(label="How it ends", error_messages={"required": "Choose how it ends."})

    def __init__(self, *args, engagement, **kwargs):
        super().__init__(*args, auto_id=f"id_{engagement.pk}_%s", **kwargs)
        choices = [("", "Choose how it ends")]
        for to in (one for one in engagement.next_statuses if one in ENDED):
            if to not in NEEDS_REASON:
                choices.append((f"{to}", "Completed as planned"))
                continue
            reasons = [item for item in Reason.choices if to != Status.DECLINED or item[0] not in NOT_FOR_DECLINED]
            choices.append((Status(to).label, [(f"{to}:{key}", words) for key, words in reasons]))
        self.fields["how"].choices = choices
        self.fields["how"].widget.attrs["class"] = "form-select"

    def clean(self):
        to, _, reason = self.cleaned_data.get("how", "").partition(":")
        return self.cleaned_data | {"to": to, "reason": reason}


class MoreForm(forms.Form):
    """More sessions, a later end, or both."""

    sessions = forms.IntegerField(
        label="More sessions", min_value=0, max_value=MOST_SESSIONS_MORE, help_text="0 for a later end alone."
    )
    ends_on = DayField(label="Later end", required=False)

    def __init__(self, *args, engagement, **kwargs):
        super().__init__(*args, **kwargs)
        self.engagement = engagement
        ends_on = engagement.ends_on
        self.fields["ends_on"].help_text = f"Empty: it stays at {ends_on.day} {ends_on:%B %Y}."

    def clean_ends_on(self):
        ends_on = self.cleaned_data["ends_on"]
        if ends_on is not None and ends_on <= self.engagement.ends_on:
            raise forms.ValidationError("This is not later than the planned end.")
        return ends_on

    def clean(self):
        if not self.errors and not self.cleaned_data.get("sessions") and not self.cleaned_data.get("ends_on"):
            self.add_error("sessions", "Choose a number of sessions, a later end, or both.")
        return self.cleaned_data

    @property
    def helper(self):
        return helper_of(row("sessions", "ends_on"))


class GiveMoreForm(MoreForm):
    """Given as things stood when the page was made."""

    seen = SeenField()

    def clean(self):
        if "seen" in self.errors:
            del self.errors["seen"]
            self.add_error("sessions", "Have another look at what is agreed, then press again.")
        return super().clean()

    @property
    def helper(self):
        return helper_of("seen", row("sessions", "ends_on"))


class AskForMoreForm(MoreForm):
    """The coach says why, by a class."""

    reason = forms.ChoiceField(
        choices=ExtensionReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what comes nearest.", "invalid_choice": "Choose one of these."},
        help_text="The program manager reads this one line; nothing else of your work.",
    )

    @property
    def helper(self):
        return helper_of(row("sessions", "ends_on"), "reason")
