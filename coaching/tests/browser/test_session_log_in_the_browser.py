"""The log and the check-in by hand: how many presses and taps they take, and what happens in between."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.sessions import cancel_session
from engagements.models import Party
from trust.actions.check_ins import claim_check_in, note_check_in_sent, token_of
from trust.actions.session_log import log_session
from trust.instrument import Voice
from trust.models import CheckIn, Reading

MOST_FOR_A_LOG, MOST_FOR_A_CHECK_IN = 12, 7
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SIX = {"value": 5, "reliance": 4, "direction": 6, "candour": 3, "care": 7, "repair": None}


class Hand:
    """Presses and taps, counted."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1

    def tap(self, *places):
        for place in places:
            place.tap()
            self.count += 1

    def click(self, *places):
        for place in places:
            place.click()
            self.count += 1


@pytest.fixture
def house(live_app, cast):
    """The cast on the running application; Emil's next session is not booked yet."""
    cancel_session(session=cast.mine.upcoming, cancelled_by=Party.COACH, by=cast.cora, now=at())
    return cast


@pytest.fixture
def log_page(house, live_app):
    return live_app + reverse("session_log", args=[house.mine.session.pk])


@pytest.fixture
def check_in_page(house, live_app):
    session = house.mine.session
    log_session(session=session, by=house.cora, now=at(), minutes=60, ratings=dict.fromkeys(SIX))
    check_in = claim_check_in(check_in_id=session.check_in.pk, now=at())
    note_check_in_sent(check_in=check_in, now=at())
    return live_app + reverse("check_in_open", args=[token_of(check_in)])


def let_in(context, user, address):
    """Signs a browser in."""
    client = Client()
    client.force_login(user)
    cookies = [{"name": name, "value": morsel.value, "url": address} for name, morsel in client.cookies.items()]
    context.add_cookies(cookies)


def rating(page, name, value):
    """The place to press for a rating; None is “not observed”."""
    return page.locator(f"input[name={name}][value='{value or 0}']")


def tick(page, words):
    return page.get_by_label(words)


def assert_complete(session):
    """Six ratings, two ticks, a next session."""
    reading = Reading.objects.get(session=session, voice=Voice.COACH)
    assert reading.ratings == SIX
    assert reading.seen == ["OPENED_UP", "GUARDED"]
    assert session.engagement.sessions.upcoming(at()).count() == 1


def test_a_complete_log_by_keys_alone(quiet_page, house, live_app, log_page):
    let_in(quiet_page.context, house.cora, live_app)
    quiet_page.goto(log_page)
    hand = Hand(quiet_page)
    hand.press("5", "4", "6", "3", "7", "n", "1", "6", "0", "Space", "Control+Enter")
    quiet_page.wait_for_url("**/engagements/**")
    assert_complete(house.mine.session)
    assert hand.count <= MOST_FOR_A_LOG


def test_a_complete_log_by_mouse(quiet_page, house, live_app, log_page):
    let_in(quiet_page.context, house.cora, live_app)
    quiet_page.goto(log_page)
    hand = Hand(quiet_page)
    for name, value in SIX.items():
        hand.click(rating(quiet_page, name, value))
    hand.click(tick(quiet_page, "Opened up about a concern"), tick(quiet_page, "Was guarded"))
    hand.click(quiet_page.get_by_label("Book the next session"), quiet_page.get_by_role("button", name="Save log"))
    quiet_page.wait_for_url("**/engagements/**")
    assert_complete(house.mine.session)
    assert hand.count <= MOST_FOR_A_LOG


def test_a_complete_log_by_thumb(browser, house, live_app, log_page):
    context = browser.new_context(**PHONE)
    let_in(context, house.cora, live_app)
    page = context.new_page()
    page.goto(log_page)
    hand = Hand(page)
    for name, value in SIX.items():
        hand.tap(rating(page, name, value))
    hand.tap(tick(page, "Opened up about a concern"), tick(page, "Was guarded"))
    hand.tap(page.get_by_label("Book the next session"), page.get_by_role("button", name="Save log"))
    page.wait_for_url("**/engagements/**")
    assert_complete(house.mine.session)
    assert hand.count <= MOST_FOR_A_LOG
    context.close()


def test_a_complete_log_without_script(browser, house, live_app, log_page):
    context = browser.new_context(java_script_enabled=False)
    let_in(context, house.cora, live_app)
    page = context.new_page()
    page.goto(log_page)
    for name, value in SIX.items():
        rating(page, name, value).check()
    tick(page, "Opened up about a concern").check()
    tick(page, "Was guarded").check()
    page.get_by_label("Book the next session").check()
    page.get_by_role("button", name="Save log").click()
    page.wait_for_url("**/engagements/**")
    assert_complete(house.mine.session)
    context.close()


