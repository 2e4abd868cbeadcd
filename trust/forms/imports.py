"""Forms of an import: the file, how it is read, and questions about a calendar."""

from django import forms
from django.utils.html import escape

from engagements.actions.imports_calendar import LEAVE_OUT
from engagements.forms.layout import helper_of, row
from engagements.forms.moments import ZoneField
from engagements.imports.calendars import read_events
from engagements.imports.moments import DateOrder
from engagements.imports.tables import DELIMITERS, ENCODINGS, LARGEST_FILE, UnreadableFile, read_table
from engagements.models import ImportKind

ACCEPTED_TYPES = {
    ImportKind.ROSTER: ".csv,.tsv,.txt,.xlsx",
    ImportKind.HISTORY: ".csv,.tsv,.txt,.xlsx",
    ImportKind.CALENDAR: ".ics,text/calendar",
}
TOO_LARGE = "The file is larger than 10 MB. Bring it in parts."
CONFIDENTIAL_COLUMNS = {"note", "objective"}  # their cells are not shown as examples


class ImportStartForm(forms.Form):
    """The file to bring."""

    file = forms.FileField(label="File", allow_empty_file=True)
    accepted = forms.BooleanField(
        label="These engagements are under way: their agreements were accepted before",
        required=False,
        initial=True,
        help_text="They become active from their start date on. Otherwise they begin as proposed.",
    )
    time_zone = ZoneField(label="Time zone of new programs and coaches")

    def __init__(self, *args, kind, time_zone, is_too_large=False, **kwargs):
        super().__init__(*args, initial={"time_zone": time_zone, "accepted": True}, **kwargs)
        self.kind = kind
        self.fields["file"].widget.attrs["accept"] = ACCEPTED_TYPES[kind]
        required = TOO_LARGE if is_too_large else "Choose a file first."
        self.fields["file"].error_messages["required"] = required
        if kind != ImportKind.ROSTER:
            del self.fields["accepted"], self.fields["time_zone"]

    def clean_file(self):
        """The content as bytes, once it is known to be readable."""
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_FILE:
            raise forms.ValidationError(TOO_LARGE)
        content = upload.read()
        try:
            read_events(content) if self.kind == ImportKind.CALENDAR else read_table(content)
        except UnreadableFile as problem:
            raise forms.ValidationError(str(problem)) from problem
        return content

    @property
    def options(self):
        """What was chosen beside the file."""
        return {name: self.cleaned_data[name] for name in ("accepted", "time_zone") if name in self.cleaned_data}

    @property
    def helper(self):
        return helper_of(*self.fields)


class ImportColumnsForm(forms.Form):
    """How a table is read: formats, and which column is what."""

    encoding = forms.ChoiceField(label="Characters", choices=list(ENCODINGS.items()))
    delimiter = forms.ChoiceField(label="Delimiter", choices=list(DELIMITERS.items()))
    dates = forms.ChoiceField(label="Dates", required=False)

    def __init__(self, *args, source, options, **kwargs):
        self.source = source
        initial = {"encoding": source.table.encoding, "delimiter": source.table.delimiter}
        initial["dates"] = options.get("dates", "")
        initial |= {self.name(key): str(position) for key, position in source.mapping.items()}
        super().__init__(*args, initial=initial, **kwargs)
        self._drop_settled_formats()
        for column in source.columns:
            self.fields[self.name(column.key)] = self._column_field(column)

    @staticmethod
    def name(key):
        return f"column_{key}"

    def _drop_settled_formats(self):
        table, dates = self.source.table, self.source.dates
        if table.file_format != "CSV":
            del self.fields["encoding"], self.fields["delimiter"]
        elif table.delimiter not in DELIMITERS:
            del self.fields["delimiter"]
        if not dates.needs_order:
            del self.fields["dates"]
            return
        automatic = "Choose" if dates.is_open else f"As recognised: {dates.words}"
        self.fields["dates"].choices = [
            ("", automatic),
            (DateOrder.DAY_FIRST.value, "Day first: 31/12/2026"),
            (DateOrder.MONTH_FIRST.value, "Month first: 12/31/2026"),
        ]

    def _column_field(self, column):
        header = self.source.table.header
        choices = [(str(position), name or f"Column {position + 1}") for position, name in enumerate(header)]
        return forms.TypedChoiceField(
            label=column.label,
            choices=[("", "Not in the file"), *choices],
            coerce=int,
            empty_value=None,
            required=column.is_required,
            help_text=self._example(column),
            error_messages={"required": "Choose the column this stands in."},
        )

    def _example(self, column):
        position = self.source.mapping.get(column.key)
        if position is None or column.key in CONFIDENTIAL_COLUMNS:
            return ""
        texts = (line.cells[position] for line in self.source.table.lines[:50])
        example = next((text for text in texts if text), "")
        return f"For instance: {escape(example[:40])}" if example else ""  # a help text is printed as it stands

    def clean(self):
        """No column of the file means two things."""
        taken = {}
        for column in self.source.columns:
            position = self.cleaned_data.get(self.name(column.key))
            if position is None:
                continue
            if position in taken:
                self.add_error(self.name(column.key), f"This column is chosen for “{taken[position]}” already.")
            taken[position] = column.label
        return self.cleaned_data

    @property
    def options(self):
        """What was chosen, as imports take it."""
        chosen = {name: self.cleaned_data[name] for name in ("encoding", "delimiter", "dates") if name in self.fields}
        columns = {column.key: self.cleaned_data[self.name(column.key)] for column in self.source.columns}
        chosen["columns"] = {key: position for key, position in columns.items() if position is not None}
        return {name: value for name, value in chosen.items() if value != ""}

    @property
    def helper(self):
        formats = [name for name in ("encoding", "delimiter", "dates") if name in self.fields]
        columns = [self.name(column.key) for column in self.source.columns]
        return helper_of(*([row(*formats)] if formats else []), row(*columns))


class ImportAnswersForm(forms.Form):
    """Which engagement an event belongs to, where the calendar does not tell."""

    def __init__(self, *args, questions, answers, **kwargs):
        super().__init__(*args, **kwargs)
        for question, title in questions:
            choices = [(str(one.pk), f"{one.executive} in {one.program}") for one in question.engagements]
            self.fields[f"answer_{question.key}"] = forms.ChoiceField(
                label=title,
                choices=[("", "Not decided yet"), *choices, (LEAVE_OUT, "Leave it out")],
                required=False,
                initial=answers.get(question.key, ""),
            )

    @property
    def answers(self):
        """{question key: engagement key or LEAVE_OUT}."""
        given = {name.removeprefix("answer_"): value for name, value in self.cleaned_data.items()}
        return {key: value for key, value in given.items() if value}

    @property
    def helper(self):
        return helper_of(row(*self.fields))
