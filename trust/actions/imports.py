"""Imports of all kinds: the plan of a file, and carrying it out."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from engagements.actions import import_runs
from engagements.actions.imports_calendar import carry_out_calendar, plan_calendar
from engagements.actions.imports_roster import carry_out_roster, plan_roster
from engagements.actions.pool import BeyondPool
from engagements.imports.outcomes import Outcome, Verdict, count
from engagements.imports.roster import roster_columns
from engagements.imports.sources import Source, read_source
from engagements.models import ImportKind
from engagements.permissions import can_import
from trust.actions.imports_history import carry_out_history, plan_history
from trust.imports.history import history_columns

USUAL_ZONE = "Europe/London"  # of programs and coaches that a roster brings, unless said otherwise


class Blocked(Exception):
    """The file cannot be carried out as it stands; the message says what has to be chosen first."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file would do. `source` is None for a calendar."""

    verdicts: list[Verdict]
    source: Source | None
    recognised: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
    blockers: tuple[str, ...]

    @property
    def header(self):
        return self.source.table.header if self.source else ()

    @property
    def counts(self):
        return count(self.verdicts)

    @property
    def changed(self):
        return [verdict for verdict in self.verdicts if verdict.outcome == Outcome.CHANGED]

    @property
    def refused(self):
        """Refused rows as they are kept and shown: row, reason, cells, and the engagement on record they tell of."""
        return [
            {
                "row": verdict.number,
                "reason": verdict.reason,
                "cells": list(verdict.cells or (verdict.title,)),
                "about": str(verdict.about or ""),
            }
            for verdict in self.verdicts
            if verdict.outcome in (Outcome.REFUSED, Outcome.ASKED)
        ]

    @property
    def report(self):
        """What was refused, as it is kept for the person: {header, rows}."""
        return {"header": list(self.header or ("When",)), "rows": self.refused}


def plan_import(*, kind, content, options, by, now, coach=None) -> Plan:
    """What a file would do, without doing it. `by` None: the operator. Raises UnreadableFile.

    Options: encoding, delimiter, dates, columns (tables); time_zone, accepted (roster); answers (calendar).
    """
    if kind == ImportKind.CALENDAR:
        return _plan_calendar(content, options, coach or by, now)
    if kind == ImportKind.ROSTER:
        source = read_source(content, roster_columns, date_column="starts_on", options=options)
        verdicts = plan_roster(rows=source.rows(), by=by)
        remarks = source.table.remarks
    else:
        source = read_source(content, history_columns, date_column="date", time_column="start", options=options)
        verdicts = plan_history(rows=source.rows(), by=by, now=now, mapping=source.mapping)
        zone = f"your zone, {by.time_zone}" if by else "the zone of each coach"
        remarks = (*source.table.remarks, f"Times are read in {zone}.")
    return Plan(verdicts, source, source.recognised, remarks, source.blockers)


def _plan_calendar(content, options, coach, now):
    verdicts, remarks = plan_calendar(content=content, coach=coach, now=now, answers=options.get("answers"))
    recognised = (("Format", "Calendar (iCalendar)"), ("Times shown in", coach.time_zone))
    return Plan(verdicts, None, recognised, remarks, ())


def carry_out_import(
    *, kind, content, options, by, now, coach=None, progress: Callable[[int, int], None] = lambda done, total: None
) -> Plan:
    """Plans anew and does it, in one transaction. Raises UnreadableFile, Blocked."""
    with transaction.atomic():
        plan = plan_import(kind=kind, content=content, options=options, by=by, now=now, coach=coach)
        if plan.blockers:
            raise Blocked(" ".join(plan.blockers))
        try:
            _carry_out(kind, plan, options, by, now, progress)
        except BeyondPool as error:
            raise Blocked(str(error)) from error
    return plan


def _carry_out(kind, plan, options, by, now, progress):
    total = len(plan.verdicts)
    terms = {"verdicts": plan.verdicts, "by": by, "now": now, "progress": lambda done: progress(done, total)}
    if kind == ImportKind.ROSTER:
        zone = options.get("time_zone") or USUAL_ZONE
        carry_out_roster(accepted=options.get("accepted", True), time_zone=zone, **terms)
    elif kind == ImportKind.HISTORY:
        carry_out_history(**terms)
    else:
        carry_out_calendar(**terms)


def carry_out_run(*, run, now, progress: Callable[[int, int], None]):
    """Carries out a claimed run. File gone, rows written and run finished is one transaction."""
    if not can_import(run.owner, run.kind):
        raise Blocked("You may not bring this kind of file any more.")
    with transaction.atomic():
        plan = carry_out_import(
            kind=run.kind,
            content=import_runs.content_of(run),
            options=run.options,
            by=run.owner,
            now=now,
            progress=progress,
        )
        return import_runs.finish_import(run=run, counts=plan.counts, refused=plan.report, now=now)
