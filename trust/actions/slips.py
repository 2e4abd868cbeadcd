"""Reads slips in a row from the database: many engagements, two queries."""

from collections import defaultdict
from itertools import groupby

from engagements.models import Experiment, ExperimentState, ExperimentStep
from trust.actions.batch import zone_of
from trust.slips import gravest, slips_in_a_row

STANDING = (ExperimentState.SLIPPED, ExperimentState.TRIED_AGAIN)


def slips_of(engagements, *, now):
    """{engagement key: Slips} of those with two slips in a row; days are those where the program runs."""
    by_key = {engagement.pk: engagement for engagement in engagements}
    keys = Experiment.objects.filter(engagement_id__in=by_key, state__in=STANDING).values_list("pk", flat=True)
    columns = ("experiment__engagement_id", "experiment_id", "state", "at")
    rows = ExperimentStep.objects.filter(experiment_id__in=list(keys)).order_by("experiment_id", "at", "pk")
    found = defaultdict(list)
    for (engagement_id, _), steps in groupby(rows.values_list(*columns), key=lambda row: row[:2]):
        zone = zone_of(by_key[engagement_id].program.time_zone)
        told = [(state, at.astimezone(zone).date()) for _, _, state, at in steps]
        if slips := slips_in_a_row(told, now.astimezone(zone).date()):
            found[engagement_id].append(slips)
    return {key: gravest(slips) for key, slips in found.items()}
