"""The doors in a real browser: a passkey, a form sent too late, and the Back button after signing out."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.urls import reverse

from coaching.tests.cast import PASSWORD
from engagements.models import AuditEvent

WORDS = "Cora Cordula <of> Somewhere & Elsewhere"
KEY_RING = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


@pytest.fixture
def app(live_app):
    """The application by a name: browsers make no passkeys for an address in numbers."""
    return live_app.replace("127.0.0.1", "localhost")


def sign_in(page, app, user):
    page.goto(app + reverse("account_login"))
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def sign_out(page):
    page.locator("details[data-menu] summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/sign-in/")


def test_a_passkey_is_set_up_and_signs_in(quiet_page, app, cast, settings):
    settings.SECOND_FACTOR = True
    page = quiet_page
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": KEY_RING})
    sign_in(page, app, cast.cora)
    page.wait_for_url("**/account/second-step/")
    page.get_by_role("link", name="Add a passkey").click()
    page.wait_for_load_state()
    page.get_by_label("Name of this passkey or key").fill("Cora’s laptop")
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/second-step/codes/")
    assert page.locator(".codes li").count() == 10
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url(f"{app}/")
    sign_out(page)
    sign_in(page, app, cast.cora)
    page.wait_for_url("**/sign-in/second-step/")
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url(f"{app}/")
    page.goto(app + reverse("mfa_index"))
    assert page.locator(".row-title").inner_text() == "Cora’s laptop"
    assert Authenticator.objects.get(type="webauthn").last_used_at is not None
    assert AuditEvent.objects.filter(verb="second_step.passkey_added").exists()


def test_a_browser_without_the_passkey_does_not_get_in(page, app, cast, settings):
    settings.SECOND_FACTOR = True
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    ring = browser.send("WebAuthn.addVirtualAuthenticator", {"options": KEY_RING})
    sign_in(page, app, cast.cora)
    page.wait_for_url("**/account/second-step/")
    page.goto(app + reverse("mfa_add_webauthn"))
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/second-step/codes/")
    page.context.clear_cookies()
    browser.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": ring["authenticatorId"]})
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": KEY_RING})
    sign_in(page, app, cast.cora)
    page.get_by_role("button", name="Use your passkey").click()
    page.get_by_text("That did not work, or was cancelled.").wait_for()
    page.goto(app + reverse("home"))
    assert "/account/sign-in/" in page.url


def test_a_form_sent_after_the_session_ended_is_saved_with_one_press_after_signing_in(page, app, cast):
    sign_in(page, app, cast.pia)
    page.wait_for_url(f"{app}/portfolio/")
    page.goto(app + reverse("program_edit", args=[cast.mine.program.pk]))
    page.locator("input[name=name]").fill(WORDS)
    page.context.clear_cookies()
    page.get_by_role("button", name="Save").first.click()
    page.get_by_role("heading", name="You are signed out").wait_for()
    assert page.get_by_label("Name").input_value() == WORDS
    page.get_by_role("button", name="Send it again").click()
    page.get_by_text("You are still signed out.").wait_for()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in another tab").click()
    tab = opened.value
    sign_in(tab, app, cast.pia)
    tab.wait_for_url(f"{app}/portfolio/")
    page.get_by_role("button", name="Send it again").click()
    page.get_by_text("Saved. Engagements that run already").wait_for()
    cast.mine.program.refresh_from_db()
    assert cast.mine.program.name == WORDS
    assert "Cordula" not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")


def test_after_signing_out_the_back_button_shows_nothing(page, app, cast):
    sign_in(page, app, cast.cora)
    page.wait_for_url(f"{app}/")
    engagement = app + reverse("engagement_detail", args=[cast.mine.engagement.pk])
    page.goto(engagement)
    assert "Emil" in page.content()
    sign_out(page)
    page.go_back()
    page.wait_for_load_state()
    assert "Emil" not in page.content()
    assert page.url == "about:blank" or "/account/sign-in/" in page.url
    page.go_forward()
    page.wait_for_load_state()
    assert "Emil" not in page.content()
    page.goto(engagement)
    assert "/account/sign-in/" in page.url
