"""Trust in a program over groups of people, from frozen figures only."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from engagements.access import MANAGER, open_to
from engagements.models import Program
from trust.aggregates import (
    LAST_OF_FIRST,
    LAST_OF_MIDDLE,
    LEAST_COACHES,
    LEAST_PEOPLE,
    WHOLE,
    Bound,
    Part,
    Phase,
    together,
)
from trust.models.cohort import DAYS_TO_WAIT, next_quarter
from trust.permissions import can_see_cohort
from trust.views.cohort_charts import cohort_charts
from trust.views.cohort_rows import quarters_of

MOST_QUARTERS = 12
PROMISE = (
    f"Figures appear only where at least {LEAST_PEOPLE} people of at least {LEAST_COACHES} coaches stand behind them. "
    "“Not shown” means that there were fewer, or that others could be worked out."
)
GROUP_WORDS = {
    WHOLE: "Whole program",
    Phase.FIRST: f"Sessions 1 to {LAST_OF_FIRST}",
    Phase.MIDDLE: f"Sessions {LAST_OF_FIRST + 1} to {LAST_OF_MIDDLE}",
    Phase.LATER: f"Session {LAST_OF_MIDDLE + 1} and later",
}
PART_WORDS = {Part.FEW: "fewer than a third", Part.SOME: "a third to two thirds", Part.MOST: "more than two thirds"}
BOUND_WORDS = {Bound.NONE: "{}", Bound.LESS: "{} or less", Bound.MORE: "{} or more", Bound.ABOUT: "about {}"}


@require_safe
@open_to(MANAGER)
def program_cohort(request, pk):
    """For managers who are no part of the program: whoever knows some values could subtract them."""
    program = get_object_or_404(Program.objects.managed_by(request.user).select_related("organization"), pk=pk)
    if not can_see_cohort(request.user, program):
        raise PermissionDenied
    quarters = quarters_of(request.user, program, MOST_QUARTERS, timezone.now())
    context = {
        "title": "Trust in groups",
        "program": program,
        "quarters": [{"words": quarter_words(one.starts_on), "cells": _cells(one.cells)} for one in quarters],
        "charts": cohort_charts(quarters),
        "groups": list(GROUP_WORDS.values()),
        "promise": PROMISE,
        "weeks_to_wait": -(-DAYS_TO_WAIT // 7),
    }
    return render(request, "trust/program_cohort.html", context)


def quarter_words(starts_on):
    last = next_quarter(starts_on) - timedelta(days=1)
    return f"{starts_on:%B} to {last:%B} {last:%Y}"


def _cells(cells):
    """One per group, also for what is withheld: all of these look alike."""
    shown = {**cells, WHOLE: together(cells)}
    return [{"group": words, **_figures(shown.get(str(group)))} for group, words in GROUP_WORDS.items()]


def _figures(cell):
    if cell is None:
        return {"is_shown": False}
    return {
        "is_shown": True,
        "people": cell.people,
        "cognitive": _words(cell.cognitive, lambda tenths: f"{tenths / 10:.1f}"),
        "relational": _words(cell.relational, lambda tenths: f"{tenths / 10:.1f}"),
        "past": PART_WORDS.get(cell.past, ""),
        "asked": cell.asked,
        "answering": share_words(cell.answering),
    }


def share_words(figure):
    return _words(figure, lambda tenths: f"{tenths * 10} %")


def _words(figure, number):
    return BOUND_WORDS[figure.bound].format(number(figure.tenths)) if figure else ""
