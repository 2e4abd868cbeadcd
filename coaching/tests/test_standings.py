"""Standings equal the truth after every action, drift is found and mended, and a job moves them on."""

import io
import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from coaching.tests.cast import active_engagement
from engagements.actions.engagements import NotPossible, change_status, create_engagement, edit_engagement
from engagements.actions.people import add_executive, edit_executive, edit_own_profile, edit_program
from engagements.actions.sessions import (
    AlreadyThere,
    NotNow,
    cancel_session,
    mark_held,
    mark_missed,
    move_session,
    restore_session,
    schedule_series,
    schedule_session,
)
from engagements.actions.standings import count_differing, keep_standings, mend_standings, move_standings_on
from engagements.models import Engagement, SessionKind, Standing, Status
from engagements.tasks import mend_all_standings, move_standings
from trust.actions.erasing import erase_engagement_content

NOW = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW, tick=False):
        yield


def standing_of(engagement):
    return Standing.objects.get(pk=engagement.pk)


def figures(engagement):
    row = standing_of(engagement)
    return row.sessions_held, row.sessions_booked, row.sessions_left, row.last_at, row.next_at


def another(cast, name="Ödön Öster-Berg", **details):
    return add_executive(
        organization=cast.mine.organization, name=name, email="oe.dd@client.example", by=None, now=NOW, **details
    )


def test_an_engagement_stands_in_the_lists_from_its_first_moment(cast):
    terms = {"starts_on": NOW.date(), "by": cast.pia, "now": NOW, "objective": "x"}
    made = create_engagement(program=cast.mine.program, coach=cast.cora, executive=another(cast), **terms)
    row = standing_of(made)
    assert (row.status, row.is_open, row.stage, row.sessions_left) == ("PROPOSED", True, 0, 10)
    assert (row.executive_name, row.coach_name, row.program_name) == ("ödön öster-berg", "cora", "program one")
    assert row.words == " ödön öster berg oe.dd@client.example cora cora@people.example program one"


def test_what_happens_to_sessions_counts_at_once(cast):
    one = cast.mine
    keep_standings([one.engagement.pk], NOW)
    assert figures(one.engagement) == (0, 1, 10, None, one.upcoming.starts_at)
    mark_held(session=one.session, minutes=60, by=cast.cora, now=NOW)
    assert figures(one.engagement) == (1, 1, 9, one.session.starts_at, one.upcoming.starts_at)
    later = NOW + timedelta(days=40)
    move_session(session=one.upcoming, starts_at=later, asked_by="COACH", by=cast.cora, now=NOW)
    assert figures(one.engagement)[4] == later
    cancel_session(session=one.upcoming, cancelled_by="EXECUTIVE", by=cast.cora, now=NOW)
    assert figures(one.engagement) == (1, 0, 9, one.session.starts_at, None)


def test_a_chemistry_meeting_is_a_date_and_costs_no_session(cast):
    soon = NOW + timedelta(hours=3)
    terms = {"minutes": 30, "by": cast.cora, "now": NOW, "kind": SessionKind.CHEMISTRY}
    schedule_session(engagement=cast.mine.engagement, starts_at=soon, **terms)
    assert figures(cast.mine.engagement)[1] == 1
    assert figures(cast.mine.engagement)[4] == soon


def test_names_and_addresses_are_those_of_today(cast):
    edit_executive(executive=cast.emil, by=cast.pia, now=NOW, name="Émile Zöllner", email="new@client.example")
    edit_own_profile(user=cast.cora, by=cast.cora, now=NOW, name="Coralie")
    edit_program(program=cast.mine.program, by=cast.pia, now=NOW, name="Leading")
    row = standing_of(cast.mine.engagement)
    assert (row.executive_name, row.coach_name, row.program_name) == ("émile zöllner", "coralie", "leading")
    assert " new@client.example " in row.words
    assert "emil@" not in row.words


@pytest.mark.parametrize(
    ("page", "whose", "changes"),
    [
        ("executive", "emil", {"name": "Emilia", "email": "emilia@client.example"}),
        ("user", "cora", {"name": "Coralie", "email": "coralie@people.example"}),
    ],
)
def test_an_administrator_renames_somebody(cast, as_user, page, whose, changes):
    subject = getattr(cast, whose)
    address = reverse(f"admin:engagements_{page}_change", args=[subject.pk])
    client = as_user(cast.ada)
    form = client.get(address).context["adminform"].form
    typed = {name: value for name, value in form.initial.items() if value is not None and value is not False}
    profile = {"coach_profile-TOTAL_FORMS": 0, "coach_profile-INITIAL_FORMS": 0}
    answer = client.post(address, {**typed, **changes, **profile})
    assert answer.status_code == 302, answer.content
    keep = standing_of(cast.mine.engagement)
    assert changes["email"] in keep.words
    assert changes["name"].lower() in (keep.executive_name, keep.coach_name)


