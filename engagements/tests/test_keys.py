"""Keys: changed while everything runs, never written over by a wrong one, destroyed for good."""

import base64
import os
import stat
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.urls import reverse

from coaching.tests.cast import active_engagement, at
from coaching.tests.real.files import bytes_of
from coaching.tests.test_settings import manage
from engagements import vault
from engagements.actions import keys
from engagements.actions.import_runs import name_of, start_import
from engagements.actions.keys import ENGAGEMENTS, IMPORTS, erase_engagement_texts, keys_to_rewrap, rewrap_keys
from engagements.actions.people import add_executive
from engagements.actions.texts import TextErased, current_texts, write_text
from engagements.checks import right_keys
from engagements.key_file import put_key_in_front
from engagements.key_ring import KeyMissing, key_ring
from engagements.models import AuditEvent, Engagement, EngagementKey, ImportKind, ImportRun, SealedText, TextKind
from engagements.vault import WrongKey

NOTE = "He said the board frightens him."
TYPED = "What I typed while the key was away.\n\nSecond paragraph."


def fresh_key():
    return base64.urlsafe_b64encode(vault.new_key()).decode()


@pytest.fixture
def key_file(settings, tmp_path):
    """A file of keys of this test's own, and no NOTE_KEYS."""
    settings.NOTE_KEYS, settings.NOTE_KEYS_FILE = "", tmp_path / "keys" / "note_keys"
    return settings.NOTE_KEYS_FILE


@pytest.fixture
def sealed(key_file, cast):
    """The cast, with a note and an import, sealed under the keys of `key_file`."""
    write(cast, NOTE)
    cast.run = start_import(
        kind=ImportKind.HISTORY, name="history.csv", content=b"a,b\r\n", options={}, by=cast.cora, now=at()
    )
    return cast


@pytest.fixture
def wrong_key(sealed, settings):
    settings.NOTE_KEYS = fresh_key()
    return sealed


def write(cast, text):
    return write_text(
        engagement_id=cast.mine.engagement.pk,
        kind=TextKind.SESSION_NOTE,
        subject_id=cast.mine.session.pk,
        text=text,
        by=cast.cora,
        now=at(),
    )


def read(cast):
    texts = current_texts(user=cast.cora, kind=TextKind.SESSION_NOTE, subject_ids=[cast.mine.session.pk])
    return texts.get(cast.mine.session.pk)


def told(command, *arguments):
    """What a command says and whether it ended well."""
    from io import StringIO

    out = StringIO()
    try:
        call_command(command, *arguments, stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}{error}", False
    return out.getvalue(), True


def all_sealed():
    """Everything a wrong key could spoil."""
    wrapped = EngagementKey.objects.order_by("pk").values_list("pk", "wrapped", "wrapped_by")
    texts = SealedText.objects.order_by("pk").values_list("pk", "sealed", "is_current")
    runs = ImportRun.objects.order_by("pk").values_list("pk", "wrapped_key", "sealed_file", "status")
    return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in (*wrapped, *texts, *runs)]


def log_form(cast, **changes):
    """The log form of a session, as the page sends it."""
    session = cast.mine.session
    return {
        "day": f"{session.starts_at:%Y-%m-%d}",
        "clock": f"{session.starts_at:%H:%M}",
        "minutes": "60",
        "kind": "COACHING",
        "note": TYPED,
        **changes,
    }


# --- the file -----------------------------------------------------------------------------------


def test_the_first_engagement_makes_the_file_and_only_its_owner_can_read_it(key_file, cast):
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert len(key_ring().keys) == 1
    assert not [name for name in os.listdir(key_file.parent) if name != key_file.name]


