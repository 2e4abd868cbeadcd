"""Pages behind personal links in a real browser: forms arrive, the second step works, and nothing stays behind."""

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from coaching.tests.browser.test_every_page import AXE, let_in, look_at
from coaching.tests.cast import at
from coaching.tests.real.browser import Complaints
from engagements.actions.personal_links import make_link, token_of
from engagements.models import DataRequest, Purpose
from trust.actions.data_requests import ask_for_opinions, make_request
from trust.models import Reading
from trust.tests.mine import mailed_code, new_link
from trust.tests.test_check_in import mailed
from trust.tests.test_mine import NOTE, SUMMARY, fill

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nobody_has_tried_yet():
    cache.clear()


def come_in(page, app, link):
    page.goto(app + reverse("personal_link", args=[token_of(link)]))
    page.get_by_role("button", name="Mail me a code").click()
    page.get_by_label("The six digits").fill(mailed_code())
    page.get_by_role("button", name="Open").click()
    page.get_by_role("heading", name="What is kept about me", level=1).wait_for()


def test_an_executive_comes_in_asks_and_leaves_nothing_behind(quiet_page, live_app, cast):
    page = quiet_page
    come_in(page, live_app, new_link(fill(cast.mine)))
    assert page.get_by_text("Your coaching with Cora").is_visible()
    page.get_by_role("link", name="A correction").click()
    page.get_by_label("In your words").fill("It was in May.")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Asked. An answer is due").wait_for()
    assert DataRequest.objects.get().kind == "CORRECTION"
    page.get_by_role("link", name="See exactly what they see").click()
    page.get_by_role("heading", name="Emil").wait_for()
    page.go_back()
    page.get_by_role("button", name="Close this page").click()
    page.get_by_role("heading", name="Closed").wait_for()
    assert page.context.cookies(live_app + "/mine/") == [] or not any(
        cookie["name"].startswith("pot_mine") for cookie in page.context.cookies()
    )


def test_after_closing_the_back_button_shows_nothing(page, live_app, cast):
    come_in(page, live_app, new_link(fill(cast.mine)))
    page.get_by_role("button", name="Close this page").click()
    page.get_by_role("heading", name="Closed").wait_for()
    page.go_back()
    page.wait_for_load_state()
    assert SUMMARY not in page.content()
    assert "Cora" not in page.content()


def test_both_files_can_be_taken_away(quiet_page, live_app, cast):
    page = quiet_page
    come_in(page, live_app, new_link(fill(cast.mine)))
    for name in ("PDF", "JSON"):
        with page.expect_download() as taken:
            page.get_by_role("link", name=name, exact=True).click()
        assert taken.value.suggested_filename == f"what-is-kept-about-me.{name.lower()}"


def test_a_check_in_sent_from_its_page_arrives(quiet_page, live_app, cast):
    page = quiet_page
    page.goto(live_app + mailed(cast.mine.session, cast.cora))
    page.get_by_role("radio", name="5", exact=True).first.check()
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    assert Reading.objects.filter(voice="EXECUTIVE").exists()


def test_an_agreement_is_accepted_from_its_page(quiet_page, live_app, cast):
    agreement = cast.mine.engagement.agreements.current().get()
    cast.mine.engagement.agreements.update(executive_accepted_on=None, executive_recorded_by=None)
    terms = {"purpose": Purpose.AGREEMENT, "subject_id": agreement.pk}
    link = make_link(engagement=cast.mine.engagement, by=cast.cora, now=at(), **terms)
    page = quiet_page
    page.goto(live_app + reverse("personal_link", args=[token_of(link)]))
    page.get_by_role("button", name="I accept").click()
    page.get_by_role("heading", name="Accepted on").wait_for()
    agreement.refresh_from_db()
    assert agreement.is_accepted_by_link


def test_every_page_behind_the_code_is_accessible_quiet_and_fits(browser, live_app, cast):
    engagement = fill(cast.mine)
    make_request(engagement=engagement, kind="CORRECTION", words="It was in May.", now=at())
    opinions = ask_for_opinions(engagement=engagement, now=at())
    erasure = make_request(engagement=engagement, kind="ERASURE", now=at())
    context = browser.new_context()
    context.add_init_script(AXE)
    page = context.new_page()
    complaints, link = Complaints(page, live_app), new_link(engagement)
    page.goto(live_app + reverse("personal_link", args=[token_of(link)]))
    found = look_at(page, live_app + reverse("mine_code", args=[link.pk]), complaints)
    come_in(page, live_app, link)
    pages = [("mine", []), ("mine_managers_view", [])]
    pages += [("mine_request", [word]) for word in ("opinions", "correction", "objection", "erasure")]
    for name, words in pages:
        found += look_at(page, live_app + reverse(name, args=[link.pk, *words]), complaints)
    for user, request in ((cast.cora, opinions), (cast.pia, erasure), (cast.pia, opinions)):
        context.clear_cookies()
        let_in(context, user, live_app)
        found += look_at(page, live_app + reverse("data_request", args=[request.pk]), complaints)
    context.close()
    assert found == []
    assert NOTE not in str(mail.outbox)
