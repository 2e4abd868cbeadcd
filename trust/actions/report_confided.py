"""Figures of a sponsor report that rest on check-ins, follow-ups and ratings: over groups alone, and coarse.

Only people whose agreement opens averages stand behind them, at least five of two coaches, and only whole months and
quarters are counted: whoever could choose the days could count somebody out. They are worked out once per period; a
report that is drafted anew takes them over, since two drafts with an answer between them would tell that answer.
Trust itself is never worked out here: it is taken from quarters that are frozen already.
"""

from collections import defaultdict

from django.db.models import Count, Q

from engagements.actions.report_lines import bounds_of
from engagements.models import Engagement, FollowUp, Lasting, Party, Program, Session, SponsorReport
from engagements.permissions import programs_managed_from_outside_by
from engagements.report_periods import is_whole, quarters_within
from trust.actions.cohort import cell_of
from trust.aggregates import is_enough, share_figure, together
from trust.models import CheckInStatus, CohortCell, CohortPeriod
from trust.permissions import engagements_in_cohorts

STRANDS = ("cognitive", "relational")
FEW, SPAN, NONE = "FEW", "SPAN", "NONE"  # why a figure is withheld: too few people, odd days, nobody asked


def confided_figures(report):
    """The part of a report over groups; None where nobody who manages the program may see it."""
    if not _may_be_seen(report):
        return None
    return {**_once(report), "cohort": _cohort(report)}


def _may_be_seen(report):
    """Whoever coaches or is coached in the program could subtract what they know: such a report holds none of it."""
    if report.created_by is not None:
        readers = [report.created_by]
    else:
        readers = [row.user for row in report.program.managers.filter(removed_at=None).select_related("user")]
    return any(_is_outside(reader, report.program_id) for reader in readers)


def _is_outside(user, program_id):
    return Program.objects.filter(programs_managed_from_outside_by(user), pk=program_id).exists()


def _once(report):
    """Check-ins and follow-ups as they were first worked out for these days."""
    days = {"period_from": report.period_from, "period_until": report.period_until}
    earlier = SponsorReport.objects.filter(program=report.program, **days).exclude(pk=report.pk)
    for known in earlier.order_by("created_at", "pk").values_list("figures", flat=True):
        if known.get("confided"):
            return {name: known["confided"][name] for name in ("check_ins", "follow_ups")}
    if not is_whole(report.period_from, report.period_until):
        return {"check_ins": _withheld(SPAN), "follow_ups": _withheld(SPAN)}
    return {"check_ins": _check_ins(report), "follow_ups": _follow_ups(report)}


def _withheld(why):
    return {"withheld": why}


def _counted(report):
    """Engagements that may stand behind figures over groups: {key: (person, coach)}."""
    rows = Engagement.objects.filter(engagements_in_cohorts(), program=report.program).order_by()
    return {pk: (person, coach) for pk, person, coach in rows.values_list("pk", "executive_id", "coach_id")}


# --- check-ins ----------------------------------------------------------------------------------


def _check_ins(report):
    """How many of the check-ins they were sent people answered, each person counting once."""
    begin, end = bounds_of(report)
    mailed = Session.objects.filter(
        engagement__program=report.program,
        starts_at__gte=begin,
        starts_at__lt=end,
        check_in__status__in=(CheckInStatus.SENT, CheckInStatus.ANSWERED),
    ).order_by()
    is_answered = Q(check_in__status=CheckInStatus.ANSWERED)
    rows = mailed.values("engagement_id").annotate(asked=Count("pk"), answered=Count("pk", filter=is_answered))
    return _share(_by_person(report, rows.values_list("engagement_id", "asked", "answered")))


def _by_person(report, rows):
    """{person: [coaches, asked, answered]}."""
    counted, people = _counted(report), defaultdict(lambda: [set(), 0, 0])
    for engagement_id, asked, answered in rows:
        if engagement_id in counted and asked:
            person, coach = counted[engagement_id]
            people[person][0].add(coach)
            people[person][1] += asked
            people[person][2] += answered
    return people


def _share(people):
    """A share over people as it may be told: {people, tenths, bound}, or why it is withheld."""
    if not people:
        return _withheld(NONE)
    if not is_enough([frozenset(coaches) for coaches, _, _ in people.values()]):
        return _withheld(FEW)
    figure = share_figure([answered / asked for _, asked, answered in people.values()])
    return {"people": len(people), "tenths": figure.tenths, "bound": str(figure.bound)}


# --- follow-ups ---------------------------------------------------------------------------------


def _follow_ups(report):
    """Of the executives asked in these days: how many answered, and for how many it lasts."""
    days = {"due_on__gte": report.period_from, "due_on__lte": report.period_until}
    # Answers given while the page did not say that they count are left out, the question with them.
    may_count = Q(answered_at__isnull=True) | Q(is_for_groups=True)
    asked = FollowUp.objects.filter(
        may_count, engagement__program=report.program, party=Party.EXECUTIVE, asked_at__isnull=False, **days
    ).order_by()
    is_answered, is_lasting = Q(answered_at__isnull=False), Q(lasting=Lasting.LASTING)
    rows = asked.values("engagement_id").annotate(
        asked=Count("pk"), answered=Count("pk", filter=is_answered), lasting=Count("pk", filter=is_lasting)
    )
    rows = list(rows.values_list("engagement_id", "asked", "answered", "lasting"))
    answering = _share(_by_person(report, [(pk, asked, answered) for pk, asked, answered, _ in rows]))
    lasting = _share(_by_person(report, [(pk, answered, lasting) for pk, _, answered, lasting in rows]))
    if "withheld" in answering:
        return answering
    # How many answered is told by the share alone: their number, or that there was nobody, would tell of everybody.
    lasting.pop("people", None)
    return {**answering, "lasting": _withheld(FEW) if "withheld" in lasting else lasting}


# --- trust --------------------------------------------------------------------------------------


def _cohort(report):
    """Quarters that lie in the period as a whole, each as it was frozen, or that it is not written yet."""
    quarters = quarters_within(report.period_from, report.period_until)
    written = CohortPeriod.objects.filter(program=report.program, starts_on__in=quarters)
    written = dict(written.values_list("starts_on", "pk"))
    cells = defaultdict(dict)
    for row in CohortCell.objects.filter(period__in=written.values()):
        cells[row.period_id][row.group] = cell_of(row)
    return [_quarter(starts_on, starts_on in written, cells.get(written.get(starts_on), {})) for starts_on in quarters]


def _quarter(starts_on, is_written, cells):
    cell = together(cells)
    told = {"starts_on": starts_on.isoformat(), "is_written": is_written}
    if cell is None:
        return told
    strands = {name: [getattr(cell, name).tenths, str(getattr(cell, name).bound)] for name in STRANDS}
    return {**told, "people": cell.people, **strands, "past": str(cell.past or "")}
