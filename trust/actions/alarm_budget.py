"""How many trust alarms the house asked for: what organizations can answer, for as long as engagements ran there."""

from datetime import timedelta

from django.db.models import F, Q, Sum

from engagements.models import Engagement, Status

MONTH = timedelta(days=30)
RAN = (Status.ACTIVE, Status.COMPLETED, Status.ENDED_EARLY)


def alarms_within_budgets(*, ends_on, months):
    """Alarms that the budgets of all organizations allow in the months (of 30 days) before a day; a whole number.

    Counted are the engagements that ran in the middle of each month.
    """
    middles = [ends_on - MONTH / 2 - number * MONTH for number in range(months)]
    allowed = Engagement.objects.filter(status__in=RAN).aggregate(
        **{f"on_{number}": Sum(_budget(), filter=_ran_on(day)) for number, day in enumerate(middles)}
    )
    return round(sum(filter(None, allowed.values())) / 100)  # budgets are per 100 months


def _budget():
    return F("program__organization__alarm_budget")


def _ran_on(day):
    return Q(starts_on__lte=day) & (Q(ended_on__isnull=True) | Q(ended_on__gt=day))
