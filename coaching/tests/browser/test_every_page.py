"""Every page of every role, wide and narrow, light and dark: accessible, quiet in the console, and fitting.

Which pages there are comes from the access matrix, so a new one is looked at without being named here. Each is
loaded once and then shown in the four ways.
"""

from pathlib import Path
from types import SimpleNamespace

import axe_playwright_python
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from coaching.demo import SIGN_INS
from coaching.tests.cast import at
from coaching.tests.real.browser import Complaints
from coaching.tests.test_access_matrix import HISTORY, ROUTES, report_on
from engagements.actions.api_tokens import make_token
from engagements.actions.drivers import add_driver, add_evidence
from engagements.actions.experiments import add_experiment
from engagements.actions.extensions import ask_for_more
from engagements.actions.hours import save_outside_hours
from engagements.actions.import_runs import start_import
from engagements.actions.invitations import invite
from engagements.actions.people import add_person
from engagements.actions.webhooks import add_webhook
from engagements.models import (
    DeliveryStatus,
    Engagement,
    FollowUp,
    ImportKind,
    Objective,
    Program,
    SavedView,
    Session,
    SponsorReport,
    Status,
    User,
    WebhookDelivery,
)
from trust.actions.check_ins import token_of
from trust.actions.data_requests import make_request
from trust.actions.ruptures import open_rupture
from trust.models import CheckIn, Flag, Prompt

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
RUN_AXE = """async () => {
    while (document.getAnimations().length) document.getAnimations().forEach(one => one.finish());  // also of colours
    const {violations} = await axe.run({resultTypes: ["violations"]});
    return violations.map(rule => `${rule.id}: ${rule.nodes.map(node => node.target).slice(0, 3).join(", ")}`);
}"""
WAYS = [(1280, "light"), (1280, "dark"), (390, "dark"), (390, "light")]
NARROWEST = 320

# Who of the demo plays whom in the matrix.
PLAYED_BY = {"cora": "Coach", "pia": "Program manager", "ada": "Administrator"}
ACCOUNT_PAGES = ("account_change_password", "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_logout")
FILES = {"import_refused", "portfolio_export", "report_pdf", "report_xlsx", "report_json"}
OURS_IN_ADMIN = ("user", "organization", "program", "executive", "backgroundjob")


@pytest.fixture
def demo(live_app):
    """Demo people: {role: account}, and one row of each kind that the matrix names, all of the first coach's."""
    call_command("seed_demo", engagements=12, seed=1, verbosity=0)
    people = {one["role"]: User.objects.get(email=one["email"]) for one in SIGN_INS}
    coach = people["Coach"]
    flag = Flag.objects.filter(engagement__coach=coach).open().alarms().order_by("opened_at", "pk").first()
    engagement = flag.engagement
    people["Program manager"] = engagement.program.managers.filter(removed_at=None).first().user
    held = Session.objects.held().filter(engagement=engagement).newest_first().first()
    booked = Session.objects.upcoming(at()).filter(engagement__coach=coach).oldest_first().first()
    run = start_import(kind=ImportKind.HISTORY, name="history.csv", content=HISTORY, options={}, by=coach, now=at())
    objective = Objective.objects.filter(engagement=engagement).first()
    rows = {"engagement": engagement, "program": engagement.program, "session": held, "upcoming": booked}
    rows |= reports_on(engagement.program, people["Program manager"])
    rows["saved_view"] = SavedView.objects.create(user=people["Program manager"], name="Needs a word", query="flag=ANY")
    return people, rows | {"flag": flag, "objective": objective, "import": run} | method_of(
        engagement, held
    ) | coaching_day_of(engagement)


def method_of(engagement, held):
    """What lies beneath, an experiment, and a question."""
    named = {"by": engagement.coach, "now": at()}
    driver = add_driver(engagement=engagement, text="Being needed.", **named)
    evidence = add_evidence(driver=driver, session=held, text="Answered for others.", **named)
    experiment = add_experiment(engagement=engagement, behaviour="Ask first.", situation="Monday", **named)
    prompt = Prompt.objects.filter(engagement=engagement, kind="MAXIMUM").first()
    prompt = prompt or Prompt.objects.create(engagement=engagement, kind="MAXIMUM")
    return {"driver": driver, "evidence": evidence, "experiment": experiment, "prompt": prompt}


