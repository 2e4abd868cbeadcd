"""What a program manager may filter, search, sort and cut the portfolio by: closed lists, from their own rows."""

from urllib.parse import urlencode

from django import forms

from engagements.forms.choosing import MOST_OPTIONS
from engagements.models import Program, Standing, Status, User
from engagements.models.prepared import ask
from engagements.models.standing import begin_words, words_of
from trust.models import FlagKind

FLAGGED, ANSWERED, UNANSWERED = "ANY", "ANSWERED", "UNANSWERED"
ALL = "ALL"
# Columns of the list, by their names in the address. It may be sorted by each; with "-" in front the other way round.
COLUMNS = {
    "executive": "Executive",
    "coach": "Coach",
    "program": "Program",
    "status": "Status",
    "left": "Sessions left",
    "last": "Last",
    "next": "Next",
    "flag": "Flag",
}
SORTS = tuple(COLUMNS)
MOST_WORDS = 5
MOST_FOUND = 1000
LONGEST_SEARCH = 100


class PortfolioFilter(forms.Form):
    """Values that are not offered are left out: an old or mistyped address still shows the portfolio."""

    q = forms.CharField(label="Search", required=False, max_length=LONGEST_SEARCH)
    program = forms.ChoiceField(required=False)
    coach = forms.ChoiceField(required=False)
    status = forms.ChoiceField(required=False, choices=[("", "Open"), (ALL, "Open and ended"), *Status.choices])
    flag = forms.ChoiceField(
        required=False,
        choices=[
            ("", "All"),
            (FLAGGED, "Needs a conversation"),
            (UNANSWERED, "Coach has not responded"),
            (ANSWERED, "Coach has responded"),
            *FlagKind.choices,
        ],
    )
    sort = forms.ChoiceField(
        required=False,
        choices=[(name, name) for column in SORTS for name in (column, f"-{column}")],
        widget=forms.HiddenInput,
    )
    col = forms.MultipleChoiceField(
        label="Columns", required=False, choices=list(COLUMNS.items()),
        widget=forms.MultipleHiddenInput,
    )  # fmt: skip

    def __init__(self, data, *, user):
        super().__init__(data)
        self.user, self._found = user, None
        # Whoever has many programs has many coaches: these are not even asked for.
        programs = _few(ask(_programs, user))
        self._offer("program", "All programs", programs)
        self._offer("coach", "All coaches", None if programs is None else _few(ask(_coaches, user)))
        self.is_valid()

    def _offer(self, name, everything, rows):
        """A list to choose from; of too many the one that the address names, which a link takes off again."""
        field = self.fields[name]
        if rows is None:
            field.widget = forms.HiddenInput()
            rows = self._named(name)
        options = [(str(key), _title(*names)) for key, *names in rows]
        field.choices = [("", everything), *sorted(options, key=lambda option: (option[1].lower(), option[0]))]

    def _named(self, name):
        try:
            key = forms.UUIDField(required=False).clean(self.data.get(name))
        except forms.ValidationError:
            return []
        return ask(_programs if name == "program" else _coaches, self.user, key=key) if key else []

    def clean_col(self):
        """The executive's alone, where no other is ticked; beside others it goes without saying."""
        asked = self.cleaned_data["col"]
        return [name for name in asked if name != SORTS[0]] or asked

    def chosen(self, name):
        """The value of a field, or None where nothing usable was asked for."""
        return self.cleaned_data.get(name) or None

    @property
    def words(self):
        """The words searched for."""
        return words_of(self.chosen("q") or "")[:MOST_WORDS]

    @property
    def found(self):
        """Keys of the engagements that the words find; None without words, and for more than fit into a question."""
        if self._found is None and self.words:
            rows = Standing.objects.managed_by(self.user).filter(begin_words(self.words))
            self._found = list(rows.values_list("pk", flat=True)[: MOST_FOUND + 1])
        return self._found if self._found is not None and len(self._found) <= MOST_FOUND else None

    @property
    def finds_very_many(self):
        return bool(self.words) and self.found is None

    @property
    def columns(self):
        """Names of the columns shown, in their order; the executive's always."""
        asked = self.chosen("col")
        return [name for name in SORTS if name == "executive" or not asked or name in asked]

    @property
    def column_choices(self):
        """Columns to tick: [{name, label, is_shown}]."""
        shown = self.columns
        return [{"name": name, "label": COLUMNS[name], "is_shown": name in shown} for name in SORTS[1:]]

    @property
    def kept_beside_columns(self):
        """What stays as it is while columns are chosen: [(name, value)]."""
        return [(name, value) for name, value in self.as_query.items() if name != "col"]

    @property
    def shown_fields(self):
        """Fields to draw: [{name, label, value, options}]; a widget of Django's takes longer than the list beneath."""
        return [
            {"name": field.name, "label": field.label, "value": field.value() or "", "options": self._options(field)}
            for field in self.visible_fields()
        ]

    def _options(self, field):
        chosen = self.chosen(field.name) or ""
        return [(value, label, value == chosen) for value, label in getattr(field.field, "choices", ())]

    @property
    def hidden_parts(self):
        """What the filters have no field for and carry on: [(name, value)]."""
        names = [field.name for field in self.hidden_fields() if self.chosen(field.name)]
        return [(name, value) for name in names for value in _listed(self.chosen(name))]

    @property
    def is_narrowed(self):
        return any(self.chosen(name) for name in self.fields if name not in ("sort", "col"))

    @property
    def left_out(self):
        """Labels of what was asked for and is not known here."""
        return [str(self[name].label) for name in self.errors if name in self.fields]

    @property
    def as_query(self):
        """What was understood, as parts of an address."""
        return {name: self.cleaned_data[name] for name in self.fields if self.chosen(name)}

    def address(self, **changes):
        """The present list as the end of an address, with some parts changed; None leaves a part out."""
        parts = {**self.as_query, **changes}
        return f"?{urlencode({name: value for name, value in parts.items() if value}, doseq=True)}"

    @property
    def taken_off(self):
        """What is chosen and has no list to choose from: [{label, value, url}]; the address goes on without it."""
        hidden = [name for name in ("program", "coach") if self.chosen(name) and self.fields[name].widget.is_hidden]
        titles = {name: dict(self.fields[name].choices)[self.chosen(name)] for name in hidden}
        return [
            {"label": str(self[name].label), "value": titles[name], "url": self.address(**{name: None})}
            for name in hidden
        ]


def _listed(value):
    return value if isinstance(value, list) else [value]


def _programs(user, **one):
    return _some(Program.objects.managed_by(user), one).values_list("pk", "name", "organization__name")


def _coaches(user, **one):
    return _some(User.objects.coaching_for(user), one).values_list("pk", "name")


def _some(rows, one):
    """More than can be offered, or the one of this key. In no order: a database that sorts reads them all."""
    return rows.filter(pk=one["key"]) if one else rows[: MOST_OPTIONS + 1]


def _few(rows):
    """The rows, or None where there are too many."""
    return rows if len(rows) <= MOST_OPTIONS else None


def _title(name, organization=""):
    return f"{organization} · {name}" if organization else name
