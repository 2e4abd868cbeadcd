"""Rows of the portfolio by hand: one tick for all of a page, how many are ticked, nothing without a script."""

import pytest
from django.test import Client

from coaching.tests.test_portfolio import PAGE, hire


@pytest.fixture
def house(live_app, cast):
    for name in ("Alba", "Bruno"):
        hire(cast, name)
    return cast


def opened(browser, house, address, **terms):
    """Pia's portfolio."""
    context, client = browser.new_context(**terms), Client()
    client.force_login(house.pia)
    context.add_cookies([{"name": name, "value": one.value, "url": address} for name, one in client.cookies.items()])
    page = context.new_page()
    page.goto(address + PAGE)
    return page


def ticked(page):
    return page.locator("tbody input:checked").count()


def test_all_rows_of_a_page_are_ticked_at_once_and_their_number_is_said(browser, live_app, house):
    page = opened(browser, house, live_app)
    every, said = page.get_by_label("All on this page"), page.get_by_role("group").get_by_role("status")
    assert said.inner_text() == "With those selected:"
    every.check()
    assert (ticked(page), said.inner_text()) == (3, "3 selected:")
    page.get_by_label("Select Bruno").uncheck()
    assert (ticked(page), said.inner_text(), every.is_checked()) == (2, "2 selected:", False)
    assert every.evaluate("one => one.indeterminate")
    every.click()
    assert ticked(page) == 3
    every.uncheck()
    assert (ticked(page), said.inner_text()) == (0, "With those selected:")


def test_keys_select_rows_and_are_counted_too(browser, live_app, house):
    page = opened(browser, house, live_app)
    for key in "jxjx":
        page.keyboard.press(key)
    assert page.get_by_role("group").get_by_role("status").inner_text() == "2 selected:"
    page.get_by_role("button", name="Pause…").click()
    page.get_by_role("heading", name="Pause: 2 of 2").wait_for()
    page.go_back()
    said = page.get_by_role("group").get_by_role("status").inner_text()
    assert said == (f"{ticked(page)} selected:" if ticked(page) else "With those selected:")


def test_without_a_script_there_is_no_tick_that_does_nothing(browser, live_app, house):
    page = opened(browser, house, live_app, java_script_enabled=False)
    assert not page.get_by_text("All on this page").is_visible()
    assert page.get_by_label("Select Alba").is_visible()
