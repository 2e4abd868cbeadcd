"""The executive sees and updates their own experiments, by a personal link."""

import pytest
from django.test import Client
from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.drivers import add_driver
from engagements.actions.experiments import add_experiment
from engagements.actions.personal_links import make_link, revoke_links, token_of
from engagements.models import AuditEvent, Engagement, Experiment, ExperimentStep, Letter, PersonalLink, Purpose
from engagements.tasks import send_letter
from trust.actions.erasing import erase_engagement_content
from trust.actions.method import take_step


@pytest.fixture
def experiment(cast):
    return add_experiment(
        engagement=cast.mine.engagement, behaviour="Ask first.", situation="In the board", by=cast.cora, now=at(-9)
    )


@pytest.fixture
def link(cast):
    return make_link(engagement=cast.mine.engagement, purpose=Purpose.EXPERIMENTS, by=cast.cora, now=at(0, -1))


@pytest.fixture
def emil(link):
    """Emil's browser, after the link in his mail."""
    browser = Client()
    browser.get(reverse("personal_link", args=[token_of(link)]))
    return browser


def page(link):
    return reverse("experiments_by_link", args=[link.pk])


def read(browser, link):
    return browser.get(page(link)).content.decode()


def tap(browser, link, experiment, to, **more):
    address = reverse("experiments_by_link_step", args=[link.pk, experiment.pk])
    return browser.post(address, {"to": to, "after": experiment.pk} | more)


def test_the_coach_sends_the_link_with_one_button_and_pressed_twice_it_is_one_letter(cast, as_user, mailoutbox):
    send = reverse("experiments_send_link", args=[cast.mine.engagement.pk])
    for _ in range(2):
        as_user(cast.cora).post(send)
    assert Letter.objects.filter(kind="experiments").count() == 1
    send_letter(str(Letter.objects.get(kind="experiments").pk))
    assert mailoutbox[0].to == ["emil@client.example"]
    assert token_of(PersonalLink.objects.get(purpose="EXPERIMENTS")) in mailoutbox[0].body
    assert (
        "Last sent"
        in as_user(cast.cora).get(reverse("experiment_list", args=[cast.mine.engagement.pk])).content.decode()
    )


def test_the_mail_says_nothing_of_what_is_tried(cast, experiment, link, mailoutbox):
    send_letter(str(Letter.objects.get(kind="experiments").pk))
    assert "Ask first" not in mailoutbox[0].message().as_string()


def test_the_page_shows_what_is_tried_where_and_where_it_stands(emil, link, experiment):
    shown = read(emil, link)
    for words in ("Ask first.", "In the board", "Planned", "Cora"):
        assert words in shown


def test_one_tap_says_what_came_of_it_and_the_coach_reads_the_words(cast, as_user, emil, link, experiment):
    answer = tap(emil, link, experiment, "SLIPPED", words="Too fast again.")
    assert answer.url.startswith(page(link))
    assert "Slipped" in read(emil, link)
    step = ExperimentStep.objects.get()
    assert (step.party, step.state) == ("EXECUTIVE", "SLIPPED")
    coach = as_user(cast.cora).get(reverse("experiment_detail", args=[experiment.pk])).content.decode()
    assert "Too fast again." in coach
    assert AuditEvent.objects.get(verb="experiment.moved").actor_id is None


def test_a_tap_tells_the_jobs_and_asks_the_coach_after_a_success(cast, emil, link, experiment):
    before = Engagement.objects.get(pk=cast.mine.engagement.pk).changed_at
    tap(emil, link, experiment, "HELD")
    assert Engagement.objects.get(pk=cast.mine.engagement.pk).changed_at > before
    assert cast.mine.engagement.prompts.get().kind == "SUCCESS"


def test_an_own_experiment_is_added_and_stands_on_the_coachs_page(cast, as_user, emil, link):
    emil.post(
        reverse("experiments_by_link_add", args=[link.pk]), {"behaviour": "Leave on time.", "situation": "On Fridays"}
    )
    made = Experiment.objects.get()
    assert made.created_by is None
    assert "Leave on time." in read(emil, link)
    engagement = reverse("engagement_detail", args=[cast.mine.engagement.pk])
    assert "Leave on time." in as_user(cast.cora).get(engagement).content.decode()


