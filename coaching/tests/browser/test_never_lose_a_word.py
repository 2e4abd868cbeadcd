"""What is typed into a log survives everything: no connection, no server, no session, another tab, another device."""

import base64
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session as BrowserSession
from django.db import connection, transaction
from django.urls import reverse

from coaching.tests.browser.test_session_log_in_the_browser import let_in, rating
from coaching.tests.cast import PASSWORD
from coaching.tests.real.waiting import wait_until
from coaching.tests.real.web import Web
from coaching.tests.real.worker import database_url
from coaching.tests.test_at_once import notes_of
from engagements.actions.drafts import typed_drafts
from engagements.models import Draft
from engagements.vault import new_key
from trust.models import Reading

KEPT = re.compile(r"^Saved \d\d:\d\d as a draft\.")


@pytest.fixture
def session(cast):
    return cast.mine.session


@pytest.fixture
def log_page(live_app, session):
    return live_app + reverse("session_log", args=[session.pk])


@pytest.fixture
def page(page):
    page.set_default_timeout(60_000)
    page.on("dialog", lambda dialog: dialog.accept())
    return page


@pytest.fixture
def open_log(page, live_app, cast, log_page):
    """The log page, as Cora sees it; in one tab after the other."""
    let_in(page.context, cast.cora, live_app)

    def open_one(tab=page, address=log_page):
        tab.goto(address)
        return tab

    return open_one


@pytest.fixture
def web(transactional_db, cast):
    """The application in a process of its own."""
    web = Web(database_url(connection))
    web.start()
    yield web
    web.close()


def note(page):
    return page.get_by_label("Private note")


def type_in(page, words):
    note(page).press_sequentially(words)


def wait_for_words(page, words):
    page.locator("[data-save-words], [data-save-trouble]").filter(has_text=words, visible=True).first.wait_for()


def save(page):
    page.get_by_role("button", name=re.compile("^Save (log|changes)$")).click()


def drafted(session):
    user = session.engagement.coach
    return [dict(draft.fields)["note"] for draft in typed_drafts(user=user, kind="LOG", subject_id=session.pk)]


# --- the usual day ----------------------------------------------------------------------------------


def test_what_is_typed_is_kept_and_goes_on_on_another_device(open_log, browser, live_app, cast, log_page, session):
    page = open_log()
    rating(page, "candour", 3).check()
    page.get_by_label("Was guarded").check()
    type_in(page, "half a thought")
    wait_for_words(page, KEPT)
    wait_until(lambda: drafted(session) == ["half a thought"])
    assert "thought" not in page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    phone = browser.new_context(viewport={"width": 390, "height": 844})
    let_in(phone, cast.cora, live_app)
    other = open_log(phone.new_page())
    other.get_by_text("not saved yet.").wait_for()
    assert note(other).input_value() == "half a thought"
    assert rating(other, "candour", 3).is_checked()
    assert other.get_by_label("Was guarded").is_checked()
    note(other).press("End")
    type_in(other, ", and the other half")
    wait_for_words(other, KEPT)
    save(other)
    other.wait_for_url("**/engagements/**")
    assert notes_of(session) == ["half a thought, and the other half"]
    assert not Draft.objects.live().exists()
    phone.close()


def test_who_leaves_in_the_middle_of_a_word_finds_it_again(open_log, session):
    page = open_log()
    type_in(page, "on the way out")
    page.get_by_role("link", name="Leave without saving").click()
    page.wait_for_url("**/engagements/**")
    wait_until(lambda: drafted(session) == ["on the way out"])


def test_leaving_is_not_asked_about_once_everything_is_kept(open_log):
    page, asked = open_log(), []
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    type_in(page, "a thought")
    wait_for_words(page, KEPT)
    page.get_by_role("link", name="Leave without saving").click()
    page.wait_for_url("**/engagements/**")
    assert asked == []


def test_a_draft_can_be_thrown_away(open_log, session):
    page = open_log()
    type_in(page, "never mind")
    wait_for_words(page, KEPT)
    open_log()
    page.get_by_text("Throw away…").click()
    page.get_by_role("button", name="Throw away").click()
    page.get_by_text("The draft is thrown away.").wait_for()
    assert note(page).input_value() == ""
    assert drafted(session) == []


# --- no connection ----------------------------------------------------------------------------------


