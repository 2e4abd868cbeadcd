"""How often each rule was right, as administrators may know it: counts over many, never a flag.

Counted are alarms of a calendar quarter that ended long enough ago for answers to have come; later answers change
nothing. Below the floors a row says no more than "too few": otherwise two looks would tell of one coach's answer.
"""

from datetime import timedelta

from django.db.models import Count, F, Q
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from engagements.access import ADMINISTRATOR, open_to
from trust.models import Flag
from trust.models.cohort import next_quarter, quarter_of
from trust.models.flag import URGENCY, Cause, FlagKind, Helped

LEAST_ANSWERED, LEAST_COACHES = 20, 5
ANSWERS_COUNT_FOR = timedelta(days=30)  # after the quarter's end
QUARTERS_SHOWN = 8


@require_safe
@open_to(ADMINISTRATOR)
def rule_report(request):
    """Per quarter and rule: alarms, answers, how many were judged wrongly, how many steps helped."""
    context = {
        "title": "How often flags were right",
        "quarters": [_quarter(request.user, starts_on) for starts_on in _ended_quarters(timezone.now())],
        "least_answered": LEAST_ANSWERED,
        "least_coaches": LEAST_COACHES,
    }
    return render(request, "trust/rule_report.html", context)


def _ended_quarters(now):
    """First days of the latest quarters for which answers have come in, newest first."""
    starts_on = quarter_of((now - ANSWERS_COUNT_FOR).date())
    for _ in range(QUARTERS_SHOWN):
        starts_on = quarter_of(starts_on - timedelta(days=1))
        yield starts_on


def _quarter(user, starts_on):
    ends_on = next_quarter(starts_on)
    told = Q(responded_at__date__lt=ends_on + ANSWERS_COUNT_FOR) & ~Q(cause="")
    rows = (
        Flag.objects.counted_for(user)
        .alarms()
        .filter(opened_at__date__gte=starts_on, opened_at__date__lt=ends_on)
        .values("kind")
        .annotate(
            alarms=Count("pk"),
            answered=Count("pk", filter=told),
            coaches=Count("engagement__coach", distinct=True, filter=told),
            wrong=Count("pk", filter=told & Q(cause=Cause.JUDGED_WRONGLY)),
            tried=Count("pk", filter=told & ~Q(helped="")),
            helped=Count("pk", filter=told & Q(helped__in=(Helped.YES, Helped.PARTLY))),
            kind_of=F("kind"),
        )
        .order_by("kind")
    )
    found = {row["kind_of"]: row for row in rows}
    last = ends_on - timedelta(days=1)
    return {
        "words": f"{starts_on:%B} to {last:%B} {last:%Y}",
        "rules": [_rule(kind, found.get(kind)) for kind in URGENCY],
    }


def _rule(kind, row):
    is_shown = row is not None and row["answered"] >= LEAST_ANSWERED and row["coaches"] >= LEAST_COACHES
    words = {"label": FlagKind(kind).label, "is_shown": is_shown}
    if not is_shown:
        return words
    share = round(100 * row["wrong"] / row["answered"])
    return words | row | {"wrong_share": share, "right": row["answered"] - row["wrong"]}
