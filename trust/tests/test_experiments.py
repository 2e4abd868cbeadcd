"""Experiments: planned, tried, held or slipped, and tried again; by the coach."""

import pytest
from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.drivers import add_driver
from engagements.actions.experiments import add_experiment
from engagements.models import AuditEvent, Engagement, Experiment, ExperimentStep, SealedText
from trust.actions.method import take_step
from trust.actions.session_log import log_session

PLANNED = {"behaviour": "Ask before I answer.", "situation": "Monday meeting", "objective": "", "driver": ""}


@pytest.fixture
def experiment(cast):
    return add_experiment(
        engagement=cast.mine.engagement,
        behaviour="Ask before I answer.",
        situation="Monday meeting",
        by=cast.cora,
        now=at(-9),
    )


def step(client, experiment, to, after=None, **more):
    return client.post(
        reverse("experiment_step", args=[experiment.pk]), {"to": to, "after": after or experiment.pk} | more
    )


def read(client, name, row):
    return client.get(reverse(name, args=[row.pk])).content.decode()


def test_an_experiment_says_what_is_new_and_where_and_begins_planned(cast, as_user):
    coach, engagement = as_user(cast.cora), cast.mine.engagement
    objective = engagement.objectives.get()
    driver = add_driver(engagement=engagement, text="Being needed.", by=cast.cora, now=at())
    coach.post(
        reverse("experiment_add", args=[engagement.pk]),
        PLANNED | {"objective": str(objective.pk), "driver": str(driver.pk)},
    )
    made = Experiment.objects.get()
    assert (made.state, made.objective, made.driver) == ("PLANNED", objective, driver)
    page = read(coach, "experiment_detail", made)
    for words in ("Ask before I answer.", "Monday meeting", "Delegate more", "Being needed.", "Planned"):
        assert words in page


def test_its_words_are_sealed(experiment):
    for row in SealedText.objects.filter(subject_id=experiment.pk):
        assert b"answer" not in bytes(row.sealed)
        assert b"Monday" not in bytes(row.sealed)


def test_sent_twice_it_is_one_experiment(cast, as_user):
    for _ in range(2):
        as_user(cast.cora).post(reverse("experiment_add", args=[cast.mine.engagement.pk]), PLANNED)
    assert Experiment.objects.count() == 1


def test_one_tap_on_the_page_of_the_engagement_notes_a_step_and_comes_back(cast, as_user, experiment):
    coach = as_user(cast.cora)
    page = reverse("engagement_detail", args=[cast.mine.engagement.pk])
    shown = coach.get(page).content.decode()
    assert reverse("experiment_step", args=[experiment.pk]) in shown
    answer = step(coach, experiment, "TRIED", next=page)
    assert answer.url == page
    experiment.refresh_from_db()
    assert experiment.state == "TRIED"
    assert ExperimentStep.objects.get().party == "COACH"


def test_the_same_tap_twice_is_one_step(cast, as_user, experiment):
    coach = as_user(cast.cora)
    for _ in range(2):
        assert step(coach, experiment, "SLIPPED").status_code == 302
    assert experiment.steps.count() == 1


def test_another_step_from_a_page_that_is_out_of_date_is_refused_and_its_words_stay(cast, as_user, experiment):
    coach = as_user(cast.cora)
    step(coach, experiment, "SLIPPED")
    answer = step(coach, experiment, "HELD", words="It went well after all.")
    assert "Somebody noted a step meanwhile" in answer.content.decode()
    assert "It went well after all." in answer.content.decode()
    assert experiment.steps.count() == 1


def test_after_a_slip_it_is_tried_again_and_the_page_says_so_calmly(cast, as_user, experiment):
    coach = as_user(cast.cora)
    step(coach, experiment, "SLIPPED", words="Gave the answer myself.")
    page = read(coach, "experiment_detail", experiment)
    assert "Trying again" in page
    assert "Gave the answer myself." in page
    assert "pill-attention" not in page
    assert "pill-watch" not in page
    step(coach, experiment, "TRIED_AGAIN", after=experiment.steps.get().pk)
    experiment.refresh_from_db()
    assert experiment.state == "TRIED_AGAIN"


@pytest.mark.parametrize("to", ["TRIED_AGAIN", "PLANNED", "NONSENSE", ""])
def test_a_step_that_does_not_follow_is_refused(cast, as_user, experiment, to):
    answer = step(as_user(cast.cora), experiment, to)
    assert answer.status_code == 200
    assert not experiment.steps.exists()


