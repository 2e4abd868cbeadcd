"""Dates, times and zones as people type them: picked or typed, bounded, in the zone of who types."""

import difflib
import re
import zoneinfo
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join

from engagements.models.identity import EARLIEST_AT, EARLIEST_ON, LATEST_AT, LATEST_ON

DAY_FORMATS = [
    "%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%y", "%d %b %Y", "%d %B %Y", "%d. %B %Y",
    "%b %d, %Y", "%B %d, %Y",
]  # fmt: skip
CLOCK_FORMATS = [
    "%H:%M", "%H:%M:%S", "%H.%M", "%H%M", "%Hh%M", "%I:%M %p", "%I:%M%p", "%I.%M %p", "%I %p", "%I%p",
]  # fmt: skip
REGIONS = (
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
)  # fmt: skip


class _Picker:
    """A picker of the browser, or a plain text field where the text typed would not fit into the picker."""

    fits = re.compile("")

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        if isinstance(value, str) and value and not self.fits.fullmatch(value):
            context["widget"]["type"] = "text"
        return context


class DayInput(_Picker, forms.DateInput):
    input_type = "date"
    fits = re.compile(r"\d{4}-\d\d-\d\d")

    def __init__(self, attrs=None):
        super().__init__({"min": f"{EARLIEST_ON}", "max": f"{LATEST_ON}"} | (attrs or {}), format="%Y-%m-%d")


class ClockInput(_Picker, forms.TimeInput):
    input_type = "time"
    fits = re.compile(r"\d\d:\d\d")

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%H:%M")


class DayField(forms.DateField):
    """A date between EARLIEST_ON and LATEST_ON."""

    widget = DayInput
    default_error_messages = {"invalid": "This is no date we understand. Write it like 2026-10-25 or 25.10.2026."}

    def __init__(self, **kwargs):
        super().__init__(input_formats=DAY_FORMATS, **kwargs)

    def validate(self, value):
        super().validate(value)
        if value is not None and not EARLIEST_ON <= value <= LATEST_ON:
            raise ValidationError(f"Choose a date between {EARLIEST_ON:%Y} and {LATEST_ON:%Y}.")


class ClockField(forms.TimeField):
    """A time of day, whole minutes."""

    widget = ClockInput
    default_error_messages = {"invalid": "This is no time we understand. Write it like 14:30 or 2:30 pm."}

    def __init__(self, **kwargs):
        super().__init__(input_formats=CLOCK_FORMATS, **kwargs)

    def to_python(self, value):
        if isinstance(value, str):
            value = re.sub(r"(?i)\b([ap])\.?m\.?$", r"\1m", value.strip())
        clock = super().to_python(value)
        return clock and clock.replace(second=0, microsecond=0)


# --- moments ------------------------------------------------------------------------------------


def moments_of(day, clock, zone):
    """The moments (UTC) a wall-clock time stands for: none in a skipped hour, two in a repeated one, else one."""
    wall = datetime.combine(day, clock)
    both = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(moment for moment in both if moment.astimezone(zone).replace(tzinfo=None, fold=0) == wall)


def skipped_words(day, clock, zone):
    """Why a wall-clock time does not exist, and the one that stands in its place."""
    instead = datetime.fromtimestamp(datetime.combine(day, clock).replace(tzinfo=zone).timestamp(), zone)
    return (
        f"The clocks in {zone.key} go forward on {day:%-d %B %Y}: there is no {clock:%H:%M}. "
        f"Choose {instead:%H:%M} or another time."
    )


def which_choices(moments, zone):
    """The two moments of a repeated hour, in words: [(“first”, …), (“second”, …)]."""
    names = (("first", "The first"), ("second", "The second"))
    local = [moment.astimezone(zone) for moment in moments]
    return [
        (key, f"{words} {when:%H:%M}, {when.tzname()} (UTC{when.isoformat()[-6:]})")
        for (key, words), when in zip(names, local, strict=False)
    ]


