"""From one stage of an engagement to the next, in plain verbs."""

from dataclasses import dataclass

from django import forms

from engagements.forms.layout import helper_of
from engagements.models import Reason, Status
from engagements.models.engagement import ENDED, NEEDS_REASON

WORDS = {
    Status.CHEMISTRY: ("Begin chemistry", "Coach and executive meet and see whether they fit."),
    Status.CONTRACTED: ("Contract", "Both want to work together. The executive is asked to accept the agreement."),
    Status.ACTIVE: ("Begin", "The work starts: sessions count, check-ins go out, signals are watched."),
    Status.PAUSED: ("Pause", "Nobody is reminded or flagged until the engagement resumes."),
    Status.COMPLETED: ("Complete", "The work is done as planned. This cannot be undone."),
    Status.ENDED_EARLY: ("End early", "The work stops before its planned end. This cannot be undone."),
    Status.DECLINED: ("Decline", "It does not come to an engagement. This cannot be undone."),
}
RESUME = ("Resume", "The work goes on where it stopped.")
NOT_FOR_DECLINED = {Reason.DONE_EARLY}


class StageForm(forms.Form):
    """One move; with a reason where the work ends before its time."""

    reason = forms.ChoiceField(label="Why", required=False, error_messages={"required": "Choose a reason."})

    def __init__(self, *args, to, **kwargs):
        super().__init__(*args, auto_id=f"id_{to}_%s", **kwargs)
        reasons = [item for item in Reason.choices if to != Status.DECLINED or item[0] not in NOT_FOR_DECLINED]
        self.fields["reason"].choices = [("", "Choose a reason"), *reasons]
        self.fields["reason"].required = to in NEEDS_REASON
        if to not in NEEDS_REASON:
            del self.fields["reason"]

    @property
    def helper(self):
        return helper_of(*self.fields)


@dataclass
class Move:
    """One possible move, ready for the page. `obstacle` says why it is not possible yet."""

    to: str
    verb: str
    words: str
    form: StageForm
    obstacle: str = ""
    ends: bool = False
    is_forward: bool = False


def moves_from(engagement, *, is_agreed, chosen="", data=None):
    """The moves an engagement can make now; `data` is bound to the one chosen."""
    return [_move(engagement, to, is_agreed, data if to == chosen else None) for to in engagement.next_statuses]


def _move(engagement, to, is_agreed, data):
    verb, words = RESUME if engagement.status == Status.PAUSED and to == Status.ACTIVE else WORDS[to]
    obstacle = "" if to != Status.ACTIVE or is_agreed else "The executive and the sponsor accept the agreement first."
    return Move(
        to=str(to),
        verb=verb,
        words=words,
        form=StageForm(data, to=to),
        obstacle=obstacle,
        ends=to in ENDED,
        is_forward=to == engagement.next_statuses[0] and to != Status.PAUSED,
    )
