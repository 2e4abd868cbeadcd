"""Questions the product asks a coach: rarely, one of a kind at a time, and easily waved away."""

import pytest
from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.drivers import add_driver
from engagements.actions.experiments import add_experiment
from engagements.actions.sessions import mark_held, schedule_session
from engagements.models import Driver, DriverEvidence, SealedText
from trust.actions.judging import judge_engagements
from trust.actions.method import take_step
from trust.actions.prompts import ask_what_is_due
from trust.actions.session_log import log_session
from trust.instrument import COACH_ITEMS
from trust.models import Prompt


@pytest.fixture
def engagement(cast):
    return cast.mine.engagement


@pytest.fixture
def experiment(cast, engagement):
    objective = engagement.objectives.get()
    return add_experiment(
        engagement=engagement, behaviour="Ask first.", situation="", objective=objective, by=cast.cora, now=at(-20)
    )


def hold(cast, count, first_days_ago=50):
    """So many sessions held, a day apart."""
    for number in range(count):
        starts_at = at(number - first_days_ago)
        session = schedule_session(
            engagement=cast.mine.engagement, starts_at=starts_at, minutes=60, by=cast.cora, now=starts_at
        )
        mark_held(session=session, minutes=60, by=cast.cora, now=at())


def due(engagement, state="BUILDING", held=4):
    ask_what_is_due({engagement.pk: (state, held)}, now=at())


def open_kinds():
    return list(Prompt.objects.open().values_list("kind", flat=True))


def page_of(client, engagement):
    return client.get(reverse("engagement_detail", args=[engagement.pk])).content.decode()


def wave(client, prompt):
    return client.post(reverse("prompt_wave", args=[prompt.pk]))


# --- still at the surface? --------------------------------------------------------------------------


def test_an_objective_with_nothing_beneath_it_is_asked_about_after_four_held_sessions(cast, as_user, engagement):
    hold(cast, 3)
    judge_engagements([engagement.pk], now=at())
    assert open_kinds() == []
    hold(cast, 1, first_days_ago=20)
    judge_engagements([engagement.pk], now=at())
    assert open_kinds() == ["SURFACE"]
    assert "Is this still the surface?" in page_of(as_user(cast.cora), engagement)


def test_the_answer_is_a_driver_beneath_that_objective_and_settles_the_question(cast, as_user, engagement):
    due(engagement)
    coach, prompt = as_user(cast.cora), Prompt.objects.get()
    form = coach.get(reverse("prompt_answer", args=[prompt.pk])).url
    objective = engagement.objectives.get()
    assert f'value="{objective.pk}" selected' in coach.get(form).content.decode()
    coach.post(form, {"text": "Being needed.", "kind": "DRIVER", "place": str(objective.pk), "starter": ""})
    assert Driver.objects.get().objective == objective
    assert open_kinds() == []
    assert "Is this still the surface?" not in page_of(coach, engagement)


def test_waved_away_it_is_asked_again_after_four_more_sessions_and_no_sooner(cast, as_user, engagement):
    due(engagement, held=4)
    wave(as_user(cast.cora), Prompt.objects.get())
    for held in (4, 5, 7):
        due(engagement, held=held)
        assert open_kinds() == []
    due(engagement, held=8)
    assert open_kinds() == ["SURFACE"]


def test_a_question_nobody_took_up_for_three_sessions_goes_away(engagement):
    due(engagement, held=4)
    due(engagement, held=6)
    assert open_kinds() == ["SURFACE"]
    due(engagement, held=7)
    assert open_kinds() == []


def test_something_beneath_it_or_a_closed_objective_is_not_asked_about(cast, engagement):
    due(engagement)
    add_driver(
        engagement=engagement, objective=engagement.objectives.get(), text="Being needed.", by=cast.cora, now=at()
    )
    due(engagement)
    assert open_kinds() == []


# --- it held: what does that say? -------------------------------------------------------------------


def succeed(cast, experiment):
    take_step(experiment=experiment, to="HELD", party="EXECUTIVE", by=None, now=at(-1))
    return Prompt.objects.get(kind="SUCCESS")


