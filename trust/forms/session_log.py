"""The forms of one page: what the coach saw and wrote, when the session was, and when the next one is."""

import uuid

from crispy_forms.layout import Div, Field
from django import forms
from django.forms.utils import ErrorDict
from django.utils import timezone

from engagements.forms.layout import helper_of, row
from engagements.forms.moments import MomentForm
from engagements.models import SessionKind
from engagements.models.session import LONGEST_MINUTES, SHORTEST_MINUTES
from trust.forms.experiments import LoggedStepsForm
from trust.forms.ratings import RATING_TEMPLATE, RatingField, given_ratings
from trust.forms.typed_text import TypedText, WholeCharacters
from trust.instrument import COACH_ITEMS, SEEN

TICKS_TEMPLATE = "_components/ticks.html"
LONGEST_NOTE, LONGEST_SUMMARY = 50_000, 10_000  # characters
LENGTH = f"Give the length in minutes, from {SHORTEST_MINUTES} to {LONGEST_MINUTES}."
OPENS = [(seen.key, seen.wording) for seen in SEEN if seen.opens]
CLOSES = [(seen.key, seen.wording) for seen in SEEN if not seen.opens]


class SessionLogForm(WholeCharacters, forms.Form):
    """Ratings, ticks, texts. A rating left open counts as not observed."""

    opened = forms.MultipleChoiceField(
        label="Signs of opening", choices=OPENS, required=False, widget=forms.CheckboxSelectMultiple
    )
    closed = forms.MultipleChoiceField(
        label="Signs of closing", choices=CLOSES, required=False, widget=forms.CheckboxSelectMultiple
    )
    note = TypedText(
        label="Private note", max_length=LONGEST_NOTE, rows=5, help_text="Sealed. Nobody but you can read it."
    )
    summary = TypedText(
        label="Shared summary",
        max_length=LONGEST_SUMMARY,
        rows=3,
        help_text="Sealed. You and the executive may read it, nobody else.",
    )
    # Names this sheet of paper: sent twice, it is one log.
    sheet = forms.CharField(required=False, widget=forms.HiddenInput)
    # The state of the log that this form began with (trust.actions.log_version).
    began = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("sheet", uuid.uuid4().hex)
        ratings = {item.key: RatingField(item) for item in COACH_ITEMS}
        self.fields = {**ratings, **self.fields}

    def key_in(self, engagement):
        """The key of the session this sheet makes, the same each time it is sent; nobody can aim it at another."""
        return uuid.uuid5(engagement.pk, self.cleaned_data["sheet"] or uuid.uuid4().hex)

    @property
    def content(self):
        """What the action takes; of a valid form."""
        cleaned = self.cleaned_data
        ticked = {*cleaned["opened"], *cleaned["closed"]}
        return {
            "ratings": given_ratings(COACH_ITEMS, cleaned),
            "seen": [seen.key for seen in SEEN if seen.key in ticked],
            "note": cleaned["note"],
            "summary": cleaned["summary"],
        }

    @property
    def signals(self):
        """Ratings and ticks: what is quick."""
        return helper_of(
            "sheet",
            "began",
            Div(
                *(Field(item.key, template=RATING_TEMPLATE) for item in COACH_ITEMS),
                css_class="rating-sheet",
                data_rating_flow="",
                tabindex="-1",
            ),
            Div(
                Field("opened", template=TICKS_TEMPLATE),
                Field("closed", template=TICKS_TEMPLATE),
                css_class="columns tick-sheet",
                data_after_ratings="",
                data_tick_keys="",
            ),
        )

    @property
    def texts(self):
        """What takes longer."""
        return helper_of(Div("note", "summary", css_class="columns"))


