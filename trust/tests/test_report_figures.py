"""Figures of a sponsor report: counts of dates, and over groups only what is frozen and large enough."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from coaching.tests.cast import at
from coaching.tests.test_api import Caller
from engagements.actions.people import add_manager
from engagements.actions.report_freezing import freeze_report, verify_report
from engagements.actions.reports import order_report
from engagements.actions.sessions import cancel_session, mark_missed, schedule_session
from engagements.models import SponsorReport
from engagements.report_periods import last_whole, lately, quarters_within, words_of
from trust import tasks
from trust.actions.cohort import freeze_what_is_due
from trust.actions.session_log import log_session
from trust.models.cohort import next_quarter
from trust.report_words import NOT_SHOWN, NOT_YET, sections_of
from trust.tests.reporting import days, drafted
from trust.tests.test_cohort import QUARTER, engage, rate

pytestmark = pytest.mark.django_db
OF_QUARTER = (QUARTER, next_quarter(QUARTER) - timedelta(days=1))


def rows_of(report, **terms):
    """{label: (value, note)} of everything a report says about the whole."""
    sections = sections_of(report.figures, **terms)
    return {row.label: (row.value, row.note) for section in sections for row in section.rows}


def held(side, days_ago):
    session = planned(side, days_ago)
    log_session(session=session, by=side.coach, now=at(-days_ago, 2), minutes=60, ratings={})
    return session


# --- counts -------------------------------------------------------------------------------------


def test_sessions_attendance_and_budget_are_those_of_the_period(cast):
    mine = cast.mine
    held(mine, 50), held(mine, 20), held(mine, 18)
    mark_missed(session=planned(mine, 16), by=cast.cora, now=at(-16, 2))
    cancel_session(session=planned(mine, 14), cancelled_by="EXECUTIVE", by=cast.cora, now=at(-15))
    planned(mine, 12)
    figures = drafted(mine, period=(at(-30).date(), at(-5).date())).figures
    assert figures["sessions"] == {"held": 2, "missed": 1, "cancelled": 1, "unlogged": 1, "planned": 4}
    assert figures["budget"] == {"engagements": 1, "sessions": 10, "used": 3}
    assert figures["first_session"] == {"engagements": 1, "without": 0, "median_days": 10}
    assert figures["engagements"] == {"total": 1, "by_status": {"ACTIVE": 1}}


def planned(side, days_ago):
    by = {"by": side.coach, "now": at(-59)}
    return schedule_session(engagement=side.engagement, starts_at=at(-days_ago), minutes=60, **by)


def test_each_figure_says_what_it_rests_on_and_what_is_missing(cast):
    held(cast.mine, 20)
    planned(cast.mine, 12)
    rows = rows_of(drafted(cast.mine, period=(at(-30).date(), at(-5).date())))
    assert rows["Held"] == ("1", "1 session begun and not logged yet")
    assert rows["Attendance"] == ("100 %", "1 of 1 session held or missed")
    assert rows["Budget used"][0] == "10 %"
    assert rows["From start to first session"][1] == "median; 1 engagement"


def test_nothing_is_divided_by_nothing(cast):
    long_ago = drafted(cast.mine, period=(at(-900).date(), at(-890).date()))
    rows = rows_of(long_ago)
    assert (rows["Attendance"][0], rows["Budget used"][0], rows["Ran in this period"][0]) == ("–", "–", "0")


# --- over groups --------------------------------------------------------------------------------


@pytest.fixture
def six(cast):
    """Six executives in Pia's program, with Cora and Otto in turn, each rated and asked once in the quarter."""
    made = [engage(cast, k, (cast.cora, cast.otto)[k % 2]) for k in range(6)]
    for number, engagement in enumerate(made):
        rate(engagement, 4, answered=5 if number % 2 else None)
    return made


def test_what_is_frozen_over_enough_people_is_told(cast, six):
    freeze_what_is_due(now=timezone.now())
    rows = rows_of(drafted(cast.mine, period=OF_QUARTER))
    assert rows["Cognitive trust"][1].startswith("6 people")
    assert rows["Check-ins answered"][1].startswith("6 people asked")
    assert rows["Follow-ups"][0] == NOT_SHOWN


def test_too_few_people_and_one_coach_alone_are_not_told(cast):
    for number in range(6):
        rate(engage(cast, number, cast.cora), 4, answered=5)
    freeze_what_is_due(now=timezone.now())
    report = drafted(cast.mine, period=OF_QUARTER)
    assert report.figures["confided"] == {"quarters": [{"starts_on": QUARTER.isoformat(), "is_written": True}]}
    rows = rows_of(report)
    assert {rows[label][0] for label in ("Trust", "Check-ins answered", "Follow-ups")} == {NOT_SHOWN}


def test_a_month_tells_nothing_over_groups(cast, six):
    freeze_what_is_due(now=timezone.now())
    first = QUARTER
    report = drafted(cast.mine, period=(first, first + timedelta(days=30)))
    assert report.figures["confided"] == {"quarters": []}
    assert rows_of(report)["Trust"][0] == NOT_SHOWN