def test_typing_without_connection_is_kept_when_it_is_back(open_log, session):
    page = open_log()
    page.context.set_offline(True)
    type_in(page, "in the tunnel")
    wait_for_words(page, "Not saved: no connection, trying again.")
    assert drafted(session) == []
    page.context.set_offline(False)
    wait_for_words(page, KEPT)
    assert drafted(session) == ["in the tunnel"]


def test_saving_without_connection_keeps_the_page_and_goes_through_afterwards(open_log, session):
    page = open_log()
    page.context.set_offline(True)
    type_in(page, "in the tunnel")
    save(page)
    wait_for_words(page, "No connection. Nothing was lost, trying again.")
    assert note(page).input_value() == "in the tunnel"
    page.context.set_offline(False)
    page.wait_for_url("**/engagements/**")
    assert notes_of(session) == ["in the tunnel"]


# --- no server --------------------------------------------------------------------------------------


def test_a_server_that_is_killed_and_started_again_costs_no_word(page, web, cast, session):
    let_in(page.context, cast.cora, web.address)
    page.goto(web.address + reverse("session_log", args=[session.pk]))
    type_in(page, "before, ")
    wait_for_words(page, KEPT)
    web.kill()
    type_in(page, "meanwhile, ")
    wait_for_words(page, "Not saved: no connection, trying again.")
    save(page)
    wait_for_words(page, "No connection. Nothing was lost, trying again.")
    type_in(page, "and after.")
    web.start()
    wait_for_words(page, KEPT)
    save(page)
    page.wait_for_url("**/engagements/**")
    assert notes_of(session) == ["before, meanwhile, and after."]


def test_a_worker_killed_while_it_saves_costs_nothing_and_saves_once(page, web, cast, session):
    let_in(page.context, cast.cora, web.address)
    page.goto(web.address + reverse("session_log", args=[session.pk]))
    type_in(page, "once")
    wait_for_words(page, KEPT)
    with transaction.atomic():  # nobody else can write: the worker waits in the middle of saving
        with page.expect_request(lambda request: request.method == "POST" and request.url.endswith("/log/")):
            save(page)
        web.kill_worker()
    page.wait_for_url("**/engagements/**")
    assert notes_of(session) == ["once"]
    assert Reading.objects.filter(session=session).count() == 1


# --- a server with problems -------------------------------------------------------------------------


class broken:
    """A table is missing for a while, as in a release that went wrong."""

    def __init__(self, table):
        self.table = table

    def __enter__(self):
        self._rename(self.table, f"{self.table}_away")

    def __exit__(self, *problem):
        self._rename(f"{self.table}_away", self.table)

    def _rename(self, name, to):
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER TABLE "{name}" RENAME TO "{to}"')


def test_an_error_of_the_server_while_typing_costs_no_word(open_log, session):
    page = open_log()
    with broken("engagements_draft"):
        type_in(page, "through thick and thin")
        wait_for_words(page, "Not saved: the server does not answer as it should, trying again.")
    wait_for_words(page, KEPT)
    assert drafted(session) == ["through thick and thin"]


def test_an_error_of_the_server_while_saving_keeps_the_page_and_goes_through_afterwards(open_log, session):
    page = open_log()
    type_in(page, "through thick and thin")
    with broken("trust_reading"):
        save(page)
        wait_for_words(page, "The server does not answer as it should. Nothing was lost, trying again.")
        assert note(page).input_value() == "through thick and thin"
    page.wait_for_url("**/engagements/**")
    assert notes_of(session) == ["through thick and thin"]


def test_with_the_wrong_key_nothing_is_kept_and_nothing_is_lost(open_log, session, settings, tmp_path):
    page, right = open_log(), settings.NOTE_KEYS_FILE
    wrong = tmp_path / "keys"
    wrong.write_text(base64.urlsafe_b64encode(new_key()).decode())
    settings.NOTE_KEYS_FILE = wrong
    type_in(page, "under lock and key")
    wait_for_words(page, "Not saved: the server does not answer as it should, trying again.")
    settings.NOTE_KEYS_FILE = right
    wait_for_words(page, KEPT)
    assert drafted(session) == ["under lock and key"]


# --- signed out -------------------------------------------------------------------------------------


def sign_in_in_another_tab(page):
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in in another tab").click()
    other = opened.value
    other.locator("[name=login]").fill("cora@people.example")
    other.locator("[name=password]").fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url(lambda address: "sign-in" not in address)
    other.close()


