"""Writes the figures of a quarter over groups of people: once, some weeks after its end, never again.

Whatever is edited, logged, imported or erased later changes nothing that is written. Where no figure may be
published nothing is kept but that the quarter is done.
"""

import zoneinfo
from collections import defaultdict

from django.db import transaction
from django.db.models import Max, Min

from engagements.models import Program, Session
from engagements.models.session import COUNTED_KINDS
from trust.actions.cohort_evidence import engaged_in, followed_in
from trust.aggregates import Bound, Cell, Figure, LastingFigures, Part, publish, publish_lasting
from trust.models import CohortCell, CohortLasting, CohortPeriod
from trust.models.cohort import latest_due, next_quarter, quarter_of

CHUNK = 500  # programs that are read and written at once


def freeze_what_is_due(*, now):
    """Every quarter of every program that is over long enough and not yet written; returns how many that were."""
    done = 0
    for (starts_on, time_zone), programs in sorted(_owed(now).items()):
        for start in range(0, len(programs), CHUNK):
            done += freeze_quarter(
                starts_on=starts_on, time_zone=time_zone, program_ids=programs[start : start + CHUNK], now=now
            )
    return done


def freeze_quarter(*, starts_on, time_zone, program_ids, now):
    """Writes one quarter of some programs of one time zone; returns of how many. A quarter that stands is left alone.

    What was heard is read first, so that nobody waits for it. The row of the period is the claim: of two workers one
    gets to write it, the other waits there and then finds it, and its figures are dropped.
    """
    quarter = {"program_ids": program_ids, "starts_on": starts_on, "time_zone": time_zone}
    published = {program_id: publish(engaged) for program_id, engaged in engaged_in(**quarter).items()}
    lasting = {program_id: publish_lasting(followed) for program_id, followed in followed_in(**quarter).items()}
    return _write(published, lasting, program_ids, starts_on, now)


@transaction.atomic
def _write(published, lasting, program_ids, starts_on, now):
    periods = [CohortPeriod(program_id=pk, starts_on=starts_on, frozen_at=now) for pk in program_ids]
    CohortPeriod.objects.bulk_create(periods, ignore_conflicts=True)
    ours = dict(CohortPeriod.objects.filter(pk__in=[period.pk for period in periods]).values_list("program_id", "pk"))
    cells = [
        _row(period_id, group, cell)
        for program_id, period_id in ours.items()
        for group, cell in published.get(program_id, {}).items()
    ]
    CohortCell.objects.bulk_create(cells)
    figures = [(period_id, lasting.get(program_id)) for program_id, period_id in ours.items()]
    CohortLasting.objects.bulk_create([_lasting_row(period_id, found) for period_id, found in figures if found])
    return len(ours)


def _owed(now):
    """{(quarter, time zone): program keys} of what is to be written, from where each program left off.

    A program without a written quarter begins with its first session. One that has none yet begins later.
    """
    owed = defaultdict(list)
    programs = Program.objects.annotate(latest=Max("cohort_periods__starts_on")).order_by("pk")
    programs = list(programs.values_list("pk", "time_zone", "latest"))
    first_sessions = _first_sessions([pk for pk, _, latest in programs if latest is None])
    for pk, time_zone, latest in programs:
        zone = zoneinfo.ZoneInfo(time_zone)
        if latest is None and pk not in first_sessions:
            continue
        quarter = next_quarter(latest) if latest else quarter_of(first_sessions[pk].astimezone(zone).date())
        while quarter <= latest_due(now.astimezone(zone).date()):
            owed[quarter, time_zone].append(pk)
            quarter = next_quarter(quarter)
    return owed


def _first_sessions(program_ids):
    """{program key: when its first session was held}."""
    held = Session.objects.held().filter(kind__in=COUNTED_KINDS, engagement__program__in=program_ids)
    rows = held.order_by().values("engagement__program_id").annotate(first=Min("starts_at"))
    return dict(rows.values_list("engagement__program_id", "first"))


# --- between the figures and their rows ---------------------------------------------------------


def _row(period_id, group, cell):
    return CohortCell(
        period_id=period_id,
        group=group,
        people=cell.people,
        cognitive=cell.cognitive.tenths,
        cognitive_bound=cell.cognitive.bound,
        relational=cell.relational.tenths,
        relational_bound=cell.relational.bound,
        past=cell.past,
        asked=cell.asked,
        answering=cell.answering and cell.answering.tenths,
        answering_bound=cell.answering.bound if cell.answering else "",
    )


def cell_of(row):
    """The published figures as they were before they were written."""
    return Cell(
        people=row.people,
        cognitive=Figure(row.cognitive, Bound(row.cognitive_bound)),
        relational=Figure(row.relational, Bound(row.relational_bound)),
        past=Part(row.past),
        asked=row.asked,
        answering=None if row.answering is None else Figure(row.answering, Bound(row.answering_bound)),
    )


LASTING = ("answering", "lasting", "partly", "faded")


def _lasting_row(period_id, figures):
    shares = {name: getattr(figures, name) for name in LASTING}
    tenths = {name: figure.tenths for name, figure in shares.items()}
    bounds = {f"{name}_bound": figure.bound for name, figure in shares.items()}
    return CohortLasting(period_id=period_id, asked=figures.asked, **tenths, **bounds)


def lasting_of(row):
    """The published answers to follow-ups as they were before they were written."""
    figures = (Figure(getattr(row, name), Bound(getattr(row, f"{name}_bound"))) for name in LASTING)
    return LastingFigures(row.asked, *figures)