def test_no_answer_of_today_changes_a_draft(cast, six):
    """Nothing over groups is worked out when a report is drafted: two drafts with an answer between are the same."""
    freeze_what_is_due(now=timezone.now())
    before = drafted(cast.mine, period=OF_QUARTER).figures["confided"]
    rate(six[0], 1, when=at(-3), answered=1)
    SponsorReport.objects.all().delete()
    assert drafted(cast.mine, period=OF_QUARTER).figures["confided"] == before


def test_a_quarter_that_is_written_later_comes_into_drafts_and_not_into_what_is_frozen(cast, six):
    draft = drafted(cast.mine, period=OF_QUARTER)
    other = drafted(cast.mine, period=(OF_QUARTER[0], OF_QUARTER[1] + timedelta(days=1)))
    frozen = freeze_report(report=other, by=cast.pia, now=at())
    assert rows_of(draft)["Trust, check-ins and follow-ups"][0] == NOT_YET
    tasks.freeze_cohorts()
    draft.refresh_from_db()
    assert "Cognitive trust" in rows_of(draft)
    frozen.refresh_from_db()
    assert rows_of(frozen)["Trust, check-ins and follow-ups"][0] == NOT_YET
    assert verify_report(frozen).is_same


def test_whoever_coaches_in_the_program_reads_nothing_over_groups(cast, six, as_user):
    """Cora manages the program, too: with her own people she could subtract."""
    freeze_what_is_due(now=timezone.now())
    report = drafted(cast.mine, period=OF_QUARTER)
    add_manager(program=cast.mine.program, user=cast.cora, by=None, now=at())
    page = as_user(cast.cora).get(reverse("report_detail", args=[report.pk])).content.decode()
    assert "Cognitive trust" not in page
    assert "Freeze" not in page.replace("freezes", "")
    assert as_user(cast.cora).post(reverse("report_freeze", args=[report.pk])).status_code == 403
    freeze_report(report=report, by=cast.pia, now=at())
    for kind in ("pdf", "xlsx", "json"):
        assert as_user(cast.cora).get(reverse(f"report_{kind}", args=[report.pk])).status_code == 403
        assert as_user(cast.pia).get(reverse(f"report_{kind}", args=[report.pk])).status_code == 200


def test_whoever_coaches_in_the_program_gets_no_hash_to_try_out_figures_on(cast, six, as_user):
    """It is over all of the content: with a handful of figures missing, each set of values could be tried."""
    freeze_what_is_due(now=timezone.now())
    report = freeze_report(report=drafted(cast.mine, period=OF_QUARTER), by=cast.pia, now=at())
    add_manager(program=cast.mine.program, user=cast.cora, by=None, now=at())
    page = reverse("report_detail", args=[report.pk])
    assert report.digest in as_user(cast.pia).get(page).content.decode()
    for address in (page, f"{page}?verify=1"):
        assert report.digest not in as_user(cast.cora).get(address).content.decode()
    for who, told in ((cast.pia, report.digest), (cast.cora, None)):
        caller = Caller(who)
        (row,) = caller.get("reports").json()["items"]
        assert (row["digest"], caller.get(f"reports/{report.pk}").json()["digest"]) == (told, told)


def test_what_they_order_themselves_holds_nothing_over_groups_and_they_may_have_it(cast, six, as_user):
    freeze_what_is_due(now=timezone.now())
    add_manager(program=cast.mine.program, user=cast.cora, by=None, now=at())
    terms = {"names_engagements": False, "by": cast.cora, "now": at()}
    report = order_report(program=cast.mine.program, **days(*OF_QUARTER), **terms)
    tasks.draft_report(str(report.pk))
    report.refresh_from_db()
    assert report.figures["confided"] is None
    as_user(cast.cora).post(reverse("report_freeze", args=[report.pk]))
    assert as_user(cast.cora).get(reverse("report_pdf", args=[report.pk])).status_code == 200


def test_no_flag_no_state_and_no_words_stand_in_figures(cast, six):
    freeze_what_is_due(now=timezone.now())
    told = str(drafted(cast.mine, period=OF_QUARTER).figures)
    for word in ("flag", "STALLED", "REGRESSING", "state", "note", "p_", "readiness", "orientation"):
        assert word not in told


# --- periods ------------------------------------------------------------------------------------


def test_months_and_quarters_follow_the_calendar():
    assert last_whole("MONTH", date(2026, 1, 5)) == (date(2025, 12, 1), date(2025, 12, 31))
    assert last_whole("QUARTER", date(2026, 11, 22)) == (date(2026, 7, 1), date(2026, 9, 30))
    assert [words_of(*one) for one in lately("MONTH", date(2024, 3, 1), 2)] == ["February 2024", "January 2024"]
    assert words_of(date(2026, 7, 1), date(2026, 9, 30)) == "July to September 2026"
    assert words_of(date(2026, 7, 1), date(2026, 9, 29)) == "1 July 2026 to 29 September 2026"
    three = [date(2026, month, 1) for month in (1, 4, 7)]
    assert quarters_within(date(2026, 1, 1), date(2026, 9, 30)) == three
    assert quarters_within(date(2026, 1, 2), date(2026, 9, 29)) == [date(2026, 4, 1)]
