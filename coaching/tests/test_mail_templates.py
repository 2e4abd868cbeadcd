"""No mail carries content: templates name people, pages and codes from a closed list, whatever they are given."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail

from coaching.tests.cast import at
from coaching.tests.confided import confide
from coaching.tests.test_canary import SAID, betrays
from engagements.actions.invitations import invite
from engagements.actions.letters import owe_letter, send_letter
from engagements.actions.personal_links import make_link, send_code
from engagements.actions.sessions import schedule_session
from engagements.models import Purpose
from trust.actions.session_log import log_session
from trust.tasks import send_check_in

TEMPLATES = settings.BASE_DIR / "templates"
LETTERS = sorted(path.stem for path in (TEMPLATES / "emails").glob("*.txt"))
MAILS = [*(TEMPLATES / "emails").glob("*"), *(TEMPLATES / "account" / "email").glob("*")]
# Who writes to whom about which page, and the numbers it takes to get there.
NAMED = {
    "person.name", "executive.name", "coach.name", "program.name", "by.get_full_name", "user.get_short_name",
    "link", "ask_url", "site_url", "password_reset_url", "site_name", "site_name|default:\"Point of Trust\"",
    "code", "days", "minutes", "executive.time_zone", "session.minutes",
    "counts.in_need", "counts.extensions", "counts.loose_ends", "counts.requests",
    "counts.to_log", "counts.not_booked", "counts.follow_ups",
    "day|date:\"l j F\"", "session.starts_at|date:\"l j F\"", "session.starts_at|date:\"H:i\"",
}  # fmt: skip
TAGS = {"autoescape", "endautoescape", "if", "else", "endif", "block", "endblock", "extends"}
# Whether an administrator did it, and which numbers of a digest there are.
ASKED_ABOUT = {"by", *(name for name in NAMED if name.startswith("counts."))}


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.name)
def test_a_mail_says_nothing_but_what_is_on_the_list(path):
    text = path.read_text()
    assert {found.strip() for found in re.findall(r"{{(.*?)}}", text)} <= NAMED
    tags = [found.split() for found in re.findall(r"{%(.*?)%}", text)]
    assert {tag[0] for tag in tags} <= TAGS
    assert {" ".join(tag[1:]) for tag in tags if tag[0] == "if"} <= ASKED_ABOUT


def test_nothing_mails_a_template_from_elsewhere():
    """Each place that mails reads from this folder, so that no text of a mail escapes the list above."""
    named = set()
    for package in ("engagements", "trust", "coaching"):
        for path in (settings.BASE_DIR / package).rglob("*.py"):
            text = path.read_text() if "tests" not in path.parts else ""
            if re.search(r"(?<!def )(?<!\.)\bsend_mail\(|EmailMessage\(", text):
                named |= set(re.findall(r'"emails/([\w{}.]+)\.txt"', text)) or {f"none in {Path(path).name}"}
    assert named <= {*LETTERS, "{letter.kind}", "{letter}"}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", LETTERS)
def test_no_letter_of_any_kind_betrays_what_was_confided(cast, kind):
    confide(cast, SAID)
    engagement = cast.mine.engagement
    link = make_link(engagement=engagement, purpose=Purpose.MINE, by=cast.cora, now=at())
    terms = {"kind": kind, "engagement": engagement, "path": "/engagements/", "now": at()}
    mail.outbox.clear()
    for key, to in (("to executive", {"link": link}), ("to coach", {"to_user": cast.cora})):
        send_letter(owe_letter(key=key, **to, **terms))
    assert [message.to for message in mail.outbox] == [["emil@client.example"], ["cora@people.example"]]
    assert not any(betrays(message.message().as_bytes()) for message in mail.outbox)


@pytest.mark.django_db(transaction=True)
def test_nor_do_mails_that_are_sent_at_once(cast):
    confide(cast, SAID)
    session = schedule_session(engagement=cast.mine.engagement, starts_at=at(-4), minutes=60, by=cast.cora, now=at(-9))
    log_session(session=session, by=cast.cora, now=at(), minutes=60, ratings={}, note=SAID.words)
    mail.outbox.clear()
    send_check_in(str(session.check_in.pk))
    send_code(link=make_link(engagement=cast.mine.engagement, purpose=Purpose.MINE, by=None, now=at()), now=at())
    invite(user=cast.sten, by=cast.ada, now=at())
    assert len(mail.outbox) == 3
    assert not any(betrays(message.message().as_bytes()) for message in mail.outbox)
