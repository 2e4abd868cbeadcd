"""Figures of large programs: kept, counted by a job, shown with their time, and equal to the truth."""

from contextlib import suppress
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from coaching.tests.cast import at
from engagements import tasks
from engagements.actions.program_figures import LARGE, count_figures, count_programs
from engagements.actions.sessions import mark_held, schedule_session
from engagements.actions.standings import mend_standings, move_standings_on
from engagements.figures import from_json
from engagements.models import Engagement, Executive, ProgramFigures

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(cast):
    return cast.mine.program


def make_large(cast):
    """So many engagements that figures are kept; rows without a history, as fast as it gets."""
    people = Executive.objects.bulk_create(
        Executive(organization=cast.mine.organization, name=f"E{k:03}", email=f"e{k}@client.example")
        for k in range(LARGE)
    )
    terms = {"session_budget": 10, "cadence_weeks": 2, "starts_on": at(-60).date(), "ends_on": at(60).date()}
    Engagement.objects.bulk_create(
        Engagement(program=cast.mine.program, coach=cast.otto, executive=one, status="ACTIVE", **terms)
        for one in people
    )
    Engagement.objects.update(created_at=at(-60), changed_at=at(-60))
    mend_standings(timezone.now())


def keep(program, *, ago):
    found = count_figures(program, timezone.now())
    counted_at = timezone.now() - ago
    return ProgramFigures.objects.create(program=program, figures=found.as_json(), counted_at=counted_at)


def page(as_user, cast):
    return as_user(cast.pia).get(reverse("program_detail", args=[cast.mine.program.pk]))


def test_kept_figures_are_the_ones_that_were_counted(cast, program):
    found = count_figures(program, timezone.now())
    kept = ProgramFigures.objects.create(program=program, figures=found.as_json(), counted_at=found.counted_at)
    kept.refresh_from_db()
    assert from_json(kept.figures, kept.counted_at) == found


def test_a_small_program_is_counted_as_it_stands(as_user, cast):
    assert page(as_user, cast).context["counted_at"] is None
    assert not ProgramFigures.objects.exists()


def test_a_large_program_is_counted_once_and_shown_with_its_time(as_user, cast, program):
    make_large(cast)
    assert page(as_user, cast).context["counted_at"] is None
    kept = ProgramFigures.objects.get()
    mark_held(session=cast.mine.session, minutes=60, by=cast.cora, now=at())
    answer = page(as_user, cast)
    assert answer.context["counted_at"] == kept.counted_at
    assert "on plan for 2010 sessions: 0 held" in answer.content.decode()
    assert "Figures as counted at" in answer.content.decode()
    assert answer.context["page"].paginator.count == LARGE + 1
    assert [one.executive.name for one in answer.context["page"]][:2] == ["E000", "E001"]


def test_the_job_counts_what_has_some_age_and_nothing_else(cast, program):
    make_large(cast)
    keep(program, ago=timedelta(minutes=3))
    assert count_programs(timezone.now()) == 0
    ProgramFigures.objects.update(counted_at=at(-1))
    mark_held(session=cast.mine.session, minutes=60, by=cast.cora, now=at())
    tasks.count_kept_figures()
    kept = ProgramFigures.objects.get()
    assert kept.figures["progress"]["held"] == 1
    assert timezone.now() - kept.counted_at < timedelta(minutes=1)


def test_without_a_worker_the_page_counts_for_itself_after_an_hour(as_user, cast, program):
    keep(program, ago=timedelta(minutes=61))
    mark_held(session=cast.mine.session, minutes=60, by=cast.cora, now=at())
    assert "1 held" in page(as_user, cast).content.decode()


def test_figures_of_a_program_that_is_not_large_any_more_are_not_kept(cast, program):
    keep(program, ago=timedelta(minutes=20))
    count_programs(timezone.now())
    assert not ProgramFigures.objects.exists()


def test_the_doctor_finds_kept_figures_that_are_not_the_truth(cast, program):
    Engagement.objects.update(changed_at=at(-60))
    kept = keep(program, ago=timedelta(minutes=3))
    assert "1 of large programs compared, none different" in doctor()
    kept.figures["progress"]["held"] += 1
    kept.save()
    assert "1 of 1 compared differ" in doctor()
    mark_held(session=cast.mine.session, minutes=60, by=cast.cora, now=timezone.now())
    assert "0 of large programs compared, none different; 1 changed since and left to the job" in doctor()


def test_the_doctor_does_not_take_a_session_that_has_begun_since_for_a_difference(cast, program):
    counted_at = timezone.now() - timedelta(minutes=3)
    schedule_session(
        engagement=cast.mine.engagement, starts_at=counted_at + timedelta(minutes=1), minutes=60,
        by=cast.cora, now=at(-5),
    )  # fmt: skip
    Engagement.objects.update(changed_at=at(-4))
    found = count_figures(program, counted_at)
    ProgramFigures.objects.create(program=program, figures=found.as_json(), counted_at=counted_at)
    move_standings_on(timezone.now(), 10)
    assert count_figures(program, timezone.now()).progress.booked == found.progress.booked - 1
    assert "1 of large programs compared, none different" in doctor()


def doctor():
    told = StringIO()
    with suppress(SystemExit, CommandError):  # other examinations may be ill here: no worker runs
        call_command("doctor", "--deep", stdout=told, stderr=told)
    return told.getvalue()


def test_pages_of_a_large_program_follow_each_other_in_order(as_user, cast):
    make_large(cast)
    address = reverse("program_detail", args=[cast.mine.program.pk])
    seen = [
        one.executive.name
        for number in range(1, 6)
        for one in as_user(cast.pia).get(address, {"show": "all", "page": number}).context["page"]
    ]
    assert seen == sorted(seen, key=str.lower)
    assert len(set(seen)) == LARGE + 1
