"""The method by hand: what lies beneath, experiments with the coach and behind the executive's link, questions."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from coaching.tests.browser.test_every_page import AXE, look_at
from coaching.tests.cast import at
from coaching.tests.real.browser import Complaints
from engagements.actions.drivers import add_driver, add_evidence
from engagements.actions.experiments import add_experiment
from engagements.actions.personal_links import make_link, token_of
from engagements.models import ExperimentStep, Purpose
from trust.actions.session_log import log_session
from trust.models import Prompt


@pytest.fixture
def house(live_app, cast):
    """Cora's engagement with one of each: two drivers, evidence, an experiment, a question, a link."""
    named, mine = {"by": cast.cora, "now": at(-2)}, cast.mine
    log_session(session=mine.session, by=cast.cora, now=at(), minutes=60, ratings={}, note="A note.")
    objective = mine.engagement.objectives.get()
    cast.driver = add_driver(engagement=mine.engagement, objective=objective, text="Being needed.", **named)
    add_driver(engagement=mine.engagement, beneath=cast.driver, text="", starter="CONTROL", is_shared=True, **named)
    cast.evidence = add_evidence(driver=cast.driver, session=mine.session, text="Answered for others.", **named)
    said = {"behaviour": "Ask before I answer.", "situation": "Monday meeting"}
    cast.experiment = add_experiment(engagement=mine.engagement, **said, **named)
    cast.prompt = Prompt.objects.create(engagement=mine.engagement, kind="MAXIMUM")
    cast.link = make_link(engagement=mine.engagement, purpose=Purpose.EXPERIMENTS, by=cast.cora, now=at(0, -1))
    return cast


@pytest.fixture
def coach(browser, house, live_app):
    """Cora's page, signed in."""
    context, client = browser.new_context(), Client()
    client.force_login(house.cora)
    cookies = [{"name": name, "value": one.value, "url": live_app} for name, one in client.cookies.items()]
    context.add_cookies(cookies)
    yield context.new_page()
    context.close()


@pytest.fixture
def emil(browser, house, live_app):
    """Emil's page on a phone, after the link in his mail."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(live_app + reverse("personal_link", args=[token_of(house.link)]))
    yield page
    context.close()


def test_the_executive_says_in_one_tap_what_came_of_it(emil, house):
    emil.get_by_role("button", name=re.compile("^Slipped")).click()
    emil.get_by_role("status").get_by_text("Noted.").wait_for()
    emil.get_by_text("Add words").click()
    emil.get_by_label("In words").fill("A smaller meeting this time.")
    emil.get_by_role("button", name=re.compile("^Trying again")).click()
    emil.get_by_role("button", name=re.compile("^Held")).wait_for()
    told = ExperimentStep.objects.in_order().values_list("state", "party")
    assert list(told) == [("SLIPPED", "EXECUTIVE"), ("TRIED_AGAIN", "EXECUTIVE")]


def test_the_executive_adds_an_experiment(emil, house):
    emil.get_by_text("Add one of my own").click()
    emil.get_by_label("What will be new?").fill("Leave on time.")
    emil.get_by_role("button", name="Add", exact=True).click()
    emil.get_by_role("heading", name="Leave on time.").wait_for()


def test_one_tap_on_the_engagement_and_one_question_after_it(coach, house, live_app):
    coach.goto(live_app + reverse("engagement_detail", args=[house.mine.engagement.pk]))
    coach.get_by_role("button", name=re.compile("^Held")).click()
    coach.get_by_text("Noted: held.").wait_for()
    assert coach.get_by_role("link", name="Answer", exact=True).count() == 1
    coach.get_by_role("button", name="Not now").click()
    coach.get_by_text("It held. What does this say about what drives it?").wait_for()


def test_the_pages_of_the_method_are_accessible_quiet_and_fit(coach, emil, house, live_app):
    engagement = house.mine.engagement
    pages = [
        *(reverse(name, args=[engagement.pk]) for name in ("drivers", "driver_add", "experiment_list")),
        *(reverse(name, args=[engagement.pk]) for name in ("experiment_add", "engagement_detail")),
        *(reverse(name, args=[house.driver.pk]) for name in ("driver_edit", "driver_evidence")),
        *(reverse(name, args=[house.experiment.pk]) for name in ("experiment_detail", "experiment_edit")),
        reverse("evidence_edit", args=[house.evidence.pk]),
        reverse("prompt_answer", args=[house.prompt.pk]),
        reverse("session_log", args=[house.mine.session.pk]),
        reverse("session_prep", args=[house.mine.upcoming.pk]),
    ]
    found = []
    for page, addresses in ((coach, pages), (emil, [reverse("experiments_by_link", args=[house.link.pk])])):
        page.add_init_script(AXE)
        complaints = Complaints(page, live_app)
        for address in addresses:
            found += look_at(page, live_app + address, complaints)
    assert found == []