def test_a_session_that_has_ended_costs_no_word(open_log, session):
    page = open_log()
    type_in(page, "before, ")
    wait_for_words(page, KEPT)
    BrowserSession.objects.all().delete()
    type_in(page, "and signed out")
    wait_for_words(page, "Signed out: what you typed is still here.")
    sign_in_in_another_tab(page)
    wait_for_words(page, KEPT)
    assert drafted(session) == ["before, and signed out"]
    save(page)
    page.wait_for_url("**/engagements/**")
    assert notes_of(session) == ["before, and signed out"]


def test_saving_when_signed_out_goes_through_after_signing_in(open_log, session):
    page = open_log()
    type_in(page, "a long note")
    wait_for_words(page, KEPT)
    BrowserSession.objects.all().delete()
    save(page)
    wait_for_words(page, "Signed out: what you typed is still here.")
    assert note(page).input_value() == "a long note"
    sign_in_in_another_tab(page)
    page.wait_for_url("**/engagements/**")
    assert notes_of(session) == ["a long note"]


def test_who_may_not_write_there_any_more_is_told_so_and_can_copy(open_log, cast, session):
    page = open_log()
    cast.mine.engagement.__class__.objects.filter(pk=session.engagement_id).update(coach=cast.otto)
    type_in(page, "somebody else's now")
    wait_for_words(page, "Not saved: this is not yours to change any more. Copy what you want to keep.")
    save(page)
    assert note(page).input_value() == "somebody else's now"


# --- two tabs ---------------------------------------------------------------------------------------


def test_two_tabs_meet_on_a_page_with_both_texts(open_log, session):
    first = open_log()
    second = open_log(first.context.new_page())
    type_in(first, "from the desk")
    wait_for_words(first, KEPT)
    type_in(second, "from the train")
    wait_for_words(second, "both are kept.")
    assert sorted(drafted(session)) == ["from the desk", "from the train"]
    save(first)
    first.wait_for_url("**/engagements/**")
    second.bring_to_front()
    type_in(second, ", later")
    wait_for_words(second, "when you save, you see both.")
    save(second)
    second.get_by_role("heading", name="Two versions of this log").wait_for()
    second.get_by_text("from the desk").wait_for()
    second.get_by_role("button", name="Save this").click()
    second.wait_for_url("**/engagements/**")
    assert notes_of(session) == ["from the desk", "from the desk\n\nfrom the train, later"]
    assert not Draft.objects.live().exists()


def test_what_the_server_asks_back_is_shown_and_kept(open_log, session):
    page = open_log()
    type_in(page, "with a mistake beside it")
    page.get_by_text("Held, 60 minutes").click()
    page.get_by_label("Length in minutes").fill("1000")
    save(page)
    page.get_by_text("Not saved yet.").wait_for()
    assert note(page).input_value() == "with a mistake beside it"
    wait_for_words(page, KEPT)
    page.get_by_label("Length in minutes").fill("45")
    save(page)
    page.wait_for_url("**/engagements/**")
    assert notes_of(session) == ["with a mistake beside it"]
    assert not Draft.objects.live().exists()


def test_an_earlier_text_is_restored_from_the_history(open_log, session):
    page = open_log()
    for words in ("the first", "the second"):
        note(page).fill(words)
        save(page)
        page.wait_for_url("**/engagements/**")
        open_log()
    page.get_by_text("Earlier versions").click()
    page.get_by_text("Restore this text…").click()
    page.get_by_role("button", name="Restore this text").click()
    page.get_by_text("The private note stands again.").wait_for()
    assert note(page).input_value() == "the first"
    assert notes_of(session) == ["the first", "the second", "the first"]


# --- how it looks -----------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_is_accessible_and_fits(browser, live_app, cast, log_page, session, scheme):
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)  # axe is put into the page by script
    let_in(context, cast.cora, live_app)
    page, other = context.new_page(), context.new_page()
    for one, words in ((page, "from the desk"), (other, "from the train")):
        one.goto(log_page)
        type_in(one, words)
        rating(one, "care", 2 if one is page else 6).check()
        wait_for_words(one, KEPT)
    _look_at(page)
    context.set_offline(True)
    type_in(page, " ")
    wait_for_words(page, "Not saved: no connection")
    _look_at(page)
    context.set_offline(False)
    wait_for_words(page, KEPT)
    save(page)
    page.wait_for_url("**/engagements/**")
    page.goto(log_page)
    page.get_by_text("not saved yet.").wait_for()
    _look_at(page)
    save(other)
    other.get_by_role("heading", name="Two versions of this log").wait_for()
    _look_at(other)
    context.close()


def _look_at(page):
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