class SessionTimeForm(WholeCharacters, MomentForm):
    """When it took place, how long, and what kind: prefilled, seldom changed."""

    minutes = forms.IntegerField(
        label="Length in minutes",
        min_value=SHORTEST_MINUTES,
        max_value=LONGEST_MINUTES,
        widget=forms.NumberInput(attrs={"step": 5}),
        error_messages=dict.fromkeys(("min_value", "max_value", "invalid"), LENGTH),
    )
    kind = forms.ChoiceField(label="Kind", choices=SessionKind.choices)

    def __init__(self, *args, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["day"].widget.attrs["max"] = f"{timezone.localdate(now, self.zone)}"

    def clean(self):
        cleaned = super().clean()
        starts_at = self.cleaned_data.get("starts_at")
        if starts_at is not None and starts_at > self.now:
            is_today = self.cleaned_data["day"] == timezone.localdate(self.now, self.zone)
            self.add_error("clock" if is_today else "day", "This is still to come. Say when the session took place.")
        return cleaned

    def content_for(self, session=None):
        """What the action takes; seconds of the planned time stay where the minute was not changed."""
        cleaned = self.cleaned_data
        starts_at = cleaned["starts_at"]
        if session is not None and session.starts_at.replace(second=0, microsecond=0) == starts_at:
            starts_at = session.starts_at
        return {"starts_at": starts_at, "minutes": cleaned["minutes"], "kind": cleaned["kind"]}

    @property
    def helper(self):
        which = ["which"] if self.asks_which else []
        return helper_of(row("day", "clock"), *which, row("minutes", "kind"))


class NextSessionForm(WholeCharacters, MomentForm):
    """The next session: nothing is booked, and nothing checked, unless `book` is ticked."""

    book = forms.BooleanField(label="Book the next session", required=False)
    field_order = ("book", "day", "clock", "which")

    def __init__(self, *args, now, **kwargs):
        super().__init__(*args, prefix="next", **kwargs)
        self.now = now
        for name in ("day", "clock"):
            self.fields[name].widget.attrs["data-ticks"] = "id_next-book"

    def full_clean(self):
        super().full_clean()
        if self.is_bound and not self.data.get(self.add_prefix("book")):
            self._errors.clear()
            self.cleaned_data = {"book": False}

    def clean(self):
        cleaned = super().clean()
        starts_at = self.cleaned_data.get("starts_at")
        if starts_at is not None and starts_at <= self.now:
            self.add_error("day", "This has passed. Choose a time to come.")
        return cleaned

    @property
    def next_at(self):
        """The moment to book, or None; of a valid form."""
        return self.cleaned_data["starts_at"] if self.cleaned_data.get("book") else None

    @property
    def helper(self):
        which = ["which"] if self.asks_which else []
        return helper_of(Field("book", data_book_next=""), Div(row("day", "clock"), *which, css_class="next-when"))


class SessionLogForms:
    """The page as a whole. `next` is missing where a session is booked already or the engagement has ended."""

    def __init__(self, data, *, now, zone, log, starts_at, minutes, kind, next_at=None, experiments=()):
        when = {"zone": zone, "now": now}
        self.log = SessionLogForm(data, initial=log)
        self.time = SessionTimeForm(data, initial={"minutes": minutes, "kind": kind}, starts_at=starts_at, **when)
        self.next = None if next_at is None else NextSessionForm(data, starts_at=next_at, **when)
        self.steps = LoggedStepsForm(data, experiments=experiments) if experiments else None
        self.all = [form for form in (self.time, self.log, self.steps, self.next) if form is not None]
        self.is_refused = False  # whole, for want of an agreement; nothing that was typed is wrong
        self.is_draft = False  # half-typed: nothing in it is called wrong yet

    def is_valid(self):
        """Asks every form, so that all messages are on the page at once."""
        answers = [form.is_valid() for form in self.all]
        return all(answers)

    def show_unjudged(self):
        """Shows a draft as it was typed."""
        self.is_draft = True
        for form in self.all:
            form._errors, form.cleaned_data = ErrorDict(), {}

    def content_for(self, session=None):
        """What the action takes; of valid forms."""
        next_at = self.next.next_at if self.next else None
        return {**self.log.content, **self.time.content_for(session), "next_at": next_at, "steps": self.noted_steps}

    @property
    def noted_steps(self):
        """[(experiment, step, after)] of experiments; of valid forms."""
        return self.steps.steps if self.steps else []

    def refuse_words(self, why):
        """Says beside each text that was typed why it cannot be kept; of valid forms."""
        for name in ("note", "summary"):
            if self.log.cleaned_data.get(name):
                self.log.add_error(name, why)

    @property
    def was_sent(self):
        return self.log.is_bound and not self.is_draft

    @property
    def has_errors(self):
        return self.was_sent and not self.is_valid()

    @property
    def problems(self):
        """Fields with a message, in the order of the page: [{anchor, label}]."""
        fields = [form[name] for form in self.all for name in form.errors if name in form.fields]
        return [{"anchor": _anchor(field), "label": field.label} for field in fields]

    @property
    def left_open(self):
        """How many ratings were left open; of valid forms."""
        return sum(not self.log.data.get(item.key) for item in COACH_ITEMS)


def _anchor(field):
    """The id of the first input of a field."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.auto_id
