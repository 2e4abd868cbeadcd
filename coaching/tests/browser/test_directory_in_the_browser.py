"""Sign-in by a directory in a real browser, under our own content policy: to the provider and back."""

from playwright.sync_api import expect

from coaching import interfaces
from coaching.tests.provider import CLIENT, SECRET, provider


def test_a_person_goes_to_the_directory_and_comes_back_signed_in(page, live_app, cast, settings):
    with provider() as server:
        settings.OIDC_NAME = "Directory One"
        settings.SOCIALACCOUNT_PROVIDERS = interfaces.providers(server.issuer, CLIENT, SECRET)
        complaints = []
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(f"{live_app}/account/sign-in/?next=/profile/")
        page.get_by_role("button", name="Sign in with Directory One").click()
        expect(page.get_by_role("heading", name="Your profile")).to_be_visible(timeout=60_000)
        expect(page.get_by_text(f"Signed in as{cast.cora.name}")).to_have_count(1)
        assert complaints == []