def walk(cast, steps, seed):
    """Random actions, some of which are refused; yields the moment after each."""
    chance, now = random.Random(seed), NOW
    terms = {"program": cast.mine.program, "by": cast.pia}
    engagements = [
        cast.mine.engagement,
        cast.other.engagement,
        active_engagement(coach=cast.otto, executive=another(cast), **terms),
    ]

    def sessions(engagement):
        return list(engagement.sessions.order_by("starts_at", "pk"))

    def at_random(engagement, low=-30, high=40):
        return now + timedelta(hours=chance.randint(low * 24, high * 24))

    def schedule(engagement):
        kind = chance.choice(SessionKind.values)
        details = {"minutes": 60, "by": engagement.coach, "now": now, "kind": kind}
        schedule_session(engagement=engagement, starts_at=at_random(engagement), **details)

    def series(engagement):
        terms = {"time_zone": "Europe/Berlin", "minutes": 60, "by": engagement.coach, "now": now}
        schedule_series(engagement=engagement, first_at=at_random(engagement), count=3, every_weeks=2, **terms)

    def on_session(does):
        def do(engagement):
            if found := sessions(engagement):
                does(chance.choice(found), engagement.coach)

        return do

    def status(engagement):
        to = chance.choice(Status.values)
        change_status(engagement=engagement, to=to, reason="BUDGET", by=cast.pia, now=now)

    def move(session, by):
        move_session(session=session, starts_at=at_random(None), asked_by="COACH", by=by, now=now)

    doing = [
        schedule, schedule, series, status,
        on_session(move),
        on_session(lambda one, by: mark_held(session=one, minutes=50, by=by, now=now)),
        on_session(lambda one, by: mark_missed(session=one, by=by, now=now)),
        on_session(lambda one, by: cancel_session(session=one, cancelled_by="COACH", by=by, now=now)),
        on_session(lambda one, by: restore_session(session=one, by=by, now=now)),
        lambda one: edit_engagement(engagement=one, by=cast.pia, now=now, session_budget=chance.randint(1, 40)),
        lambda one: edit_executive(executive=one.executive, by=None, now=now, name=f"Name {chance.random()}"),
        lambda one: edit_program(program=one.program, by=None, now=now, name=f"Program {chance.random()}"),
        lambda one: erase_engagement_content(engagement=one, by=None, now=now) if chance.random() < 0.05 else None,
    ]  # fmt: skip
    for _ in range(steps):
        now += timedelta(hours=chance.randint(0, 40))
        engagement = Engagement.objects.with_people().get(pk=chance.choice(engagements).pk)
        with suppress(AlreadyThere, NotNow, NotPossible):
            chance.choice(doing)(engagement)
        yield now


@pytest.mark.parametrize("seed", range(4))
def test_after_whatever_is_done_standings_are_the_truth(cast, seed):
    mend_standings(NOW)
    for now in walk(cast, 60, seed):
        assert count_differing(now) == 0
    move_standings_on(now, 100)
    assert not Standing.objects.with_passed_sessions(now).exists()
    assert count_differing(now) == 0


def test_a_job_moves_on_whoever_meets_now(cast):
    one = cast.mine
    mend_standings(NOW)
    with time_machine.travel(one.upcoming.starts_at + timedelta(minutes=1), tick=False):
        move_standings()
        assert figures(one.engagement)[1] == 0
        assert figures(one.engagement)[4] is None


def test_the_job_makes_what_is_missing(cast):
    Standing.objects.all().delete()
    assert count_differing(NOW) == 2
    move_standings()
    assert count_differing(NOW) == 0
    assert Standing.objects.count() == 2


@pytest.mark.parametrize(
    "drift", [{"sessions_held": 7}, {"words": "x"}, {"next_at": None}, {"last_at": NOW}, {"stage": 5}]
)
def test_drift_is_counted_and_mended_in_the_night(cast, drift):
    mend_standings(NOW)
    Standing.objects.filter(pk=cast.mine.engagement.pk).update(**drift)
    assert count_differing(NOW) == 1
    mend_all_standings()
    assert count_differing(NOW) == 0


def test_counting_many_takes_one_statement(cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        count_differing(NOW)


def doctor(*options):
    """What the doctor says of standings; whatever else is ill in a test is not the question."""
    said = io.StringIO()
    with suppress(CommandError):
        call_command("doctor", *options, stdout=said)
    return said.getvalue()


def test_the_doctor_finds_drift_says_how_much_and_repairs_it(cast):
    mend_standings(NOW)
    assert "2 equal the truth" in doctor("--deep")
    Standing.objects.filter(pk=cast.mine.engagement.pk).update(sessions_left=1)
    assert "1 of 2 differ" in doctor("--deep")
    assert "standings" not in doctor()
    assert "1 standings differed" in doctor("--repair")
    assert "2 equal the truth" in doctor("--deep")


def test_the_doctor_minds_a_job_that_does_not_run(cast):
    mend_standings(NOW)
    with time_machine.travel(cast.mine.upcoming.starts_at + timedelta(minutes=20), tick=False):
        assert "differ from the truth" in doctor("--deep")