class MomentForm(forms.Form):
    """Day and time of day in one zone; asks which of two when an hour comes twice. Gives `starts_at` in UTC."""

    day = DayField(label="Date")
    clock = ClockField(label="Time")
    which = forms.ChoiceField(
        label="This hour comes twice that night. Which one?", required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args, zone, starts_at=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.fields["clock"].help_text = f"Your time zone: {zone.key}"
        self.fields["which"].choices = [("first", ""), ("second", "")]
        self.asks_which = False
        if starts_at is not None:
            self._begin_with(starts_at.astimezone(zone))

    def _begin_with(self, local):
        self.initial |= {"day": local.date(), "clock": local.time(), "which": "second" if local.fold else "first"}
        self._ask_which(moments_of(local.date(), local.time(), self.zone))

    def _ask_which(self, moments):
        self.asks_which = len(moments) == 2
        if self.asks_which:
            self.fields["which"].choices = which_choices(moments, self.zone)

    def clean(self):
        cleaned = super().clean()
        day, clock = self.cleaned_data.get("day"), self.cleaned_data.get("clock")
        if day is not None and clock is not None:
            self.cleaned_data["starts_at"] = self._moment(day, clock)
        return cleaned

    def _moment(self, day, clock):
        moments = moments_of(day, clock, self.zone)
        self._ask_which(moments)
        which = self.cleaned_data.get("which")
        if not moments:
            return self.add_error("clock", skipped_words(day, clock, self.zone))
        if len(moments) == 2 and not which:
            return self.add_error("which", "The clocks go back that night. Choose one of the two.")
        moment = moments[1 if which == "second" and len(moments) == 2 else 0]
        if not EARLIEST_AT <= moment <= LATEST_AT - timedelta(days=1):
            return self.add_error("day", f"Choose a date between {EARLIEST_ON:%Y} and {LATEST_ON:%Y}.")
        return moment


# --- zones --------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def zone_names():
    """IANA zones that people live in, in order, and UTC."""
    names = sorted(name for name in zoneinfo.available_timezones() if name.split("/")[0] in REGIONS and "/" in name)
    return ("UTC", *names)


@lru_cache(maxsize=1)
def _zones_by_key():
    """How a zone may be typed: by its name in any case, or by its city where only one has it."""
    cities = {}
    for name in zone_names():
        cities.setdefault(name.rpartition("/")[2].casefold(), []).append(name)
    by_city = {city: names[0] for city, names in cities.items() if len(names) == 1}
    return by_city | {name.casefold(): name for name in zone_names()}


class ZoneInput(forms.TextInput):
    """A text field that proposes the zones while one types; a plain text field where that is not known."""

    def __init__(self, attrs=None):
        super().__init__({"list": "time-zones", "autocomplete": "off", "spellcheck": "false"} | (attrs or {}))

    def render(self, name, value, attrs=None, renderer=None):
        options = format_html_join("", '<option value="{}">', ((zone,) for zone in zone_names()))
        field = super().render(name, value, attrs, renderer)
        return format_html('{}<datalist id="time-zones">{}</datalist>', field, options)


class ZoneField(forms.CharField):
    """A time zone by its IANA name; a city such as “berlin” is understood."""

    widget = ZoneInput

    def __init__(self, *, label="Time zone", max_length=64, **kwargs):
        super().__init__(label=label, max_length=max_length, **kwargs)

    def clean(self, value):
        value = super().clean(value)
        known = _zones_by_key()
        key = value.replace(" ", "_").casefold()
        if not value or key in known:
            return known.get(key, "")
        if value in zoneinfo.available_timezones():
            return value
        near = dict.fromkeys(known[match] for match in difflib.get_close_matches(key, known, n=6, cutoff=0.6))
        hint = f"Did you mean {', '.join(list(near)[:3])}?" if near else "Use a name such as Europe/Berlin."
        raise ValidationError(f"We know no time zone of that name. {hint}")