def coaching_day_of(engagement):
    """A case of rupture and repair, a follow-up, hours elsewhere, and a request of the executive."""
    coach, day = engagement.coach, at().date()
    by = {"by": coach, "now": at()}
    hours = {"client": "Team", "contact": "", "paid_minutes": 90, "starts_on": day, "ends_on": day}
    return {
        "webhook": webhook_of(engagement),
        "extension": ask_for_more(engagement=engagement, sessions=2, ends_on=None, reason="NEW_ROLE", **by),
        "rupture": open_rupture(engagement=engagement, kind="FELT_JUDGED", words="Went too far.", **by),
        "follow_up": FollowUp.objects.create(engagement=engagement, days=30, party="COACH", due_on=day, asked_at=at()),
        "outside_hours": save_outside_hours(coach=coach, **hours, **by),
        "request": make_request(engagement=engagement, kind="CORRECTION", words="It was in May.", now=at()),
    }


def webhook_of(engagement):
    """A webhook with messages in every state."""
    coach = engagement.coach
    make_token(user=coach, name="Calendar", scopes=["READ"], days=90, now=at())
    webhook = add_webhook(user=coach, url="https://hooks.example/coaching?for=me", events=["FLAG_OPENED"], now=at())
    for state in DeliveryStatus.values:
        about = {"event": "FLAG_OPENED", "engagement_id": engagement.pk, "subject_id": engagement.pk}
        WebhookDelivery.objects.create(webhook=webhook, key=state, status=state, tries=1, answer=503, **about)
    return webhook


def reports_on(program, manager):
    """A draft that names people, and a frozen report with what they released."""
    days = SimpleNamespace(program=program, manager=manager)
    report_on(days)
    draft, frozen = SponsorReport.objects.filter(program=program).newest_first()
    return {"report": draft, "frozen_report": frozen}


def pages_of(people, rows):
    """Addresses: {account or None: [path]}."""
    found = {None: public_pages(people)}
    for name, role in PLAYED_BY.items():
        routes = [route for route in ROUTES if name in (route.get or ())]
        found[people[role]] = [path_of(route, rows) for route in routes if route.name not in FILES]
    found[people["Coach"]] += [reverse("engagement_detail", args=[pk]) for pk in stages_of(people["Coach"])]
    found[people["Coach"]] += [*map(reverse, ACCOUNT_PAGES), "/nothing/"]
    found[people["Program manager"]] += ["/portfolio/?q=nobody", "/engagements/?show=ended"]
    found[people["Administrator"]] += admin_pages()
    return found


def path_of(route, rows):
    return reverse(route.name, args=[rows[route.row].pk] if route.row else [route.word] if route.word else [])


def stages_of(coach):
    """One engagement in each stage that this coach has."""
    own = Engagement.objects.filter(coach=coach).order_by("pk")
    return [own.filter(status=status).values_list("pk", flat=True)[0] for status in Status if own.filter(status=status)]


def public_pages(people):
    """The pages behind no sign-in, open and closed."""
    newcomer = add_person(email="new@people.example", name="Demo Newcomer", by=None, now=at())
    welcome = invite(user=newcomer, by=people["Administrator"], now=at())
    check_ins = CheckIn.objects.open_at(at(hours=1))
    shown = [check_ins.filter(answered_at__isnull=is_asked).first() for is_asked in (True, False)]
    names = ["account_login", "account_reset_password", "account_reset_password_done", "account_inactive"]
    links = [("welcome", welcome), ("welcome", "nothing"), ("check_in_open", "nothing")]
    links += [("check_in_open", token_of(check_in)) for check_in in shown if check_in]
    return [*map(reverse, names), *(reverse(name, args=[token]) for name, token in links)]


def admin_pages():
    lists = [reverse(f"admin:engagements_{model}_changelist") for model in OURS_IN_ADMIN]
    program = reverse("admin:engagements_program_change", args=[Program.objects.first().pk])
    return [reverse("admin:index"), *lists, program, reverse("admin:engagements_user_add")]


def let_in(context, user, address):
    client = Client()
    client.force_login(user)
    cookies = [{"name": name, "value": morsel.value, "url": address} for name, morsel in client.cookies.items()]
    context.add_cookies(cookies)


def look_at(page, address, complaints):
    """What is wrong with a page, in whichever way it is shown."""
    answer = page.goto(address, wait_until="load")
    # A browser writes every answer that is an error to the console, also one that is meant to be shown.
    found = [words for words in complaints.found if not (answer.status >= 400 and "Failed to load" in words)]
    complaints.found.clear()
    for width, scheme in WAYS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        found += [f"{width} {scheme} {words}" for words in page.evaluate(RUN_AXE)]
    for width in (390, NARROWEST):
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"wider than {width}")
    return [f"{address}: {words}" for words in found]


def test_every_page_is_accessible_quiet_and_fits(browser, demo, live_app):
    found = []
    for user, paths in pages_of(*demo).items():
        context = browser.new_context()
        context.add_init_script(AXE)
        if user:
            let_in(context, user, live_app)
        page = context.new_page()
        complaints = Complaints(page, live_app)
        for path in dict.fromkeys(paths):
            found += look_at(page, live_app + path, complaints)
        context.close()
    assert found == []
