"""One engagement in the browser, from chemistry to the follow-up after 180 days: a rupture repaired, a slip overcome.

Everybody goes by links and buttons, by address only home and from a mail. Every page on the way is looked at wide and
narrow, light and dark, with all accessibility rules.
"""

import re
from datetime import timedelta

import pytest
from django.core import mail

from coaching.tests.browser.test_every_page import AXE, NARROWEST, RUN_AXE, WAYS, let_in
from coaching.tests.cast import at
from engagements.actions.engagements import change_status, create_engagement
from engagements.actions.people import add_executive
from engagements.models import Engagement, Experiment, FollowUp, Letter, Session, Status
from engagements.tasks import ask_follow_ups, send_letter
from trust.models import Rupture

EVA = "Demo Executive Eva"


@pytest.fixture
def engagement(transactional_db, cast):
    """Cora and Eva are to get to know each other, in Pia's program."""
    eva = add_executive(
        organization=cast.mine.organization,
        name=EVA,
        email="eva@client.example",
        by=None,
        now=at(),
        time_zone="UTC",
    )
    engagement = create_engagement(
        program=cast.mine.program,
        coach=cast.cora,
        executive=eva,
        starts_on=at(-30).date(),
        by=cast.pia,
        now=at(-30),
        objective="Speak last in meetings",
    )
    return change_status(engagement=engagement, to=Status.CHEMISTRY, by=cast.pia, now=at(-29))


class Walk:
    """A person at a page, who goes by links and buttons; every page is looked at in every way when first seen."""

    def __init__(self, browser, address, user=None):
        context = browser.new_context()
        context.add_init_script(AXE)
        if user is not None:
            let_in(context, user, address)
        self.page, self.address, self.found, self.seen = context.new_page(), address, [], set()
        self.page.set_default_timeout(60_000)
        self.page.on("pageerror", lambda error: self.found.append(f"script error: {error}"))

    def go(self, path):
        """By address, as a person does: home, or from a mail."""
        self.page.goto(path if path.startswith("http") else self.address + path)
        self.look_once()

    def follow(self, name, *, exact=True):
        """By the link of this name, in the page rather than in its head."""
        link = self.page.get_by_role("main").get_by_role("link", name=name, exact=exact)
        self._click((link if link.count() else self.page.get_by_role("link", name=name, exact=exact)).first)

    def press(self, name, *, exact=True):
        self._click(self.page.get_by_role("button", name=name, exact=exact).first)

    def _click(self, element):
        with self.page.expect_navigation():
            element.click()
        self.look_once()

    def look_once(self):
        if self.page.url not in self.seen:
            self.look()

    def look(self):
        self.seen.add(self.page.url)
        for width, scheme in WAYS:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.emulate_media(color_scheme=scheme)
            told = self.page.evaluate(RUN_AXE)
            self.found += [f"{self.page.url} {width} {scheme} {words}" for words in told]
        for width in (390, NARROWEST):
            self.page.set_viewport_size({"width": width, "height": 900})
            if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                self.found.append(f"{self.page.url} wider than {width}")
        self.page.set_viewport_size({"width": 1280, "height": 900})

    def choose(self, *labels):
        for label in labels:
            self.page.get_by_label(label, exact=True).first.check()

    def fill(self, label, text):
        self.page.get_by_label(label).first.fill(text)

    def sees(self, words):
        self.page.get_by_text(words).first.wait_for()


def post_letters():
    for letter in Letter.objects.filter(status="DUE", send_after__lte=at(0, 1)):
        send_letter(str(letter.pk))


def link_mailed(subject):
    message = [one for one in mail.outbox if subject in one.subject][-1]
    return re.search(r"http://\S+/link/\S+", message.body)[0]


def test_an_engagement_from_chemistry_to_the_last_follow_up(browser, live_app, cast, engagement):
    coach, eva = Walk(browser, live_app, cast.cora), Walk(browser, live_app)
    get_to_know_each_other(coach, eva)
    agree(coach, eva, Walk(browser, live_app, cast.pia))
    work(coach)
    slip_and_try_again(coach)
    hurt_and_repair(coach)
    close(coach)
    ask_whether_it_lasted(coach, eva, engagement)
    assert coach.found + eva.found == []


def open_eva(coach):
    """From the list of all engagements, as from anywhere."""
    coach.go("/")
    coach.follow("Engagements")
    coach.follow(EVA)