def test_an_empty_experiment_gets_a_message_and_keeps_what_was_typed(emil, link):
    answer = emil.post(
        reverse("experiments_by_link_add", args=[link.pk]), {"behaviour": " ", "situation": "On Fridays"}
    )
    assert "This field is required." in answer.content.decode()
    assert "On Fridays" in answer.content.decode()
    assert not Experiment.objects.exists()


def test_the_same_tap_twice_is_one_step(emil, link, experiment):
    for _ in range(2):
        assert tap(emil, link, experiment, "SLIPPED").status_code == 302
    assert experiment.steps.count() == 1


def test_a_step_the_coach_noted_meanwhile_is_said_and_the_words_stay(cast, emil, link, experiment):
    take_step(experiment=experiment, to="HELD", party="COACH", by=cast.cora, now=at())
    answer = tap(emil, link, experiment, "SLIPPED", words="On Tuesday.").content.decode()
    assert "Somebody noted a step meanwhile" in answer
    assert "On Tuesday." in answer
    assert experiment.steps.count() == 1


def test_how_deep_and_in_which_session_is_the_coachs_to_say(cast, emil, link, experiment):
    tap(emil, link, experiment, "HELD", depth="BELIEF_CHANGED", session=str(cast.mine.session.pk))
    step = experiment.steps.get()
    assert (step.depth, step.session) == ("", None)


def test_what_lies_beneath_appears_only_where_the_coach_shows_it(cast, emil, link):
    named = {"engagement": cast.mine.engagement, "by": cast.cora, "now": at()}
    add_driver(text="Kept back.", **named)
    add_driver(text="", starter="CONTROL", is_shared=True, **named)
    shown = read(emil, link)
    assert "Being in control" in shown
    assert "Kept back." not in shown


def test_looking_and_a_robot_that_posts_to_the_mailed_address_change_nothing(link, experiment):
    robot, address = Client(), reverse("personal_link", args=[token_of(link)])
    before = list(Experiment.objects.values())
    for verb in ("GET", "HEAD"):
        robot.generic(verb, address)
    assert robot.post(address).status_code == 405
    robot.get(page(link))
    assert list(Experiment.objects.values()) == before
    assert not ExperimentStep.objects.exists()


def test_without_the_link_there_is_the_one_page_for_closed_links(link, experiment):
    for browser in (Client(),):
        assert browser.get(page(link)).status_code == 404
        assert tap(browser, link, experiment, "HELD").status_code == 404
    assert not ExperimentStep.objects.exists()


def test_a_link_of_another_engagement_moves_nothing_here(cast, experiment):
    theirs = make_link(engagement=cast.other.engagement, purpose=Purpose.EXPERIMENTS, by=cast.otto, now=at(0, -1))
    erna = Client()
    erna.get(reverse("personal_link", args=[token_of(theirs)]))
    assert tap(erna, theirs, experiment, "HELD").status_code == 404
    assert "Ask first." not in read(erna, theirs)
    assert not ExperimentStep.objects.exists()


def test_a_link_that_was_revoked_or_whose_words_were_erased_opens_nothing(cast, emil, link, experiment):
    revoke_links(engagement=cast.mine.engagement, purpose=Purpose.EXPERIMENTS, now=at())
    assert emil.get(page(link)).status_code == 404
    PersonalLink.objects.update(revoked_at=None)
    erase_engagement_content(engagement=cast.mine.engagement, by=None, now=at())
    assert emil.get(page(link)).status_code == 404
    assert not Experiment.objects.exists()


def test_a_browser_may_say_where_the_form_comes_from(emil, link, experiment):
    """With no referrer at all, browsers send forms with an origin of nothing, and every tap would be refused."""
    answer = emil.get(page(link))
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "no-referrer" not in answer.content.decode()