def test_how_deep_the_change_goes_is_noted_with_a_step_and_kept_by_one_tap(cast, as_user, experiment):
    coach = as_user(cast.cora)
    step(coach, experiment, "HELD", depth="WORKS_HERE")
    step(coach, experiment, "HELD", after=experiment.steps.get().pk)
    experiment.refresh_from_db()
    assert experiment.depth == "WORKS_HERE"
    assert experiment.steps.count() == 2
    assert 'aria-current="step">Works here' in read(coach, "experiment_detail", experiment)


def test_a_step_names_the_session_it_was_told_in_and_no_other(cast, as_user, experiment):
    held = log_session(session=cast.mine.session, by=cast.cora, now=at(), minutes=60, ratings={})
    coach = as_user(cast.cora)
    assert step(coach, experiment, "TRIED", session=str(cast.other.session.pk)).status_code == 200
    step(coach, experiment, "TRIED", session=str(held.pk))
    assert experiment.steps.get().session == held


def test_what_is_set_aside_leaves_the_page_of_the_engagement_and_can_be_planned_anew(cast, as_user, experiment):
    coach = as_user(cast.cora)
    step(coach, experiment, "SET_ASIDE")
    assert "Ask before I answer." not in read(coach, "engagement_detail", cast.mine.engagement)
    assert "1 set aside" in read(coach, "experiment_list", cast.mine.engagement)
    step(coach, experiment, "PLANNED", after=experiment.steps.get().pk)
    assert "Ask before I answer." in read(coach, "engagement_detail", cast.mine.engagement)


def test_other_words_leave_the_earlier_ones_in_the_history(cast, as_user, experiment):
    coach = as_user(cast.cora)
    coach.post(reverse("experiment_edit", args=[experiment.pk]), PLANNED | {"behaviour": "Wait five seconds."})
    assert "Wait five seconds." in read(coach, "experiment_detail", experiment)
    assert SealedText.objects.filter(kind="EXPERIMENT", subject_id=experiment.pk).count() == 2


def test_a_step_tells_the_jobs_that_a_judgement_is_owed(cast, experiment):
    before = Engagement.objects.get(pk=cast.mine.engagement.pk).changed_at
    take_step(experiment=experiment, to="SLIPPED", party="COACH", by=cast.cora, now=at(0, 1))
    assert Engagement.objects.get(pk=cast.mine.engagement.pk).changed_at > before


def test_the_audit_trail_does_not_say_whether_it_held(cast, as_user, experiment):
    step(as_user(cast.cora), experiment, "SLIPPED")
    assert AuditEvent.objects.get(verb="experiment.moved").detail == {}


# --- with the log of a session ------------------------------------------------------------------------


def log_form(session, experiment, to, after=None):
    key = f"steps-{experiment.pk.hex}"
    when = {"day": f"{session.starts_at:%Y-%m-%d}", "clock": f"{session.starts_at:%H:%M}", "minutes": "60"}
    return when | {"kind": "COACHING", "note": "A note.", key: to, f"{key}-after": str(after or experiment.pk)}


def test_the_log_asks_about_experiments_under_way_and_one_tap_is_enough(cast, as_user, experiment):
    coach, session = as_user(cast.cora), cast.mine.session
    page = reverse("session_log", args=[session.pk])
    assert "Ask before I answer." in coach.get(page).content.decode()
    assert coach.post(page, log_form(session, experiment, "HELD")).status_code == 302
    noted = experiment.steps.get()
    assert (noted.state, noted.session, noted.party) == ("HELD", session, "COACH")


def test_a_log_without_a_step_leaves_the_experiment_as_it_was(cast, as_user, experiment):
    session = cast.mine.session
    as_user(cast.cora).post(reverse("session_log", args=[session.pk]), log_form(session, experiment, ""))
    assert not experiment.steps.exists()


def test_a_log_sent_twice_notes_one_step(cast, as_user, experiment):
    session = cast.mine.session
    for _ in range(2):
        as_user(cast.cora).post(reverse("session_log", args=[session.pk]), log_form(session, experiment, "SLIPPED"))
    assert experiment.steps.count() == 1


def test_a_step_that_came_too_late_is_left_out_said_so_and_the_log_is_saved(cast, as_user, experiment):
    session = cast.mine.session
    take_step(experiment=experiment, to="HELD", party="EXECUTIVE", by=None, now=at())
    answer = as_user(cast.cora).post(
        reverse("session_log", args=[session.pk]), log_form(session, experiment, "TRIED"), follow=True
    )
    assert "your step was left out" in answer.content.decode()
    session.refresh_from_db()
    assert session.is_held
    assert experiment.steps.count() == 1