def test_a_success_asks_what_it_says_and_the_answer_becomes_a_driver(cast, as_user, engagement, experiment):
    prompt, coach = succeed(cast, experiment), as_user(cast.cora)
    assert "It held. What does this say about what drives it?" in page_of(coach, engagement)
    page = reverse("prompt_answer", args=[prompt.pk])
    assert "Ask first." in coach.get(page).content.decode()
    coach.post(page, {"text": "They can do it without me.", "kind": "MENTAL_MODEL"})
    named = Driver.objects.get()
    assert (named.kind, named.objective) == ("MENTAL_MODEL", experiment.objective)
    assert open_kinds() == []


def test_the_answer_can_be_one_more_sign_of_a_driver_that_has_a_name(cast, as_user, engagement, experiment):
    hold(cast, 1)
    driver = add_driver(engagement=engagement, text="Being needed.", by=cast.cora, now=at())
    prompt = succeed(cast, experiment)
    held = engagement.sessions.held().get()
    words = {"text": "Proud of them.", "driver": str(driver.pk), "session": str(held.pk), "kind": "DRIVER"}
    as_user(cast.cora).post(reverse("prompt_answer", args=[prompt.pk]), words)
    assert DriverEvidence.objects.get().driver == driver
    assert Driver.objects.count() == 1
    assert open_kinds() == []


def test_between_two_sessions_one_experiment_asks_once(cast, as_user, experiment):
    wave(as_user(cast.cora), succeed(cast, experiment))
    take_step(experiment=experiment, to="HELD", party="COACH", by=cast.cora, now=at())
    assert open_kinds() == []


def test_a_slip_takes_the_question_back(cast, experiment):
    succeed(cast, experiment)
    take_step(experiment=experiment, to="SLIPPED", party="COACH", by=cast.cora, now=at())
    assert open_kinds() == []


# --- a steady maximum -------------------------------------------------------------------------------


def test_a_steady_maximum_asks_and_the_answer_is_shown_beside_the_chart(cast, as_user, engagement):
    hold(cast, 1)
    due(engagement, state="FLAT_AT_MAXIMUM", held=3)
    coach, prompt = as_user(cast.cora), Prompt.objects.get()
    assert prompt.kind == "MAXIMUM"
    assert "What would tell you otherwise?" in page_of(coach, engagement)
    words = "If he said no to me once."
    coach.post(reverse("prompt_answer", args=[prompt.pk]), {"text": words})
    assert open_kinds() == []
    row = SealedText.objects.get(kind="PROMPT")
    assert b"said no" not in bytes(row.sealed)
    log_reading(cast)
    assert words in page_of(coach, engagement)


def log_reading(cast):
    """Something to draw a chart of."""
    log_session(session=cast.mine.session, by=cast.cora, now=at(), minutes=60, ratings={i.key: 7 for i in COACH_ITEMS})


def test_a_steady_maximum_asks_once_in_five_sessions(cast, as_user, engagement):
    due(engagement, state="FLAT_AT_MAXIMUM", held=3)
    wave(as_user(cast.cora), Prompt.objects.get())
    for held in (4, 5, 7):
        due(engagement, state="FLAT_AT_MAXIMUM", held=held)
        assert "MAXIMUM" not in open_kinds()
    due(engagement, state="FLAT_AT_MAXIMUM", held=8)
    assert "MAXIMUM" in open_kinds()


def test_when_ratings_leave_the_top_the_question_is_taken_back(engagement):
    due(engagement, state="FLAT_AT_MAXIMUM", held=3)
    due(engagement, state="TRUSTED", held=3)
    assert open_kinds() == []


def test_an_empty_answer_keeps_the_question_open_with_a_message(cast, as_user, engagement):
    due(engagement, state="FLAT_AT_MAXIMUM", held=3)
    answer = as_user(cast.cora).post(reverse("prompt_answer", args=[Prompt.objects.get().pk]), {"text": " "})
    assert "This field is required." in answer.content.decode()
    assert open_kinds() == ["MAXIMUM"]


def test_the_page_shows_one_question_at_a_time(cast, as_user, engagement, experiment):
    due(engagement, state="FLAT_AT_MAXIMUM", held=4)
    succeed(cast, experiment)
    assert Prompt.objects.open().count() == 3
    assert page_of(as_user(cast.cora), engagement).count('id="question-') == 1
