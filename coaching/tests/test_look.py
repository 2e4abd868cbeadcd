"""The look, in a real browser: accessible in every width and scheme, and usable by keyboard alone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

WIDTHS = (1280, 390, 320)
SCHEMES = ("light", "dark")


@pytest.fixture(autouse=True)
def with_gallery(settings):
    settings.ROOT_URLCONF = "coaching.tests.gallery_urls"


def violations(page):
    found = Axe().run(page).response["violations"]
    return [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_component_is_accessible_and_fits(browser, live_app, scheme):
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)  # axe is put into the page by script
    page = context.new_page()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{live_app}/look/")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"wider than {width}"
    context.close()


@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "account_reset_password_done"])
def test_pages_before_signing_in_are_accessible(browser, live_app, name):
    context = browser.new_context(bypass_csp=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(live_app + reverse(name))
    assert violations(page) == []
    context.close()


def test_no_page_breaks_its_own_content_policy(quiet_page, live_app):
    quiet_page.goto(f"{live_app}/look/")
    quiet_page.goto(live_app + reverse("account_login"))


def test_targets_are_large_enough_for_a_thumb(browser, live_app):
    context = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{live_app}/look/")
    for box in (place.bounding_box() for place in page.locator(".rating-option, .tick, main .btn:visible").all()):
        assert box["height"] >= 44
    context.close()


def test_number_keys_rate_and_move_on(quiet_page, live_app):
    quiet_page.goto(f"{live_app}/look/")
    first, second = quiet_page.locator("[data-rating]").all()
    first.locator("input").first.focus()
    quiet_page.keyboard.press("3")
    assert first.locator("input:checked").get_attribute("value") == "3"
    quiet_page.keyboard.press("7")
    assert second.locator("input:checked").get_attribute("value") == "7"
    assert quiet_page.evaluate("document.activeElement.textContent") == "Save log"


def test_zero_says_not_observed(quiet_page, live_app):
    quiet_page.goto(f"{live_app}/look/")
    first = quiet_page.locator("[data-rating]").first
    first.locator("input").first.focus()
    quiet_page.keyboard.press("0")
    assert first.locator("input:checked").get_attribute("value") == ""


def test_number_keys_leave_text_alone(quiet_page, live_app):
    quiet_page.goto(f"{live_app}/look/")
    quiet_page.locator("textarea").first.fill("")
    quiet_page.locator("textarea").first.press("4")
    assert quiet_page.locator("textarea").first.input_value() == "4"
    assert quiet_page.locator("[data-rating]").first.locator("input:checked").get_attribute("value") == "5"


def test_the_first_tab_stop_skips_to_the_content(quiet_page, live_app):
    quiet_page.goto(f"{live_app}/look/")
    quiet_page.keyboard.press("Tab")
    assert quiet_page.evaluate("document.activeElement.textContent") == "Skip to content"
    quiet_page.keyboard.press("Enter")
    assert quiet_page.evaluate("document.activeElement.id") == "main"


def test_a_question_closes_on_escape_and_gives_the_focus_back(quiet_page, live_app):
    quiet_page.goto(f"{live_app}/look/")
    opener = quiet_page.locator("details.confirm > summary")
    opener.click()
    quiet_page.keyboard.press("Escape")
    assert not quiet_page.locator("details.confirm").evaluate("box => box.open")
    assert opener.evaluate("box => box === document.activeElement")


def test_ratings_work_without_script(browser, live_app):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_app}/look/")
    page.locator("[data-rating]").first.get_by_label("2", exact=True).check()
    assert page.locator("[data-rating]").first.get_by_label("2", exact=True).is_checked()
    context.close()
