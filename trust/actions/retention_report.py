"""What keeping to retention would erase: numbers per program, without names and without content."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from engagements.actions.keeping import kept_engagements
from engagements.models import Program, SealedText
from trust.models import CheckIn, Reading


@dataclass(slots=True)
class ProgramReport:
    """One program: how long it keeps, what is due, and when the next ones are."""

    program: Program
    due: list = field(default_factory=list)  # keys of engagements
    waiting: int = 0
    next_on: date | None = None
    texts: int = 0
    readings: int = 0
    check_ins: int = 0


def retention_report(now) -> list[ProgramReport]:
    """Programs with ended engagements that still hold content, in order of their names."""
    programs = Program.objects.select_related("organization").in_order()
    reports = {program.pk: ProgramReport(program) for program in programs}
    for key, program_id, until, is_due in kept_engagements(now):
        report = reports[program_id]
        if is_due:
            report.due.append(key)
        else:
            report.waiting += 1
            report.next_on = min(report.next_on or until, until)
    found = [report for report in reports.values() if report.due or report.waiting]
    _count(found)
    return found


def _count(reports):
    """Words, ratings and check-ins of what is due."""
    program_of = {key: report for report in reports for key in report.due}
    for name, model, way in (
        ("texts", SealedText, "engagement_id"),
        ("readings", Reading, "session__engagement_id"),
        ("check_ins", CheckIn, "session__engagement_id"),
    ):
        counts = defaultdict(int)
        for part in _parts(list(program_of)):
            for key in model._base_manager.filter(**{f"{way}__in": part}).values_list(way, flat=True):
                counts[key] += 1
        for key, number in counts.items():
            setattr(program_of[key], name, getattr(program_of[key], name) + number)


def _parts(keys, size=500):
    return (keys[start : start + size] for start in range(0, len(keys), size))
