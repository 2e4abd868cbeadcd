"""Sealed text in the database: revisions, history, and nothing readable at rest."""

import pytest
from django.db import connection

from coaching.tests.cast import at
from engagements.actions.texts import TextErased, current_texts, open_texts, write_text
from engagements.models import EngagementKey, SealedText, TextKind

pytestmark = pytest.mark.django_db


def write(cast, text, by=None):
    return write_text(
        engagement_id=cast.mine.engagement.pk,
        kind=TextKind.SESSION_NOTE,
        subject_id=cast.mine.session.pk,
        text=text,
        by=by or cast.cora,
        now=at(),
    )


def read(cast, user):
    return current_texts(user=user, kind=TextKind.SESSION_NOTE, subject_ids=[cast.mine.session.pk])


def test_the_coach_reads_what_was_written_last(cast):
    write(cast, "first")
    write(cast, "second")
    assert read(cast, cast.cora) == {cast.mine.session.pk: "second"}


def test_every_wording_stays_in_the_history(cast):
    for text in ("first", "second", ""):
        write(cast, text)
    rows = SealedText.objects.about(TextKind.SESSION_NOTE, cast.mine.session.pk).newest_first()
    assert list(open_texts(rows).values()) == ["", "second", "first"]


def test_writing_the_same_words_again_adds_no_revision(cast):
    assert write(cast, "same") is not None
    assert write(cast, "same") is None


def test_nobody_but_the_coach_reads_it(cast):
    write(cast, "kept")
    for user in (cast.pia, cast.otto, cast.petra, cast.ada, cast.sten):
        assert read(cast, user) == {}


def test_an_inactive_coach_reads_nothing(cast):
    write(cast, "kept")
    cast.cora.is_active = False
    assert read(cast, cast.cora) == {}


def test_the_database_holds_no_readable_trace_of_it(cast):
    write(cast, "a most unusual marker")
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM engagements_sealedtext")
        sealed = b"".join(bytes(row[0]) for row in cursor.fetchall())
    assert b"marker" not in sealed


def test_without_its_key_a_text_is_gone_and_none_is_written_over_it(cast):
    write(cast, "kept")
    EngagementKey.objects.filter(engagement=cast.mine.engagement).delete()
    with pytest.raises(TextErased):
        read(cast, cast.cora)
    with pytest.raises(TextErased):
        write(cast, "new")
