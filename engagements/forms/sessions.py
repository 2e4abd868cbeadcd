"""When sessions take place: one, a series, a move, a cancellation."""

from datetime import timedelta

from crispy_forms.layout import Div
from django import forms
from django.core.validators import URLValidator
from django.utils import timezone

from engagements.actions.sessions import LONGEST_SERIES, series_times
from engagements.forms.layout import helper_of, row
from engagements.forms.lines import LineField
from engagements.forms.moments import MomentForm
from engagements.forms.session_warnings import warnings_about
from engagements.models import Party, SessionKind, Status
from engagements.models.identity import LATEST_AT
from engagements.models.session import LONGEST_MINUTES, SHORTEST_MINUTES

ONE, SERIES = "one", "series"


class CallLinkField(forms.URLField):
    """An https address; one typed without its scheme gets it."""

    default_validators = [
        URLValidator(schemes=["https"], message="A call link is an address that begins with https://")
    ]

    def __init__(self, **kwargs):
        super().__init__(max_length=500, required=False, assume_scheme="https", label="Call link", **kwargs)
        self.error_messages["invalid"] = "This is no address we understand. A call link begins with https://"


class MeetingForm(MomentForm):
    """When, how long and where; with warnings that a second press overrules."""

    minutes = forms.IntegerField(
        label="Length in minutes",
        min_value=SHORTEST_MINUTES,
        max_value=LONGEST_MINUTES,
        widget=forms.NumberInput(attrs={"step": 5}),
    )
    place = LineField(max_length=200, required=False)
    call_link = CallLinkField()

    def __init__(self, *args, engagement, now, session=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.engagement, self.now, self.session = engagement, now, session
        self.warnings = []

    @property
    def times(self):
        """The moments asked for; of a valid form."""
        return [self.cleaned_data["starts_at"]]

    @property
    def kind(self):
        return self.session.kind

    def is_confirmed(self):
        """Whether every warning was seen before; of a valid form. Fills `warnings`."""
        self.warnings = warnings_about(
            engagement=self.engagement,
            times=self.times,
            minutes=self.cleaned_data["minutes"],
            kind=self.kind,
            session=self.session,
            now=self.now,
            zone=self.zone,
        )
        seen = self.data.get("seen", "").split(",")
        return all(warning.key in seen for warning in self.warnings)

    @property
    def seen(self):
        """What the second press confirms: the warnings that stand on the page, no others."""
        return ",".join(warning.key for warning in self.warnings)

    @property
    def which(self):
        return [Div("which", css_class="no-optional")] if self.asks_which else []


class ScheduleForm(MeetingForm):
    """One session, or a series at the same wall-clock time."""

    chosen_kind = forms.ChoiceField(label="Kind", choices=SessionKind.choices)
    repeat = forms.ChoiceField(
        label="How often",
        choices=[(ONE, "One session"), (SERIES, "A series")],
        widget=forms.RadioSelect,
        initial=ONE,
    )
    every_weeks = forms.IntegerField(label="Weeks between sessions", min_value=1, max_value=26, required=False)
    count = forms.IntegerField(label="How many sessions", min_value=1, max_value=LONGEST_SERIES, required=False)

    def __init__(self, *args, engagement, now, zone, **kwargs):
        kwargs["initial"] = proposal(engagement, now, zone) | kwargs.get("initial", {})
        super().__init__(*args, engagement=engagement, now=now, zone=zone, **kwargs)

    def clean(self):
        cleaned = super().clean()
        if self.is_series:
            for name in ("every_weeks", "count"):
                if self.cleaned_data.get(name) is None and name not in self.errors:
                    self.add_error(name, "A series needs this number.")
            self._check_end()
        else:
            for name in ("every_weeks", "count"):
                self.errors.pop(name, None)
        return cleaned

    def _check_end(self):
        starts_at, count = self.cleaned_data.get("starts_at"), self.cleaned_data.get("count")
        every_weeks = self.cleaned_data.get("every_weeks")
        if starts_at and count and every_weeks and starts_at + timedelta(weeks=every_weeks * count) > LATEST_AT:
            self.add_error("count", f"The series would run beyond {LATEST_AT:%Y}.")

    @property
    def is_series(self):
        return self.cleaned_data.get("repeat") == SERIES

    @property
    def kind(self):
        return self.cleaned_data["chosen_kind"]

    @property
    def times(self):
        cleaned = self.cleaned_data
        if not self.is_series:
            return [cleaned["starts_at"]]
        return series_times(cleaned["starts_at"], cleaned["count"], cleaned["every_weeks"], self.zone.key)

    @property
    def details(self):
        """What single and series have in common, for the action."""
        names = ("minutes", "place", "call_link")
        return {"kind": self.kind} | {name: self.cleaned_data[name] for name in names}

    @property
    def helper(self):
        return helper_of(
            row("day", "clock", "minutes"),
            *self.which,
            row("chosen_kind", "place", "call_link"),
            "repeat",
            Div(row("every_weeks", "count"), css_class="if-series no-optional"),
        )


class MoveForm(MeetingForm):
    """A new time, length or place for a session to come."""

    asked_by = forms.ChoiceField(
        label="Who asked for it",
        choices=Party.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say who asked for it."},
    )

    def __init__(self, *args, session, **kwargs):
        kwargs["initial"] = {name: getattr(session, name) for name in ("minutes", "place", "call_link")}
        super().__init__(*args, session=session, engagement=session.engagement, starts_at=session.starts_at, **kwargs)

    @property
    def helper(self):
        return helper_of(row("day", "clock", "minutes"), *self.which, row("place", "call_link"), "asked_by")


class CancelForm(forms.Form):
    """By whom."""

    cancelled_by = forms.ChoiceField(
        label="Who cancelled",
        choices=Party.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say who cancelled."},
    )

    @property
    def helper(self):
        return helper_of("cancelled_by")


def proposal(engagement, now, zone):
    """What the schedule form begins with: as the last session was, one cadence later."""
    is_early = engagement.status in (Status.PROPOSED, Status.CHEMISTRY)
    begin = {
        "chosen_kind": SessionKind.CHEMISTRY if is_early else SessionKind.COACHING,
        "minutes": 30 if is_early else 60,
        "every_weeks": engagement.cadence_weeks,
        "count": max(1, min(LONGEST_SERIES, engagement.sessions_left - engagement.sessions_booked)),
    }
    last = engagement.sessions.took_place_or_planned().newest_first().first()
    if last is None or is_early:
        return begin
    local = last.starts_at.astimezone(zone)
    like_last = {"clock": local.time(), "minutes": last.minutes, "place": last.place, "call_link": last.call_link}
    return begin | like_last | {"day": _next_day(local.date(), engagement.cadence_weeks, timezone.localdate(now, zone))}


def _next_day(last, weeks, today):
    """The first day after today on the rhythm that `last` began."""
    step = timedelta(weeks=weeks)
    steps = max(1, (today - last) // step + 1)
    return last + steps * step
