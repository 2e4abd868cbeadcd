"""Judges the rows of a roster against what is known, and carries out what is new or changed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import transaction

from engagements.actions import people
from engagements.actions.agreements import record_acceptance
from engagements.actions.engagements import change_status, create_engagement, edit_engagement
from engagements.actions.roster_book import RosterBook
from engagements.imports.columns import Row
from engagements.imports.outcomes import Outcome, Verdict, refused
from engagements.models import Party, Status

NOT_YOURS = "This is not a program of yours."
EDITABLE = {
    "starts_on": "start date", "ends_on": "planned end",
    "session_budget": "sessions agreed", "cadence_weeks": "cadence",
}  # fmt: skip
ABOUT_THE_PERSON = {"executive_name": ("name", "name of the executive"), "role": ("role", "role")}


@dataclass(frozen=True, slots=True)
class RosterIntent:
    """What a row would do: make an engagement, or change these fields of a known one."""

    row: Row
    engagement_id: object = None
    terms: dict | None = None
    person: dict | None = None


def plan_roster(*, rows, by) -> list[Verdict]:
    """One verdict per row. `by` is None for the operator, who may bring rows of any program."""
    book = RosterBook(by)
    verdicts: list[Verdict] = []
    seen: dict[tuple, Row] = {}
    employers: dict[str, tuple[int, str]] = {}
    for row in rows:
        verdict = _refusal(row, book, employers) or _known_row(row, seen) or _verdict(row, book)
        verdicts.append(verdict)
        if verdict.outcome != Outcome.REFUSED:
            seen.setdefault(_key(row), row)
            organization = row.values["organization"]
            employers.setdefault(row.values["executive_email"], (row.number, organization))
            book.note_person(row)
    return verdicts


def _key(row):
    values = row.values
    return values["organization"].casefold(), values["program"].casefold(), values["executive_email"]


def _title(row):
    values = row.values
    return f"{values['executive_name']}, {values['program']}, {values['organization']}"


def _refusal(row, book, employers):
    """The verdict on a row that cannot be taken over, or None."""
    if row.problems:
        return refused(row, title=row.values.get("executive_name") or "")
    reasons = [*_program_reasons(row, book), *_people_reasons(row, book, employers)]
    return refused(row, *reasons, title=_title(row)) if reasons else None


def _program_reasons(row, book):
    program = book.program(row)
    if not book.may_import_into(program):
        yield NOT_YOURS
    elif program is not None and program.closed_at is not None:
        yield "This program is closed."


def _people_reasons(row, book, employers):
    values = row.values
    address = values["executive_email"]
    if address in employers and employers[address][1].casefold() != values["organization"].casefold():
        number, employer = employers[address]
        yield f"{address} belongs to {employer} in row {number}, not to {values['organization']}."
    elif employer := book.other_employer(row):
        yield f"{address} is known at {employer}, not at {values['organization']}."
    if address == values["coach_email"]:
        yield "Coach and executive have the same e-mail address."
    if book.is_no_coach(values["coach_email"]):
        yield f"{values['coach_email']} has an account without a coach profile; an administrator can add one."
    if values.get("ends_on") and values["ends_on"] < values["starts_on"]:
        yield "The planned end is before the start."


def _known_row(row, seen):
    """The verdict on a second row about the same engagement, or None."""
    first = seen.get(_key(row))
    if first is None:
        return None
    if dict(first.values) == dict(row.values):
        return Verdict(row.number, Outcome.UNCHANGED, _title(row), (f"Same as row {first.number}.",), row.cells)
    return refused(row, f"Row {first.number} is about the same engagement and says otherwise.", title=_title(row))


def _verdict(row, book):
    engagement = book.engagement(row)
    if engagement is None:
        return Verdict(row.number, Outcome.NEW, _title(row), tuple(book.news(row)), row.cells, RosterIntent(row))
    return replace(_against_engagement(row, book, engagement), about=engagement.pk)


def _against_engagement(row, book, engagement):
    if engagement.coach.email.lower() != row.values["coach_email"]:
        reason = "The engagement is known with another coach. Change the coach on its page."
        return refused(row, reason, title=_title(row))
    terms = {name: row.values[name] for name in EDITABLE if _differs(row, name, getattr(engagement, name))}
    if not engagement.is_open:
        terms = {}
    person = _person_changes(row, book, engagement.executive)
    if terms.get("starts_on", engagement.starts_on) > terms.get("ends_on", engagement.ends_on):
        return refused(row, "The start would be after the planned end.", title=_title(row))
    if not terms and not person:
        return Verdict(row.number, Outcome.UNCHANGED, _title(row), (), row.cells)
    reasons = [_difference(EDITABLE[name], getattr(engagement, name), value) for name, value in terms.items()]
    labels = dict(ABOUT_THE_PERSON.values())
    reasons += [_difference(labels[name], getattr(engagement.executive, name), new) for name, new in person.items()]
    intent = RosterIntent(row, engagement.pk, terms, person)
    return Verdict(row.number, Outcome.CHANGED, _title(row), tuple(reasons), row.cells, intent)


def _differs(row, name, known):
    """An empty cell says nothing; it does not take away what is known."""
    return row.values.get(name) not in (None, "") and row.values[name] != known


def _person_changes(row, book, executive):
    """Name and role, by the first row about this person: a second row does not change them back."""
    first = book.first_row_about(row)
    if first.number != row.number:
        return {}
    return {
        field: row.values[name]
        for name, (field, _) in ABOUT_THE_PERSON.items()
        if _differs(row, name, getattr(executive, field))
    }


def _difference(label, old, new):
    return f"{label.capitalize()}: {old or 'none'} → {new}."


@transaction.atomic
def carry_out_roster(*, verdicts, by, now, accepted, time_zone, progress: Callable[[int], None]):
    """Does what the plan says, in one transaction. `accepted`: agreements were accepted before, at the start."""
    book = RosterBook(by)
    for done, verdict in enumerate(verdicts, start=1):
        if verdict.outcome == Outcome.NEW:
            _create(verdict.intent.row, book, by, now, accepted, time_zone)
        elif verdict.outcome == Outcome.CHANGED:
            _change(verdict.intent, book, by, now)
        progress(done)


def _create(row, book, by, now, accepted, time_zone):
    values = row.values
    organization = book.make_organization(row, now)
    program = book.make_program(row, organization, now, time_zone)
    budget, cadence = (
        values["session_budget"] or program.session_budget,
        values["cadence_weeks"] or program.cadence_weeks,
    )
    weeks = max(program.planned_weeks, budget * cadence)
    engagement = create_engagement(
        program=program,
        coach=book.make_coach(row, now, time_zone),
        executive=book.make_executive(row, organization, now, program.time_zone),
        starts_on=values["starts_on"],
        # Long enough for the sessions agreed at their cadence, so that nothing looks late from the first day.
        ends_on=values["ends_on"] or values["starts_on"] + timedelta(weeks=weeks),
        session_budget=budget,
        cadence_weeks=cadence,
        objective=values["objective"],
        by=by,
        now=now,
    )
    if accepted:
        _set_under_way(engagement, by, now)


def _set_under_way(engagement, by, now):
    """The agreement was accepted before; an engagement whose start has come is active."""
    start = min(engagement.starts_on, now.date())
    agreement = engagement.agreements.current().get()
    for party in (Party.EXECUTIVE, Party.SPONSOR):
        record_acceptance(agreement=agreement, party=party, accepted_on=start, by=by, now=now)
    engagement = change_status(engagement=engagement, to=Status.CONTRACTED, by=by, now=now)
    if engagement.starts_on <= now.date():
        change_status(engagement=engagement, to=Status.ACTIVE, by=by, now=now)


def _change(intent, book, by, now):
    engagement = book.engagement(intent.row)
    if intent.terms:
        edit_engagement(engagement=engagement, by=by, now=now, **intent.terms)
    if intent.person:
        people.edit_executive(executive=engagement.executive, by=by, now=now, **intent.person)
