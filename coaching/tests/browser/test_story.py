"""The whole story in a real browser, with a real worker: from an empty house to a conversation that is due."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from coaching.tests.cast import PASSWORD, at
from coaching.tests.real.waiting import wait_until
from engagements.actions.invitations import accept_invitation, invite, open_first_door
from engagements.actions.people import add_manager, add_person
from engagements.models import Engagement, Program, Session, SessionStatus, User
from trust.models import Flag, FlagKind, Judgement

MARKER = "an unmistakable private remark"
SUMMARY = "an unmistakable shared summary"
RATING = "6.125"  # a mean that no date, count or budget on a page could look like

# Strand means of coach and executive, session by session.
COURSES = {
    "Demo Executive Falling": [4.5, 5, 5.5, 6, 6, 6, 3.5, 2.5, 2.5, 2],
    "Demo Executive Standing": [3.5, 3.6, 3.5, 3.4, 3.5, 3.6, 3.4, 3.5, 3.5, 3.5],
    "Demo Executive Growing": [4.5, 4.9, 5.2, 5.5, 5.7, 5.9, 6, 6.1, 6.2, 6.125],
}
ROSTER_COLUMNS = [
    "Program", "Organization", "Coach e-mail", "Executive", "Executive e-mail", "Role", "Start date",
    "Sessions agreed", "Cadence (weeks)", "Stated objective",
]  # fmt: skip
HISTORY_COLUMNS = [
    "client_email", "date", "start", "minutes", "attended", "cognitive (1-7)", "relational (1-7)",
    "client cognitive (1-7)", "client relational (1-7)", "private note",
]  # fmt: skip
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//calendar//EN
BEGIN:VEVENT
UID:next@calendar.example
DTSTAMP:{stamp}
SUMMARY:Coaching
DTSTART:{start}
DTEND:{end}
ATTENDEE:mailto:{email}
END:VEVENT
END:VCALENDAR
"""


def address(name):
    return f"{name.split()[-1].lower()}@client.example"


def write_rows(path, columns, rows, delimiter=","):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([columns, *rows])
    path.write_text(text.getvalue(), encoding="utf-8-sig")
    return path


@pytest.fixture
def files(tmp_path):
    """A roster, a session history and a calendar as people bring them."""
    start = date.today() - timedelta(weeks=21)
    roster = [
        ["Demo Program", "Demo Bank", "cora@coaches.example", name, address(name), "CFO",
         f"{start:%d.%m.%Y}", 14, 2, "Delegate more"]
        for name in COURSES
    ]  # fmt: skip
    history = [
        [address(name), start + timedelta(weeks=2 * k), "10:00", 60, "yes", mean, mean, mean, mean, MARKER]
        for name, means in COURSES.items()
        for k, mean in enumerate(means)
    ]
    calendar = tmp_path / "calendar.ics"
    begin = at(10)
    calendar.write_text(
        CALENDAR.format(
            stamp=f"{at():%Y%m%dT%H%M%SZ}",
            start=f"{begin:%Y%m%dT%H%M%SZ}",
            end=f"{begin + timedelta(hours=1):%Y%m%dT%H%M%SZ}",
            email=address("Demo Executive Growing"),
        ).replace("\n", "\r\n"),
        newline="",
    )
    return {
        "roster": write_rows(tmp_path / "roster.csv", ROSTER_COLUMNS, roster, ";"),
        "history": write_rows(tmp_path / "history.csv", HISTORY_COLUMNS, history),
        "calendar": calendar,
    }


def sign_in(page, address, email):
    page.context.clear_cookies()
    page.goto(address + reverse("account_login"))
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/account/" not in url)


def bring(page, address, kind, path):
    """Imports one file in the browser, as far as the worker's outcome."""
    page.goto(address + reverse("import_start", args=[kind]))
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_role("button", name="Import", exact=True).click()


def log_a_session(page, address, session):
    """Six ratings by number key, a note, a summary, and save."""
    page.goto(address + reverse("session_log", args=[session.pk]))
    page.locator("input[type=radio]").first.focus()
    for key in "666667":
        page.keyboard.press(key)
    page.locator("textarea").nth(0).fill(MARKER)
    page.locator("textarea").nth(1).fill(SUMMARY)
    page.get_by_role("button", name="Save log").click()
    page.wait_for_url(f"**{reverse('engagement_detail', args=[session.engagement_id])}")


def test_from_an_empty_house_to_a_conversation_that_is_due(quiet_page, live_app, files, file_worker):
    page = quiet_page
    # The first administrator comes in by the one-time link and brings the roster.
    page.goto(live_app + reverse("welcome", args=[open_first_door(now=at())]))
    page.fill("input[name=name]", "Ada")
    page.fill("input[name=email]", "ada@house.example")
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    sign_in(page, live_app, "ada@house.example")
    bring(page, live_app, "roster", files["roster"])
    wait_until(lambda: Engagement.objects.count() == 3, 30, "the worker to import the roster")

    # The roster's coach was unknown: invited, and in by the invitation.
    coach = User.objects.get(email="cora@coaches.example")
    assert not coach.is_active
    ada = User.objects.get(email="ada@house.example")
    accept_invitation(token=invite(user=coach, by=ada, now=at()), password=PASSWORD, now=at())
    manager = add_person(email="pia@house.example", name="Pia", by=ada, now=at())
    add_manager(program=Program.objects.get(), user=manager, by=ada, now=at())
    accept_invitation(token=invite(user=manager, by=ada, now=at()), password=PASSWORD, now=at())

    # The history by command, the calendar by the coach.
    call_command("import_history", str(files["history"]), "--json")
    assert Session.objects.held().count() == 30
    sign_in(page, live_app, coach.email)
    bring(page, live_app, "calendar", files["calendar"])
    wait_until(lambda: Session.objects.scheduled().exists(), 30, "the worker to import the calendar")

    # A session that took place this morning is logged, and the worker judges without being asked twice.
    growing = Engagement.objects.get(executive__name="Demo Executive Growing")
    session = Session.objects.create(engagement=growing, starts_at=at(0, -3), minutes=60)
    log_a_session(page, live_app, session)
    session.refresh_from_db()
    assert session.status == SessionStatus.HELD
    wait_until(lambda: Judgement.objects.filter(engagement=growing, sessions_judged=11).exists(), 30, "the judgement")
    file_worker.send("trust.sweep_judgements")
    wait_until(lambda: Flag.objects.open().alarms().count() >= 2, 60, "the flags")
    raised = set(Flag.objects.open().alarms().values_list("engagement__executive__name", "kind"))
    assert ("Demo Executive Falling", FlagKind.REGRESSING) in raised
    assert ("Demo Executive Standing", FlagKind.STALLED) in raised

    # The program manager sees at the top which two need a conversation, and nothing of what was said.
    sign_in(page, live_app, manager.email)
    page.goto(live_app + reverse("portfolio"))
    attention = page.locator("main").inner_text()
    assert attention.index("Falling") < attention.index("Standing") < attention.index("Growing")
    addresses = [reverse("portfolio"), reverse("program_list"), reverse("program_detail", args=[growing.program_id])]
    addresses += [reverse("engagement_detail", args=[pk]) for pk in Engagement.objects.values_list("pk", flat=True)]
    for path in addresses:
        page.goto(live_app + path)
        html = page.content()
        for secret in (MARKER, SUMMARY, RATING, "Coach's read", "Check-in answers"):
            assert secret not in html, f"{path} holds {secret}"
