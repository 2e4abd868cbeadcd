"""How often each rule was right, as administrators may know it: counts over many, never a flag.

Counted are alarms of a calendar quarter that ended long enough ago for answers to have come; later answers change
nothing. Beside the budget stand the trust alarms of the 90 days before the first of this month, of the whole house:
the parts of a house would tell of small ones by what is left. Below the floors a row says no more than "too few":
otherwise two looks would tell of one coach's answer.
"""

from datetime import UTC, datetime, time, timedelta

from django.db.models import Count, F, Q
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from engagements.access import ADMINISTRATOR, open_to
from trust.actions.alarm_budget import MONTH, alarms_within_budgets
from trust.models import Flag
from trust.models.cohort import next_quarter, quarter_of
from trust.models.flag import URGENCY, Cause, FlagKind, Helped

LEAST_ANSWERED, LEAST_COACHES = 20, 5
ANSWERS_COUNT_FOR = timedelta(days=30)  # after the quarter's end
QUARTERS_SHOWN = 8
BUDGET_MONTHS = 3  # of 30 days
TRUST_ALARMS = (FlagKind.REGRESSING, FlagKind.STALLED)  # what the alarm budget is about


@require_safe
@open_to(ADMINISTRATOR)
def rule_report(request):
    """Per quarter and rule: alarms, answers, how many were judged wrongly, how many steps helped; and the budget."""
    now = timezone.now()
    recent = _beside_the_budget(request.user, now.date().replace(day=1))
    context = {
        "title": "How often flags were right",
        "recent": recent,
        "recent_only": [recent],
        "quarters": [_quarter(request.user, starts_on) for starts_on in _ended_quarters(now)],
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
    found = _counted(user, starts_on, ends_on, answered_before=ends_on + ANSWERS_COUNT_FOR)
    last = ends_on - timedelta(days=1)
    return {"words": f"{starts_on:%B} to {last:%B} {last:%Y}", **_rules(URGENCY, found)}


def _beside_the_budget(user, ends_on):
    """Trust alarms of the whole house in the 90 days before a day; what was answered later changes nothing."""
    starts_on = ends_on - BUDGET_MONTHS * MONTH
    found = _counted(user, starts_on, ends_on, answered_before=ends_on)
    rows = [found[kind] for kind in TRUST_ALARMS if kind in found]
    alarms, coaches = sum(row["alarms"] for row in rows), max((row["coaches_alarmed"] for row in rows), default=0)
    last = ends_on - timedelta(days=1)
    return {
        "words": f"The 90 days to {last.day} {last:%B %Y}",
        "alarms": alarms if alarms >= LEAST_ANSWERED and coaches >= LEAST_COACHES else None,
        "allowed": alarms_within_budgets(ends_on=ends_on, months=BUDGET_MONTHS),
        **_rules(TRUST_ALARMS, found),
    }


def _counted(user, starts_on, ends_on, *, answered_before):
    """Counts per kind of the alarms raised from one day until before another: {kind: row}."""
    told = Q(responded_at__lt=_begin(answered_before)) & ~Q(cause="")
    tried = told & Q(helped_at__lt=_begin(answered_before))
    rows = (
        Flag.objects.counted_for(user)
        .alarms()
        .filter(opened_at__gte=_begin(starts_on), opened_at__lt=_begin(ends_on))
        .values("kind")
        .annotate(
            alarms=Count("pk"),
            answered=Count("pk", filter=told),
            coaches=Count("engagement__coach", distinct=True, filter=told),
            coaches_alarmed=Count("engagement__coach", distinct=True),
            wrong=Count("pk", filter=told & Q(cause=Cause.JUDGED_WRONGLY)),
            tried=Count("pk", filter=tried),
            helped=Count("pk", filter=tried & Q(helped__in=(Helped.YES, Helped.PARTLY))),
            kind_of=F("kind"),
        )
        .order_by("kind")
    )
    return {row["kind_of"]: row for row in rows}


def _begin(day):
    """In UTC for everybody: in the viewer's zone, another zone would give another count to compare."""
    return datetime.combine(day, time(), UTC)


def _rules(kinds, found):
    """A row per kind; no rows where none could tell anything."""
    rules = [_rule(kind, found.get(kind)) for kind in kinds]
    is_shown = any(rule["is_shown"] for rule in rules)
    return {"is_shown": is_shown, "rules": rules if is_shown else []}


def _rule(kind, row):
    is_shown = row is not None and row["answered"] >= LEAST_ANSWERED and row["coaches"] >= LEAST_COACHES
    words = {"label": FlagKind(kind).label, "is_shown": is_shown}
    if not is_shown:
        return words
    share = round(100 * row["wrong"] / row["answered"])
    return words | row | {"wrong_share": share, "right": row["answered"] - row["wrong"]}
