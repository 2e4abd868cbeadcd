"""Drafting a sponsor report: lines in chunks, then the figures. May be run twice, and ended anywhere."""

from django.db import transaction
from django.urls import reverse

from engagements.actions.letters import owe_letter
from engagements.actions.report_lines import draft_lines, engagements_to_name
from engagements.actions.reports import finish_draft
from trust.actions.report_figures import figures_of

CHUNK = 100  # engagements per transaction


def draft_report(*, report, clock):
    """Drafts a claimed report. `clock` gives the moment of each chunk: by it a silent worker is told from a busy one.

    Raises Overtaken where another worker has taken over, or the report was discarded.
    """
    keys = engagements_to_name(report) if report.names_engagements else []
    for start in range(0, len(keys), CHUNK):
        some = keys[start : start + CHUNK]
        draft_lines(report=report, keys=some, start=start, total=len(keys), now=clock())
    now = clock()
    _finish(report, figures_of(report, now), now)


@transaction.atomic
def _finish(report, figures, now):
    """Whoever ordered it watches; of a report that the rhythm made, the program's managers are told by mail."""
    finish_draft(report=report, figures=figures, now=now)
    managers = report.program.managers.filter(removed_at=None) if report.created_by is None else ()
    for row in managers:
        key, path = f"report:{report.pk}:{row.user_id}", reverse("report_detail", args=[report.pk])
        owe_letter(kind="report_drafted", key=key, to_user=row.user, path=path, now=now)


def holds_confided(report):
    """Whether figures stand in it that only managers from outside the program may see."""
    return bool((report.figures.get("confided") or {}).get("quarters"))


def figures_open_to(report, *, is_outside):
    """The figures as somebody may read them: over groups only whoever is no part of the program."""
    return report.figures if is_outside else {**report.figures, "confided": None}


def digest_open_to(report, *, is_outside):
    """The hash, or None: whoever may not read all that was hashed could try out figures until it fits."""
    return report.digest if is_outside or not holds_confided(report) else None
