"""One engagement in the browser, from chemistry to the follow-up after 180 days: a rupture repaired, a slip overcome.

Every page on the way is looked at wide and narrow, light and dark, with all accessibility rules.
"""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from coaching.tests.browser.test_every_page import AXE, NARROWEST, RUN_AXE, WAYS, let_in
from coaching.tests.cast import at
from engagements.actions.engagements import change_status, create_engagement
from engagements.actions.people import add_executive
from engagements.actions.sessions import schedule_session
from engagements.models import Engagement, Experiment, FollowUp, Letter, Party, Status
from engagements.tasks import ask_follow_ups, send_letter
from trust.models import Rupture


@pytest.fixture
def engagement(transactional_db, cast):
    """Cora and Eva are to get to know each other, in Pia's program."""
    eva = add_executive(
        organization=cast.mine.organization,
        name="Demo Executive Eva",
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
    """A page that is looked at in every way wherever it stops."""

    def __init__(self, browser, address, user=None):
        context = browser.new_context()
        context.add_init_script(AXE)
        if user is not None:
            let_in(context, user, address)
        self.page, self.address, self.found = context.new_page(), address, []
        self.page.set_default_timeout(60_000)
        self.page.on("pageerror", lambda error: self.found.append(f"script error: {error}"))

    def go(self, path):
        self.page.goto(path if path.startswith("http") else self.address + path)
        self.look()

    def look(self):
        for width, scheme, rules in WAYS:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.emulate_media(color_scheme=scheme)
            told = self.page.evaluate(RUN_AXE, rules)
            self.found += [f"{self.page.url} {width} {scheme} {words}" for words in told]
        for width in (390, NARROWEST):
            self.page.set_viewport_size({"width": width, "height": 900})
            if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                self.found.append(f"{self.page.url} wider than {width}")
        self.page.set_viewport_size({"width": 1280, "height": 900})

    def choose(self, *labels):
        for label in labels:
            self.page.get_by_label(label, exact=True).first.check()

    def press(self, name, *, exact=True):
        self.page.get_by_role("button", name=name, exact=exact).first.click()
        self.page.wait_for_load_state()

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
    get_to_know_each_other(coach, eva, engagement)
    agree(coach, eva, engagement, Walk(browser, live_app, cast.pia))
    work(coach, engagement, cast)
    slip_and_try_again(coach, engagement)
    hurt_and_repair(coach, engagement)
    close(coach, engagement)
    ask_whether_it_lasted(coach, eva, engagement)
    assert coach.found + eva.found == []


def get_to_know_each_other(coach, eva, engagement):
    coach.go(reverse("chemistry", args=[engagement.pk]))
    coach.choose("Curious, and waits to see")
    coach.press("Note for myself")
    coach.sees("Show how you work before you ask for much")
    coach.choose("A good fit")
    coach.press("Save my vote")
    coach.press("Ask Demo Executive Eva")
    post_letters()
    eva.go(link_mailed("Is it a fit"))
    eva.choose("A good fit")
    eva.press("Send")
    eva.sees("Thank you")
    eva.look()
    coach.go(reverse("chemistry", args=[engagement.pk]))
    coach.sees("It is a fit for both of you.")


def agree(coach, eva, engagement, manager):
    coach.go(reverse("engagement_status", args=[engagement.pk]))
    coach.press("Contract")
    post_letters()
    eva.go(link_mailed("agreement"))
    eva.press("I accept")
    eva.sees("Accepted on")
    manager.go(reverse("agreement_detail", args=[engagement.pk]))
    manager.press("Note it")
    assert manager.found == []
    coach.go(reverse("engagement_status", args=[engagement.pk]))
    coach.press("Begin")
    assert Engagement.objects.get(pk=engagement.pk).status == Status.ACTIVE


def work(coach, engagement, cast):
    """A session is prepared, held and logged; what lies beneath the objective is named."""
    session = schedule_session(engagement=engagement, starts_at=at(-1), minutes=60, by=cast.cora, now=at(-9))
    coach.go(reverse("session_prep", args=[session.pk]))
    coach.sees("Speak last in meetings")
    coach.go(reverse("session_log", args=[session.pk]))
    coach.page.locator("input[type=radio]").first.focus()
    for key in "555556":
        coach.page.keyboard.press(key)
    coach.page.locator("textarea[name=note]").fill("She fills every silence.")
    coach.press("Save log")
    coach.page.wait_for_url(f"**{reverse('engagement_detail', args=[engagement.pk])}")
    coach.look()
    coach.go(reverse("driver_add", args=[engagement.pk]))
    coach.page.locator("textarea").first.fill("Who is silent is not needed.")
    coach.press("Save")
    coach.go(reverse("drivers", args=[engagement.pk]))
    coach.sees("Who is silent is not needed.")


def slip_and_try_again(coach, engagement):
    coach.go(reverse("experiment_add", args=[engagement.pk]))
    coach.page.locator("textarea[name=behaviour]").fill("Count to five before speaking")
    coach.page.locator("textarea[name=situation]").fill("Monday meeting")
    coach.press("Plan it")
    for step, state in (("Slipped", "SLIPPED"), ("Trying again", "TRIED_AGAIN"), ("Held", "HELD")):
        coach.go(reverse("experiment_list", args=[engagement.pk]))
        coach.page.get_by_role("button", name=re.compile(f"^{step}")).first.click()
        coach.page.wait_for_load_state()
        assert Experiment.objects.get().state == state
    coach.go(reverse("engagement_detail", args=[engagement.pk]))
    coach.sees("What does this say about what drives it?")


def hurt_and_repair(coach, engagement):
    coach.go(reverse("rupture_open", args=[engagement.pk]))
    coach.choose("I pushed too hard")
    coach.page.locator("textarea[name=words]").fill("I laughed.")
    coach.press("Open the case")
    coach.sees("Only you see this")
    coach.look()
    coach.page.locator("select[name=step]").select_option("NAMED_IT")
    coach.press("Note this")
    coach.sees("Named it openly")
    coach.press("Repaired")
    assert Rupture.objects.get().outcome == "REPAIRED"


def close(coach, engagement):
    coach.go(reverse("engagement_status", args=[engagement.pk]))
    coach.page.locator("summary", has_text="Complete").click()
    coach.press("Complete")
    coach.page.wait_for_url(f"**{reverse('ending', args=[engagement.pk])}")
    coach.look()
    coach.choose("Reached", "A belief has changed")
    coach.page.locator("textarea[name=words]").fill("Silence is work, too.")
    coach.press("Save the close")
    coach.sees("Did it last?")


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
    own = FollowUp.objects.get(engagement=engagement, days=180, party=Party.COACH)
    coach.go(reverse("home"))
    coach.go(reverse("follow_up", args=[own.pk]))
    coach.choose("Lasting")
    coach.press("Save")
    coach.go(reverse("engagement_detail", args=[engagement.pk]))
    assert coach.page.get_by_text("Lasting", exact=True).count() == 2
