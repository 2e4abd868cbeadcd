"""A marker in every confidential field, a journey through every page as everybody, errors included: it stays in."""

import base64
import re
import zlib
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from coaching.tests.cast import at
from coaching.tests.confided import World, admin_pages, confide, our_pages
from coaching.tests.real.files import bytes_of
from coaching.tests.real.waiting import wait_until
from coaching.tests.test_logs import written  # noqa: F401 - a fixture
from engagements.actions.invitations import invite
from engagements.actions.personal_links import end_stay
from engagements.actions.sessions import schedule_session
from engagements.models import AuditEvent, Letter
from engagements.tasks import send_letter
from trust import tasks
from trust.actions.session_log import log_session
from trust.instrument import SEEN
from trust.nudges import nudge_judging
from trust.tests.mine import inside

MARKER = "zyxkanari"
NUMBER = 0.8642097531
SAID = World(
    words=MARKER,
    rating=2,
    number=NUMBER,
    orientation="RELATIONAL",
    cause="RELATIONSHIP",
    next_step="REPAIR",
    is_shared=True,
    has_more=True,
    seen=tuple(seen.key for seen in SEEN),
)
OTHERS = ("pia", "petra", "ada", "otto", "sten")
# In any writing: plain, in UTF-16, and inside base64 at each of its three offsets.
WRITINGS = [
    MARKER.encode(),
    MARKER.encode("utf-16-le"),
    *(base64.b64encode(b"." * shift + MARKER.encode())[4 if shift else 0 : -4] for shift in range(3)),
]


def betrays(content):
    """Whether a marker, or the number that stands in values and evidence, is in these bytes."""
    content = content if isinstance(content, bytes) else str(content).encode()
    return any(writing in content for writing in WRITINGS) or str(NUMBER).encode() in content


def test_the_marker_would_be_found():
    for writing in (MARKER, base64.b64encode(f"a {MARKER}".encode()), MARKER.encode("utf-16-le"), {"p": NUMBER}):
        assert betrays(writing)


@pytest.fixture
def journey(transactional_db, cast, monkeypatch, written):  # noqa: F811
    """Everybody has been everywhere; Cora's pages have failed while she saved; every job has run."""
    run = confide(cast, SAID)
    _fail_while_saving(cast, monkeypatch)
    _come_by_link(cast, monkeypatch)
    pages = [*our_pages(cast, run), *admin_pages()]
    answers = {}
    for name in (*OTHERS, "cora", "anonymous"):
        client = Client(raise_request_exception=False)
        if name != "anonymous":
            client.force_login(getattr(cast, name))
        for verb, address in pages:
            if name == "cora" and verb == "POST":
                continue  # would answer flags, and discard the import
            answers[name, verb, address] = client.generic(verb, address)
    for job in (tasks.sweep_judgements, tasks.judge_everything, tasks.calibrate, tasks.send_due_check_ins):
        job()
    _mail(cast)
    _wait_for_nudges(cast)
    return answers


def _fail_while_saving(cast, monkeypatch):
    """The texts are on their way when something breaks, with an error that quotes them."""
    client = Client(raise_request_exception=False)
    client.force_login(cast.cora)
    page, objective = reverse("session_log", args=[cast.mine.session.pk]), cast.mine.engagement.objectives.first()
    client.post(page, {"note": MARKER, "day": MARKER, "minutes": MARKER})  # a form that comes back
    with monkeypatch.context() as broken:
        broken.setattr("engagements.actions.texts.vault.seal_text", _quote)
        day = f"{cast.mine.session.starts_at:%Y-%m-%d}"
        form = {"day": day, "clock": f"{cast.mine.session.starts_at:%H:%M}", "minutes": "60", "kind": "COACHING"}
        assert client.post(page, form | {"note": f"new {MARKER}"}).status_code == 500
        words = {"text": f"new {MARKER}"}
        assert client.post(reverse("objective_edit", args=[objective.pk]), words).status_code == 500
        draft = {"draft_kind": "LOG", "draft_subject": f"{cast.mine.session.pk}", "draft_tab": "ab-000002"}
        address = reverse("draft_save", args=[cast.mine.engagement.pk])
        assert client.post(address, draft | {"draft_turn": "1", "note": f"new {MARKER}"}).status_code == 500
        file = {"file": _file(), "time_zone": "UTC"}
        assert client.post(reverse("import_start", args=["history"]), file).status_code == 500


def _come_by_link(cast, monkeypatch):
    """Emil reads and takes away all that is his; what he writes breaks once on its way, and once comes back."""
    client, link = inside(cast.mine.engagement, Client(raise_request_exception=False))
    for name, words in (("mine", []), ("mine_managers_view", []), ("mine_export", ["json"]), ("mine_export", ["pdf"])):
        assert client.get(reverse(name, args=[link.pk, *words])).status_code == 200
    ask = reverse("mine_request", args=[link.pk, "correction"])
    with monkeypatch.context() as broken:
        broken.setattr("engagements.actions.texts.vault.seal_text", _quote)
        assert client.post(ask, {"words": f"new {MARKER}"}).status_code == 500
    assert client.post(ask, {"words": MARKER * 1000}).status_code == 200
    end_stay(link=link, now=at())
    assert MARKER in client.post(ask, {"words": f"too late {MARKER}"}).content.decode()


