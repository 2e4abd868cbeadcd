"""The page of a program, as its managers read it: how it goes by dates and counts, and nothing that anybody said."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coaching.tests.cast import active_engagement, at, person
from engagements.actions.engagements import change_status
from engagements.actions.people import add_executive, add_manager, make_coach
from engagements.actions.sessions import cancel_session, mark_held, mark_missed, schedule_session
from engagements.models import Engagement, Party, Status
from trust.actions.cohort import freeze_what_is_due
from trust.actions.erasing import erase_engagement_content
from trust.models import CheckIn, CohortPeriod
from trust.report_words import sections_of
from trust.tests.reporting import drafted
from trust.tests.test_cohort import engage, rate, six  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

HEADINGS = ("Progress against plan", "Attendance and beginnings", "Stages over the last twelve months")


def page(as_user, user, program, **query):
    answer = as_user(user).get(reverse("program_detail", args=[program.pk]), query)
    assert answer.status_code == 200
    return answer


def words(as_user, user, program):
    """What the page says, without marks and spaces."""
    text = re.sub(r"<[^>]+>", " ", page(as_user, user, program).content.decode())
    return re.sub(r"\s+", " ", text.replace("\u00a0", " "))


def booked(engagement, days, *, ago=40):
    return schedule_session(engagement=engagement, starts_at=at(days, 3), minutes=60, by=engagement.coach, now=at(-ago))


def held(engagement, days):
    session = booked(engagement, days)
    mark_held(session=session, minutes=60, by=engagement.coach, now=at(days, 5))
    return session


# --- who sees what ----------------------------------------------------------------------------


def test_managers_see_how_it_goes_and_coaches_see_their_own_engagements_as_before(as_user, cast):
    manager = words(as_user, cast.pia, cast.mine.program)
    coach = words(as_user, cast.cora, cast.mine.program)
    assert all(heading in manager for heading in (*HEADINGS, "What executives answer"))
    assert not any(heading in coach for heading in (*HEADINGS, "What executives answer"))
    assert "Your engagements" in coach
    assert "Emil" in coach


def test_a_manager_who_coaches_in_the_program_sees_dates_and_counts_but_no_answers(as_user, cast, six):  # noqa: F811
    freeze_what_is_due(now=timezone.now())
    both = person("Bo")
    make_coach(user=both, by=None, now=at())
    add_manager(program=cast.mine.program, user=both, by=None, now=at())
    assert "What executives answer" in words(as_user, both, cast.mine.program)
    engage(cast, 50, both)
    inside = words(as_user, both, cast.mine.program)
    assert all(heading in inside for heading in HEADINGS)
    assert "What executives answer" not in inside


# --- against the plan ---------------------------------------------------------------------------


def test_held_booked_and_left_are_of_the_budgets_of_all_that_runs(as_user, cast):
    mark_held(session=cast.mine.session, minutes=60, by=cast.cora, now=at())
    second = engage(cast, 1, cast.otto)
    for days in (-20, -10):
        held(second, days)
    told = words(as_user, cast.pia, cast.mine.program)
    assert "2 engagements on plan for 20 sessions: 3 held, 1 booked, 16 still to book." in told


def test_the_pace_says_how_much_of_the_plan_will_be_used(as_user, cast):
    """60 days of 182 have passed: three sessions are on the way to nine of ten."""
    for days in (-50, -30, -10):
        held(cast.mine.engagement, days)
    told = words(as_user, cast.pia, cast.mine.program)
    assert "At this pace 91 % of the sessions will be used by the planned ends." in told
    assert "So far 30 % are held; by the time passed it would be 33 %." in told
    assert "Pace from 1 of 1 engagement." in told


def test_what_has_only_begun_is_left_out_of_the_pace_and_said_so(as_user, cast):
    executive = add_executive(
        organization=cast.mine.organization, name="Edda", email="edda@client.example", by=None, now=at()
    )
    active_engagement(program=cast.mine.program, coach=cast.otto, executive=executive, by=cast.pia, starts_days_ago=3)
    told = words(as_user, cast.pia, cast.mine.program)
    assert "Pace from 1 of 2 engagements. Left out: 1 that has only begun." in told


def test_without_an_engagement_on_plan_there_is_no_figure(as_user, cast):
    change_status(engagement=cast.mine.engagement, to=Status.COMPLETED, by=cast.cora, now=at())
    told = words(as_user, cast.pia, cast.mine.program)
    assert "No engagement is on plan at the moment." in told
    assert "1 engagement already over used 0 % of their sessions (0 of 10)." in told


def test_a_pool_is_told_where_there_is_one(as_user, cast):
    assert "in the pool" not in words(as_user, cast.pia, cast.mine.program)
    cast.mine.program.session_pool = 40
    cast.mine.program.save()
    assert "Of 40 sessions in the pool 10 are used, 30 left." in words(as_user, cast.pia, cast.mine.program)


# --- attendance, logs, beginnings ---------------------------------------------------------------


def test_attendance_counts_nothing_that_was_cancelled_and_says_how_much_of_it_was_late(as_user, cast):
    mark_held(session=cast.mine.session, minutes=60, by=cast.cora, now=at())
    mark_missed(session=booked(cast.mine.engagement, -9), by=cast.cora, now=at())
    for hours_before in (2, 48):
        session = booked(cast.mine.engagement, -10 - hours_before // 24)
        cancel_session(
            session=session, cancelled_by=Party.EXECUTIVE, by=cast.cora,
            now=session.starts_at - timedelta(hours=hours_before),
        )  # fmt: skip
    told = words(as_user, cast.pia, cast.mine.program)
    assert "50 % 1 held of 2" in told
    assert "held, of those held or missed; 1 missed" in told
    assert "2 cancelled, 1 of them within 24 hours before: no part of attendance." in told


def test_page_program_and_report_tell_the_same_attendance(as_user, cast):
    """Two held, one missed, one cancelled late, and a chemistry meeting, which is no session of the budget."""
    engagement, cora = cast.mine.engagement, cast.cora
    mark_held(session=cast.mine.session, minutes=60, by=cora, now=at())
    mark_held(session=booked(engagement, -9), minutes=60, by=cora, now=at())
    mark_missed(session=booked(engagement, -8), by=cora, now=at())
    late = booked(engagement, -7)
    cancel_session(session=late, cancelled_by=Party.EXECUTIVE, by=cora, now=late.starts_at - timedelta(hours=2))
    met = booked(engagement, -6)
    mark_held(session=met, minutes=60, by=cora, now=at())
    type(met).objects.filter(pk=met.pk).update(kind="CHEMISTRY")
    detail = reverse("engagement_detail", args=[engagement.pk])
    assert {as_user(one).get(detail).context["attendance"] for one in (cora, cast.pia)} == {"2 of 3"}
    assert "67 % 2 held of 3" in words(as_user, cast.pia, cast.mine.program)
    report = drafted(cast.mine, period=(at(-90).date(), at(-1).date()))
    rows = {row.label: row for section in sections_of(report.figures) for row in section.rows}
    assert (rows["Attendance"].value, rows["Attendance"].note) == ("67 %", "2 of 3 sessions held or missed")
    erase_engagement_content(engagement=engagement, by=cast.pia, now=at())
    assert as_user(cora).get(detail).context["attendance"] == "2 of 3"


def test_a_session_that_has_begun_and_is_not_logged_is_counted_with_its_age(as_user, cast):
    booked(cast.mine.engagement, -9)
    told = words(as_user, cast.pia, cast.mine.program)
    assert "the oldest began 8 days ago, 1 more than a week ago" in told
    assert page(as_user, cast.pia, cast.mine.program).context["attendance"]["unlogged"] == 2


def test_sessions_of_another_program_count_nowhere(as_user, cast):
    mark_held(session=cast.other.session, minutes=60, by=cast.otto, now=at())
    told = words(as_user, cast.pia, cast.mine.program)
    assert "on plan for 10 sessions: 0 held" in told
    assert page(as_user, cast.pia, cast.mine.program).context["attendance"]["share"] == "–"


def test_the_first_session_is_counted_from_the_day_of_entering(as_user, cast):
    held(cast.mine.engagement, -39)  # entered 60 days ago
    found = page(as_user, cast.pia, cast.mine.program).context["first_session"]
    assert (found["days"], found["unit"]) == (21, "days")


def test_who_waits_for_a_first_session_is_said(as_user, cast):
    assert "1 on plan still waits for a first session, up to 60 days." in words(as_user, cast.pia, cast.mine.program)


# --- stages -------------------------------------------------------------------------------------


def test_stages_follow_from_the_steps_on_record(as_user, cast):
    change_status(engagement=cast.mine.engagement, to=Status.PAUSED, by=cast.cora, now=at())
    stages = page(as_user, cast.pia, cast.mine.program).context["stages"]
    assert stages["is_on_record"]
    assert stages["headings"] == ["Active", "Paused", "Agreed, not begun", "Being arranged"]
    assert stages["rows"][0]["counts"] == [0, 1, 0, 0]
    assert stages["rows"][1]["counts"] == [1, 0, 0, 0]
    assert stages["rows"][-1]["counts"] == [0, 0, 0, 0]


def test_an_engagement_whose_steps_are_not_on_record_makes_the_page_say_so(as_user, cast):
    executive = add_executive(
        organization=cast.mine.organization, name="Old", email="old@client.example", by=None, now=at()
    )
    Engagement.objects.create(
        program=cast.mine.program, coach=cast.otto, executive=executive, status="COMPLETED", session_budget=5,
        cadence_weeks=2, starts_on=at(-300).date(), ends_on=at(-100).date(), ended_on=at(-95).date(),
        created_at=at(-300),
    )  # fmt: skip
    answer = page(as_user, cast.pia, cast.mine.program)
    assert not answer.context["stages"]["is_on_record"]
    assert sum(row["ended"] for row in answer.context["stages"]["rows"]) == 1
    assert "not on record" in answer.content.decode()


# --- what was answered --------------------------------------------------------------------------


def test_the_share_of_answered_check_ins_is_that_of_the_frozen_quarter(as_user, cast, six):  # noqa: F811
    assert "No figures yet" in words(as_user, cast.pia, cast.mine.program)
    freeze_what_is_due(now=timezone.now())
    told = words(as_user, cast.pia, cast.mine.program)
    assert "20 % or less of those sent, to 6 people" in told
    assert told.count("Not shown") == 1  # nobody was asked whether it lasted


def test_an_answer_given_today_leaves_the_page_as_it_is(as_user, cast, six):  # noqa: F811
    freeze_what_is_due(now=timezone.now())
    before = words(as_user, cast.pia, cast.mine.program)
    CheckIn.objects.update(status="ANSWERED", answered_at=at())
    for engagement in six:
        rate(engagement, 7, when=at(-60), answered=7)  # a session all may know of: two worlds differ by the answer
    with_answers = words(as_user, cast.pia, cast.mine.program)
    CheckIn.objects.update(status="SENT", answered_at=None)
    assert words(as_user, cast.pia, cast.mine.program) == with_answers != before


def test_four_people_leave_the_quarter_without_a_figure(as_user, cast):
    for k in range(4):
        rate(engage(cast, k, (cast.cora, cast.otto)[k % 2]), 4, answered=6)
    freeze_what_is_due(now=timezone.now())
    assert CohortPeriod.objects.exists()
    told = words(as_user, cast.pia, cast.mine.program)
    assert "of those sent" not in told
    assert "Not shown" in told


# --- how it is drawn, and what it costs ---------------------------------------------------------


def test_every_chart_has_a_name_words_and_a_table(as_user, cast, six):  # noqa: F811
    freeze_what_is_due(now=timezone.now())
    for route in ("program_detail", "program_cohort"):
        html = as_user(cast.pia).get(reverse(route, args=[cast.mine.program.pk])).content.decode()
        charts = re.findall(r"<svg[^>]*role=\"img\".*?</svg>", html, re.DOTALL)
        assert len(charts) == {"program_detail": 4, "program_cohort": 6}[route]
        ids = re.findall(r' id="([^"]+)"', html)
        assert len(ids) == len(set(ids))
        for chart in charts:
            named = re.search(r'aria-labelledby="(\S+) (\S+)"', chart)
            assert f'<title id="{named[1]}">' in chart
            assert re.search(rf'<desc id="{named[2]}">\s*\S', chart)
        assert set(re.findall(r"url\(#([^)]+)\)", html)) <= set(ids)
        assert "<table" in html


def test_queries_do_not_grow_with_engagements(as_user, cast, six):  # noqa: F811
    freeze_what_is_due(now=timezone.now())
    client = as_user(cast.pia)
    counts = []
    for number in (60, 61, 62):
        client.get(reverse("program_detail", args=[cast.mine.program.pk]))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("program_detail", args=[cast.mine.program.pk]))
        counts.append(sum("SAVEPOINT" not in one["sql"] for one in queries))
        for more in range(4):
            held(engage(cast, number * 10 + more, cast.otto), -20)
    assert counts[0] == counts[-1] <= 12