def test_a_press_of_the_mouse_moves_on_and_keys_go_on_from_there(quiet_page, house, live_app, log_page):
    let_in(quiet_page.context, house.cora, live_app)
    quiet_page.goto(log_page)
    rating(quiet_page, "value", 5).click()
    quiet_page.keyboard.press("2")
    assert rating(quiet_page, "value", 5).is_checked()
    assert rating(quiet_page, "reliance", 2).is_checked()


def test_arrow_keys_choose_as_in_any_row_of_radio_buttons(quiet_page, house, live_app, log_page):
    let_in(quiet_page.context, house.cora, live_app)
    quiet_page.goto(log_page)
    quiet_page.keyboard.press("4")
    quiet_page.keyboard.press("Shift+Tab")
    quiet_page.keyboard.press("ArrowRight")
    assert rating(quiet_page, "value", 5).is_checked()


def test_number_keys_write_into_a_note_and_rate_nothing(quiet_page, house, live_app, log_page):
    let_in(quiet_page.context, house.cora, live_app)
    quiet_page.goto(log_page)
    quiet_page.get_by_label("Private note").press_sequentially("7 of 9, no")
    assert quiet_page.get_by_label("Private note").input_value() == "7 of 9, no"
    assert quiet_page.locator("[data-rating] input:checked").count() == 0


def test_a_changed_date_means_to_book(quiet_page, house, live_app, log_page):
    let_in(quiet_page.context, house.cora, live_app)
    quiet_page.goto(log_page)
    quiet_page.locator("[name=next-day]").fill(f"{at(9):%Y-%m-%d}")
    assert quiet_page.get_by_label("Book the next session").is_checked()


def test_leaving_with_something_unsaved_is_asked_about_and_nothing_stays_in_the_browser(
    quiet_page, house, live_app, log_page
):
    let_in(quiet_page.context, house.cora, live_app)
    quiet_page.goto(log_page)
    asked = []
    quiet_page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    quiet_page.get_by_label("Private note").press_sequentially("half a thought")
    assert "thought" not in quiet_page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    quiet_page.get_by_role("link", name="Leave without saving").click()
    quiet_page.wait_for_url("**/engagements/**")
    assert asked == ["beforeunload"]


def test_saving_is_not_asked_about(quiet_page, house, live_app, log_page):
    let_in(quiet_page.context, house.cora, live_app)
    quiet_page.goto(log_page)
    asked = []
    quiet_page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    quiet_page.get_by_label("Private note").press_sequentially("a thought")
    quiet_page.get_by_role("button", name="Save log").click()
    quiet_page.wait_for_url("**/engagements/**")
    assert asked == []


def test_missed_is_one_tap(browser, house, live_app, log_page):
    context = browser.new_context(**PHONE)
    let_in(context, house.cora, live_app)
    page = context.new_page()
    page.goto(log_page)
    page.get_by_role("button", name="Missed").tap()
    page.wait_for_url("**/engagements/**")
    house.mine.session.refresh_from_db()
    assert house.mine.session.is_missed
    context.close()


def test_a_check_in_by_thumb_from_the_link_in_the_mail(browser, house, check_in_page):
    context = browser.new_context(**PHONE)
    page = context.new_page()
    page.goto(check_in_page)
    hand = Hand(page)
    answers = {"value": 6, "reliance": 5, "candour": 4, "care": 7, "discretion": None}
    for name, value in answers.items():
        hand.tap(rating(page, name, value))
    hand.tap(page.get_by_label("My coach may see these answers"), page.get_by_role("button", name="Send"))
    page.get_by_role("heading", name="Thank you").wait_for()
    reading = Reading.objects.get(session=house.mine.session, voice=Voice.EXECUTIVE)
    assert (reading.ratings, reading.is_shared) == (answers, True)
    assert hand.count <= MOST_FOR_A_CHECK_IN
    page.get_by_text("Change my answers").tap()
    rating(page, "value", 1).tap()
    page.get_by_role("button", name="Save changes").tap()
    page.get_by_role("heading", name="Thank you").wait_for()
    reading.refresh_from_db()
    assert reading.value == 1
    context.close()


def test_a_check_in_needs_no_script(browser, house, check_in_page):
    context = browser.new_context(java_script_enabled=False, **PHONE)
    page = context.new_page()
    page.goto(check_in_page)
    rating(page, "care", 7).check()
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    assert CheckIn.objects.get().answered_at is not None
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_log_is_accessible_and_fits(browser, house, live_app, log_page, check_in_page, scheme):
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)  # axe is put into the page by script
    let_in(context, house.cora, live_app)
    page = context.new_page()
    new = live_app + reverse("session_log_new", args=[house.mine.engagement.pk])
    to_come = live_app + reverse("session_log", args=[house.mine.upcoming.pk])
    for address in (log_page, new, check_in_page, f"{live_app}/check-in/nothing/", to_come):
        for width in (1280, 390, 320):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(address)
            found = Axe().run(page).response["violations"]
            assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == [], address
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{address} at {width}"
    context.close()
