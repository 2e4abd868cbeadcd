"""What is typed into forms other than the log survives as well: no connection, no server, a page that is left."""

import pytest
from django.urls import reverse

from coaching.tests.browser.test_never_lose_a_word import KEPT, broken, wait_for_words
from coaching.tests.browser.test_session_log_in_the_browser import let_in
from coaching.tests.cast import at
from coaching.tests.real.waiting import wait_until
from engagements.actions.drafts import typed_drafts
from engagements.actions.experiments import add_experiment
from engagements.actions.texts import current_texts
from engagements.models import Draft, Driver, ExperimentStep, TextKind

WORDS = "He answers before the question ends."
SERVER = "The server does not answer as it should. Nothing was lost, trying again."
OFFLINE = "No connection. Nothing was lost, trying again."


@pytest.fixture
def coach(page, live_app, cast):
    """Cora's page, signed in; called with a route it opens that page."""
    page.set_default_timeout(60_000)
    page.on("dialog", lambda dialog: dialog.accept())
    let_in(page.context, cast.cora, live_app)

    def go(name, *args):
        page.goto(live_app + reverse(name, args=args))
        return page

    return go


def words_of(cast, kind, row):
    return current_texts(user=cast.cora, kind=kind, subject_ids=[row.pk]).get(row.pk)


def test_a_driver_survives_an_error_of_the_server_and_goes_through_afterwards(coach, cast):
    page = coach("driver_add", cast.mine.engagement.pk)
    field = page.get_by_label("In your own words")
    field.press_sequentially(WORDS)
    with broken("engagements_driver"):
        page.get_by_role("button", name="Save").click()
        wait_for_words(page, SERVER)
        assert field.input_value() == WORDS
    page.wait_for_url("**/beneath/")
    page.get_by_text(WORDS, exact=True).wait_for()
    assert words_of(cast, TextKind.DRIVER, Driver.objects.get()) == WORDS
    assert not Draft.objects.live().exists()


def test_a_profile_which_keeps_no_drafts_survives_an_error_and_a_cut_connection(coach, cast):
    page = coach("profile")
    field = page.locator("textarea").first
    field.fill("")
    field.press_sequentially(WORDS)
    with broken("engagements_coachprofile"):
        page.get_by_role("button", name="Save profile").click()
        wait_for_words(page, SERVER)
        page.context.set_offline(True)
        wait_for_words(page, OFFLINE)
        assert field.input_value() == WORDS
    page.context.set_offline(False)
    page.get_by_text("profile is saved").wait_for()
    assert page.locator("textarea").first.input_value() == WORDS


def test_a_step_with_words_waits_for_the_connection_and_is_the_one_that_was_pressed(coach, cast):
    about = {"engagement": cast.mine.engagement, "by": cast.cora, "now": at(-2)}
    experiment = add_experiment(behaviour="Ask first.", situation="Monday", **about)
    page = coach("experiment_detail", experiment.pk)
    field = page.get_by_label("In words")
    page.context.set_offline(True)
    field.press_sequentially(WORDS)
    page.get_by_role("button", name="Tried").click()
    wait_for_words(page, OFFLINE)
    assert field.input_value() == WORDS
    page.context.set_offline(False)
    page.get_by_text("Noted: tried.").wait_for()
    step = ExperimentStep.objects.get()
    assert (step.state, words_of(cast, TextKind.EXPERIMENT_STEP, step)) == ("TRIED", WORDS)


def test_a_case_of_rupture_is_brought_back_with_everything_that_was_chosen(coach, cast):
    page = coach("rupture_open", cast.mine.engagement.pk)
    page.get_by_label("Felt judged").check()
    page.get_by_label("In your own words").press_sequentially(WORDS)
    wait_for_words(page, KEPT)
    page = coach("rupture_open", cast.mine.engagement.pk)
    page.get_by_text("not saved yet.").wait_for()
    assert page.get_by_label("In your own words").input_value() == WORDS
    assert page.get_by_label("Felt judged").is_checked()


def test_a_page_that_is_hidden_sends_the_newest_words_although_earlier_ones_are_under_way(coach, cast):
    page, held = coach("driver_add", cast.mine.engagement.pk), []

    def hold_the_first(route):
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/draft/", hold_the_first)
    field = page.get_by_label("In your own words")
    with page.expect_request("**/draft/"):
        field.press_sequentially("first")
    field.press_sequentially(" and second")
    with page.expect_response("**/draft/"):  # of the second: the first is held
        page.evaluate(
            """() => {
                Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
                document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )
    subject = cast.mine.engagement.pk
    kept = lambda: typed_drafts(user=cast.cora, kind="NEW_DRIVER", subject_id=subject)  # noqa: E731
    wait_until(lambda: [dict(draft.fields)["text"] for draft in kept()] == ["first and second"])
    held[0].continue_()