def get_to_know_each_other(coach, eva):
    open_eva(coach)
    coach.follow("Chemistry")
    coach.choose("Curious, and waits to see")
    coach.press("Note for myself")
    coach.sees("Show how you work before you ask for much")
    coach.choose("A good fit")
    coach.press("Save my vote")
    coach.press(f"Ask {EVA}")
    post_letters()
    eva.go(link_mailed("Is it a fit"))
    eva.choose("A good fit")
    eva.press("Send")
    eva.sees("Thank you")
    eva.look()
    open_eva(coach)
    coach.follow("Chemistry")
    coach.sees("It is a fit for both of you.")
    coach.look()


def agree(coach, eva, manager):
    coach.follow(EVA)
    coach.follow("Change status")
    coach.press("Contract")
    post_letters()
    eva.go(link_mailed("agreement"))
    eva.press("I accept")
    eva.sees("Accepted on")
    manager.go("/")
    manager.follow(EVA)
    manager.follow("Agreement")
    manager.press("Note it")
    assert manager.found == []
    open_eva(coach)
    coach.follow("accepted")
    coach.follow("Begin the engagement")
    coach.press("Begin")
    coach.sees("The status is now: Active.")


def work(coach):
    """A session is scheduled, prepared and, once it was held, logged; what lies beneath the objective is named."""
    soon = at(1, 0)
    coach.follow("Schedule")
    coach.fill("Date", f"{soon:%Y-%m-%d}")
    coach.fill("Time", f"{soon:%H:%M}")
    coach.press("Schedule")
    coach.follow("Prepare")
    coach.sees("Speak last in meetings")
    Session.objects.filter(engagement__executive__name=EVA).update(starts_at=at(-1))
    coach.go("/")
    coach.follow(f"Log the session with {EVA}")
    coach.page.locator("input[type=radio]").first.focus()
    for key in "555556":
        coach.page.keyboard.press(key)
    coach.fill("Private note", "She fills every silence.")
    coach.press("Save log")
    coach.look()
    coach.follow("Beneath the surface")
    coach.follow("Name what is beneath")
    coach.fill("In your own words", "Who is silent is not needed.")
    coach.press("Save")
    coach.sees("Who is silent is not needed.")
    coach.look()


def slip_and_try_again(coach):
    coach.follow(EVA)
    coach.follow("Plan an experiment")
    coach.fill("What will be new?", "Count to five before speaking")
    coach.fill("Where, and when?", "Monday meeting")
    coach.press("Plan it")
    for step, state in (("Slipped", "SLIPPED"), ("Trying again", "TRIED_AGAIN"), ("Held", "HELD")):
        coach.press(re.compile(f"^{step}"))
        assert Experiment.objects.get().state == state
    coach.follow(EVA)
    coach.sees("What does this say about what drives it?")


def hurt_and_repair(coach):
    coach.follow("Something hurt our trust")
    coach.choose("I pushed too hard")
    coach.fill("In your own words", "I laughed.")
    coach.press("Open the case")
    coach.sees("Only you see this")
    coach.follow(EVA)
    coach.look()
    coach.follow("Repair")
    coach.page.get_by_label("What did you try?").select_option("Named it openly")
    coach.press("Note this")
    coach.sees("Named it openly")
    coach.press("Repaired")
    assert Rupture.objects.get().outcome == "REPAIRED"
    coach.follow(EVA)
    coach.page.locator("summary", has_text="1 rupture closed").click()
    coach.follow("I pushed too hard")
    coach.follow(EVA)


def close(coach):
    coach.follow("Change status")
    coach.page.locator("summary", has_text="Complete").click()
    coach.press("Complete")
    coach.choose("Reached", "A belief has changed")
    coach.page.get_by_role("textbox").first.fill("Silence is work, too.")
    coach.press("Save the close")
    coach.sees("Did it last?")
    coach.look()


def ask_whether_it_lasted(coach, eva, engagement):
    """Half a year goes by."""
    Engagement.objects.filter(pk=engagement.pk).update(ended_on=at(-180).date())
    for row in FollowUp.objects.filter(engagement=engagement):
        FollowUp.objects.filter(pk=row.pk).update(due_on=at(-180).date() + timedelta(days=row.days))
    ask_follow_ups()
    post_letters()
    eva.go(link_mailed("Is it still so"))
    eva.choose("Lasting")
    eva.press("Send")
    eva.sees("Thank you")
    eva.look()
    coach.go("/")
    coach.look()
    coach.follow("Answer")
    coach.choose("Lasting")
    coach.press("Save")
    assert coach.page.get_by_text("Lasting", exact=True).count() == 2
    coach.look()