def test_a_key_put_in_front_is_seen_by_a_process_that_runs(key_file, cast):
    first = key_ring()
    put_key_in_front(key_file)
    assert key_ring().keys[1:] == first.keys
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_processes_that_put_keys_in_front_at_once_lose_none(key_file):
    threads = [threading.Thread(target=put_key_in_front, args=[key_file]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(key_ring().keys)) == 8


def test_a_file_with_something_else_in_it_is_not_written_over(key_file):
    key_file.parent.mkdir()
    key_file.write_text("not a key")
    with pytest.raises(vault.VaultError):
        put_key_in_front(key_file)
    assert key_file.read_text() == "not a key"
    with pytest.raises(KeyMissing):
        key_ring()


# --- rotation -----------------------------------------------------------------------------------


def test_after_a_rotation_the_old_key_may_go(sealed, key_file):
    words, well = told("rotate_note_keys", "--new")
    assert well
    assert "engagements: 2 keys" in words
    assert "imports: 1 keys" in words
    assert told("rotate_note_keys", "--check")[1]
    key_file.write_text(key_file.read_text().split(",")[0])
    sealed.run.refresh_from_db()
    assert (read(sealed), name_of(sealed.run)) == (NOTE, "history.csv")


def test_the_check_counts_what_still_needs_an_older_key(sealed, key_file):
    put_key_in_front(key_file)
    words, well = told("rotate_note_keys", "--check")
    assert not well
    assert "engagements: 2 keys left" in words
    assert "imports: 1 keys left" in words
    assert read(sealed) == NOTE


@pytest.mark.once
def test_the_command_ends_with_one_while_keys_are_left(tmp_path):
    """In a process of its own, as operators call it."""
    folder = str(tmp_path)
    assert manage("migrate", "-v0", VAR_DIR=folder, DATABASE_URL=None)[0] == 0
    code, words = manage("rotate_note_keys", "--new", VAR_DIR=folder, DATABASE_URL=None)
    assert code == 0, words
    assert manage("rotate_note_keys", "--check", VAR_DIR=folder, DATABASE_URL=None)[0] == 0
    code, words = manage("rotate_note_keys", "--new", VAR_DIR=folder, DATABASE_URL=None, NOTE_KEYS=fresh_key())
    assert code == 1
    assert "comes from the environment" in words


def test_a_second_rotation_finds_nothing_to_do(sealed):
    told("rotate_note_keys", "--new")
    before = all_sealed()
    assert "engagements: 0 keys" in told("rotate_note_keys")[0]
    assert all_sealed() == before


def test_a_rotation_that_was_interrupted_goes_on_where_it_was(sealed, key_file, monkeypatch):
    monkeypatch.setattr(keys, "BATCH", 1)
    put_key_in_front(key_file)
    next(rewrap_keys(store=ENGAGEMENTS, by=None, now=at()))
    assert keys_to_rewrap(store=ENGAGEMENTS) == 1
    assert read(sealed) == NOTE
    assert "engagements: 1 keys" in told("rotate_note_keys")[0]
    assert keys_to_rewrap(store=ENGAGEMENTS) == keys_to_rewrap(store=IMPORTS) == 0
    assert read(sealed) == NOTE


def test_two_rotations_in_turns_do_no_harm(sealed, key_file, monkeypatch):
    monkeypatch.setattr(keys, "BATCH", 1)
    put_key_in_front(key_file)
    first, second = (rewrap_keys(store=ENGAGEMENTS, by=None, now=at()) for _ in range(2))
    done = [next(first), next(second), *first, *second]
    assert sum(batch.rewrapped for batch in done) == 2
    assert read(sealed) == NOTE


@pytest.mark.django_db(transaction=True)
def test_two_rotations_at_once_do_no_harm_and_readers_notice_nothing(sealed, key_file, monkeypatch):
    monkeypatch.setattr(keys, "BATCH", 1)
    failures, done = [], []

    def rotate():
        try:
            done.extend(rewrap_keys(store=ENGAGEMENTS, by=None, now=at()))
        except Exception as error:  # shown by the assertion below
            failures.append(error)
        finally:
            connections.close_all()

    for _ in range(3):
        put_key_in_front(key_file)
        threads = [threading.Thread(target=rotate) for _ in range(2)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            assert read(sealed) == NOTE
        for thread in threads:
            thread.join()
    assert not failures
    assert sum(batch.rewrapped for batch in done) == 6
    assert keys_to_rewrap(store=ENGAGEMENTS) == 0


def test_a_row_that_changed_since_it_was_read_is_left_alone(sealed, key_file):
    """Erased or wrapped anew by somebody else between reading and writing."""
    put_key_in_front(key_file)
    row = EngagementKey.objects.get(engagement=sealed.mine.engagement)
    old = bytes(row.wrapped)
    EngagementKey.objects.filter(pk=row.pk).update(wrapped=b"somebody else's")
    assert keys._replace(ENGAGEMENTS, row, old, key_ring(), b"mine") == 0
    row.delete()
    assert keys._replace(ENGAGEMENTS, row, old, key_ring(), b"mine") == 0
    assert not EngagementKey.objects.filter(pk=sealed.mine.engagement.pk).exists()


def test_what_no_key_opens_stays_as_it_is_and_is_said(wrong_key):
    before = all_sealed()
    words, well = told("rotate_note_keys")
    assert not well
    assert "2 keys are opened by no key at hand" in words or "3 keys are opened by no key at hand" in words
    assert all_sealed() == before


def test_a_rotation_is_in_the_audit_trail_without_a_key(sealed, key_file):
    told("rotate_note_keys", "--new")
    events = AuditEvent.objects.filter(verb="keys.rewrapped")
    assert {event.subject_type: event.detail["number"] for event in events} == {"engagementkey": 2, "importrun": 1}
    assert all(part not in f"{event.detail}" for event in events for part in key_file.read_text().strip().split(","))


# --- a wrong key, and none ----------------------------------------------------------------------


def pages(cast):
    mine = cast.mine
    objective = mine.engagement.objectives.get()
    return {
        "engagement": reverse("engagement_detail", args=[mine.engagement.pk]),
        "log": reverse("session_log", args=[mine.session.pk]),
        "objective": reverse("objective_edit", args=[objective.pk]),
        "imports": reverse("import_list"),
        "review": reverse("import_review", args=[cast.run.pk]),
        "refused": reverse("import_refused", args=[cast.run.pk]),
    }


@pytest.mark.parametrize("where", ["engagement", "log", "objective", "imports", "review", "refused"])
def test_every_page_that_needs_words_says_that_the_key_is_not_the_right_one(wrong_key, as_user, where):
    before = all_sealed()
    answer = as_user(wrong_key.cora).get(pages(wrong_key)[where])
    assert answer.status_code == 503
    assert "The key of this installation is missing or another one. Nothing was changed." in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert all_sealed() == before


@pytest.mark.parametrize("keys_there", ["", "not base64", "c2hvcnQ="])
def test_a_missing_or_broken_key_is_said_like_a_wrong_one(sealed, as_user, settings, key_file, keys_there):
    settings.NOTE_KEYS = keys_there
    key_file.unlink()
    assert as_user(sealed.cora).get(pages(sealed)["log"]).status_code == 503
    assert not key_file.exists()


def test_pages_without_words_go_on_working(wrong_key, as_user):
    client = as_user(wrong_key.cora)
    assert client.get(reverse("home")).status_code == 200
    assert client.get(reverse("session_schedule", args=[wrong_key.mine.engagement.pk])).status_code == 200


def test_what_was_typed_comes_back_and_is_saved_once_the_key_is_back(wrong_key, as_user, settings):
    client, address = as_user(wrong_key.cora), pages(wrong_key)["log"]
    before = all_sealed()
    answer = client.post(address, log_form(wrong_key, minutes="45"))
    assert answer.status_code == 503
    assert TYPED in answer.content.decode()
    assert '<input type="hidden" name="minutes" value="45">' in answer.content.decode()
    assert all_sealed() == before
    wrong_key.mine.session.refresh_from_db()
    assert wrong_key.mine.session.is_scheduled
    settings.NOTE_KEYS = ""
    again = dict(answer.context["others"])
    again |= {field["name"]: field["text"] for field in answer.context["texts"]}
    assert client.post(address, again).status_code == 302
    assert read(wrong_key) == TYPED


def test_what_comes_back_is_never_markup_and_never_a_password_or_token(wrong_key, as_user):
    form = log_form(wrong_key, note="<script>alert(1)</script> and more", new_password="my long secret phrase here")
    page = as_user(wrong_key.cora).post(pages(wrong_key)["log"], form | {"csrfmiddlewaretoken": "x" * 64})
    text = page.content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text
    assert "secret phrase" not in text
    assert "x" * 64 not in text


@pytest.mark.parametrize("route", ["objective_add", "engagement_create", "import_start"])
def test_nothing_new_is_sealed_under_a_wrong_key(wrong_key, as_user, route):
    from django.core.files.uploadedfile import SimpleUploadedFile

    before, mine = all_sealed(), wrong_key.mine
    forms = {
        "objective_add": (mine.coach, [mine.engagement.pk], {"text": "Another objective"}),
        "engagement_create": (
            mine.manager,
            [],
            {
                "program": mine.program.pk,
                "coach": mine.coach.pk,
                "executive": "",
                "new_name": "Enno",
                "new_email": "enno@client.example",
                "new_role": "",
                "starts_on": f"{at():%Y-%m-%d}",
                "objective": "Ask more than tell",
            },
        ),
        "import_start": (mine.coach, ["history"], {"file": SimpleUploadedFile("h.csv", b"a,b\r\n1,2\r\n")}),
    }
    user, args, form = forms[route]
    answer = as_user(user).post(reverse(route, args=args), form)
    assert answer.status_code == 503, answer.context and answer.context.get("form") and answer.context["form"].errors
    assert all_sealed() == before
    assert Engagement.objects.count() == 2


def test_an_installation_that_lost_its_file_of_keys_gets_no_new_one(sealed, key_file):
    key_file.unlink()
    executive = add_executive(
        organization=sealed.mine.organization, name="Enno", email="enno@client.example", by=None, now=at()
    )
    with pytest.raises(KeyMissing):
        active_engagement(program=sealed.mine.program, coach=sealed.cora, executive=executive, by=sealed.pia)
    assert not key_file.exists()


def test_a_key_added_in_the_environment_wraps_what_is_new(sealed, settings, key_file):
    old = key_file.read_text().strip()
    settings.NOTE_KEYS = f"{fresh_key()},{old}"
    executive = add_executive(
        organization=sealed.mine.organization, name="Enno", email="enno@client.example", by=None, now=at()
    )
    engagement = active_engagement(program=sealed.mine.program, coach=sealed.cora, executive=executive, by=sealed.pia)
    assert engagement.key.wrapped_by == key_ring().current_id
    settings.NOTE_KEYS = old
    assert [issue.id for issue in right_keys(None, databases=["default"])] == ["engagements.E001"]


def test_the_check_says_in_one_line_what_is_wrong_with_the_keys(sealed, settings, key_file):
    assert right_keys(None, databases=["default"]) == []
    settings.NOTE_KEYS = fresh_key()
    (issue,) = right_keys(None, databases=["default"])
    assert "do not open 2 engagements" in issue.msg
    settings.NOTE_KEYS = "nonsense"
    assert right_keys(None, databases=["default"])
    settings.NOTE_KEYS = ""
    key_file.unlink()
    (issue,) = right_keys(None, databases=["default"])
    assert "is missing" in issue.msg
    assert right_keys(None) == []


def test_an_import_that_meets_a_wrong_key_waits_with_its_file(wrong_key, settings):
    from engagements.actions.import_runs import queue_import
    from trust.tasks import carry_out_import

    queue_import(run=wrong_key.run, by=wrong_key.cora, now=at())
    before = all_sealed()
    with pytest.raises(WrongKey):
        carry_out_import(str(wrong_key.run.pk))
    assert all_sealed() == before


# --- erasing ------------------------------------------------------------------------------------


@pytest.fixture
def erased(sealed):
    erase_engagement_texts(engagement=sealed.mine.engagement, by=sealed.ada, now=at())
    return sealed


def test_erasing_destroys_the_key_and_every_revision_of_this_engagement_only(erased):
    mine, other = erased.mine.engagement, erased.other.engagement
    assert not EngagementKey.objects.filter(engagement=mine).exists()
    assert not SealedText.objects.filter(engagement=mine).exists()
    assert EngagementKey.objects.filter(engagement=other).exists()
    assert SealedText.objects.filter(engagement=other).exists()


def test_erasing_is_in_the_audit_trail_once(erased):
    erase_engagement_texts(engagement=erased.mine.engagement, by=erased.ada, now=at())
    event = AuditEvent.objects.get(verb="engagement.texts_erased")
    assert (event.actor_id, event.engagement_id, event.detail) == (
        erased.ada.pk,
        erased.mine.engagement.pk,
        {"revisions": 2},
    )


def test_nothing_can_be_written_after_erasing(erased):
    with pytest.raises(TextErased):
        write(erased, "again")
    assert write(erased, "") is None
    assert not SealedText.objects.filter(engagement=erased.mine.engagement).exists()


def test_the_page_of_an_erased_engagement_says_so(erased, as_user):
    page = as_user(erased.cora).get(pages(erased)["engagement"])
    assert page.status_code == 200
    assert "were erased" in page.content.decode()
    other = as_user(erased.otto).get(reverse("engagement_detail", args=[erased.other.engagement.pk]))
    assert "were erased" not in other.content.decode()


def test_the_log_of_an_erased_engagement_still_takes_ratings_but_no_words_and_keeps_them_on_the_page(erased, as_user):
    client, address = as_user(erased.cora), pages(erased)["log"]
    assert client.get(address).status_code == 200
    answer = client.post(address, log_form(erased))
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "The words of this engagement were erased" in text
    assert TYPED in text
    assert client.post(address, log_form(erased, note="")).status_code == 302
    erased.mine.session.refresh_from_db()
    assert erased.mine.session.is_held


def test_a_session_that_was_not_scheduled_is_logged_without_words_too(erased, as_user):
    client, address = as_user(erased.cora), reverse("session_log_new", args=[erased.mine.engagement.pk])
    form = log_form(erased, day=f"{at(-2):%Y-%m-%d}")
    answer = client.post(address, form)
    assert answer.status_code == 200
    assert TYPED in answer.content.decode()
    assert client.post(address, form | {"note": ""}).status_code == 302


def test_the_other_pages_of_an_erased_engagement_answer_clearly(erased, as_user):
    client = as_user(erased.cora)
    assert client.get(pages(erased)["objective"]).status_code == 200
    for route in ("objective_add", "point_of_trust"):
        answer = client.get(reverse(route, args=[erased.mine.engagement.pk]), follow=True)
        assert answer.status_code == 200, route
    answer = client.post(pages(erased)["objective"], {"text": "New words"}, follow=True)
    assert "were erased" in answer.content.decode()
    manager = as_user(erased.pia)
    assert manager.get(pages(erased)["engagement"]).status_code == 200


def test_where_only_the_key_is_gone_no_page_fails(sealed, as_user):
    EngagementKey.objects.filter(engagement=sealed.mine.engagement).delete()
    client = as_user(sealed.cora)
    assert client.get(pages(sealed)["log"]).status_code in (200, 410)
    answer = client.post(pages(sealed)["log"], log_form(sealed))
    assert answer.status_code in (200, 410)
    assert TYPED in answer.content.decode()


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_a_destroyed_key_is_overwritten_in_the_database_file(sealed):
    key = bytes(EngagementKey.objects.get(engagement=sealed.mine.engagement).wrapped)
    file = connection.settings_dict["NAME"]

    def is_in_file():
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return key in bytes_of(file)

    assert is_in_file()
    erase_engagement_texts(engagement=sealed.mine.engagement, by=sealed.ada, now=at())
    assert not is_in_file()