def _file():
    return SimpleUploadedFile(
        f"{MARKER}.csv", f"client_email,date,note\r\na@b.example,2026-01-05,{MARKER}\r\n".encode()
    )


def _quote(key, text, place):
    raise ValueError(f"Cannot seal {text!r}.")


def _mail(cast):
    """A check-in after another session, an invitation, and a new password."""
    session = schedule_session(engagement=cast.mine.engagement, starts_at=at(-4), minutes=60, by=cast.cora, now=at(-9))
    log_session(session=session, by=cast.cora, now=at(), minutes=60, ratings={}, note=MARKER)
    tasks.send_check_in(str(session.check_in.pk))
    invite(user=cast.sten, by=cast.ada, now=at())
    Client().post(reverse("account_reset_password"), {"email": cast.cora.email})
    for letter in Letter.objects.filter(status="DUE"):
        Letter.objects.filter(pk=letter.pk).update(send_after=at(-1))
        send_letter(str(letter.pk))


def _wait_for_nudges(cast):
    """A nudge is told beside the request: wait until one lies in the broker's folder."""
    nudge_judging(cast.mine.engagement.pk)
    wait_until(lambda: any(settings.BROKER_DIR.rglob("*.msg")), 20, "a nudge in the broker")


def test_nothing_confided_gets_out(journey, written, mailoutbox):  # noqa: F811
    _no_page_of_anybody_else(journey)
    assert "Internal Server Error" in written()  # the errors have been logged
    assert "ValueError" in written()
    assert not betrays(written())
    assert {"A request of Emil is waiting for you", "Your request was answered", "Your code"} <= {
        mail.subject for mail in mailoutbox
    }
    assert len(mailoutbox) > 6
    assert not any(betrays(mail.message().as_bytes()) for mail in mailoutbox)
    assert AuditEvent.objects.count() > 20
    assert not betrays(list(AuditEvent.objects.values()))
    _no_session_holds_it()
    _no_file_holds_it()
    _no_table_holds_the_words()


def _no_page_of_anybody_else(answers):
    for (name, verb, address), answer in answers.items():
        if name != "cora":
            assert not betrays(answer.getvalue()), f"{name} {verb} {address}"
        headers = [*answer.headers.items(), *(morsel.OutputString() for morsel in answer.cookies.values())]
        assert not betrays(headers), f"{name} {verb} {address}"
        assert not betrays(_opened(answer.cookies.get("messages"))), f"{name} {verb} {address}"
    assert any(betrays(answer.getvalue()) for (name, _, _), answer in answers.items() if name == "cora")


def _opened(cookie):
    """What a messages cookie says, unpacked."""
    value = (cookie.value if cookie else "").partition(":")[0]
    is_packed, value = value.startswith("."), value.lstrip(".")
    content = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    return zlib.decompress(content) if is_packed else content


def _no_session_holds_it():
    store = import_module(settings.SESSION_ENGINE).SessionStore
    sessions = apps.get_model("sessions", "Session").objects.all()
    assert sessions.count() >= len(OTHERS)
    assert not any(betrays(store().decode(row.session_data)) for row in sessions)


def _no_file_holds_it():
    """Broker, cache, mail, database with its write-ahead log: every byte of the data folder."""
    files = [path for path in Path(settings.VAR_DIR).rglob("*") if path.is_file()]
    database = Path(connection.settings_dict["NAME"]).name
    assert any(path.is_relative_to(settings.BROKER_DIR) for path in files)
    if connection.vendor == "sqlite":
        assert Path(connection.settings_dict["NAME"]) in files
    assert not [path.name for path in files if betrays(path.name)]
    for path in files:
        content = bytes_of(path)
        assert not any(writing in content for writing in WRITINGS), path.name
        if not path.name.startswith(database):  # the database and its log hold the numbers that judging needs
            assert str(NUMBER).encode() not in content, path.name


def _no_table_holds_the_words():
    """In any database: no column of any table, but for the numbers that judging needs."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a table of ours
            rows = [bytes(cell) if isinstance(cell, memoryview) else cell for row in cursor.fetchall() for cell in row]
            plain = [cell if isinstance(cell, bytes) else str(cell).encode() for cell in rows]
            assert not any(writing in cell for cell in plain for writing in WRITINGS), table


def test_the_scripts_of_our_pages_keep_nothing_in_the_browser():
    for script in (settings.BASE_DIR / "static" / "js").glob("*.js"):
        assert not re.search(r"localStorage|sessionStorage|indexedDB|caches\.|document\.cookie", script.read_text())
