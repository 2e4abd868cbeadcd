"""When confidentiality had to end: a restricted, dated record of the coach's, added to and never changed."""

import pytest
from django.test import Client
from django.utils import timezone

from coaching.tests.cast import at
from engagements.actions.keys import erase_engagement_texts
from engagements.models import AuditEvent, ConfidentialityUse, SealedText, TextKind
from engagements.tests.asking import NOT_THEIRS, audited, errors, said, statuses, url

WORDS = "The court asked for the dates; nothing else was told."


@pytest.fixture
def form():
    return {
        "condition": "LAW",
        "told_to": "AUTHORITY",
        "used_on": f"{at(-2):%Y-%m-%d}",
        "executive_told_on": f"{at(-3):%Y-%m-%d}",
        "words": WORDS,
        "sheet": "one",
    }


def add(client, cast, form):
    return client.post(url("confidentiality_use_add", cast.mine.engagement), form)


def test_the_coach_records_a_use_and_reads_it(as_user, cast, form):
    client = as_user(cast.cora)
    assert "It never had to end" in client.get(url("confidentiality_uses", cast.mine.engagement)).content.decode()
    answer = add(client, cast, form)
    assert answer.headers["Location"] == url("confidentiality_uses", cast.mine.engagement)
    assert said(answer) == ["Recorded. Only you and the executive can read it."]
    page = client.get(url("confidentiality_uses", cast.mine.engagement)).content.decode()
    for words in (WORDS, "A law or a court demands it", "An authority or a court", "by Cora", f"told on {at(-3).day} "):
        assert words in page
    use = ConfidentialityUse.objects.get()
    assert (use.noted_by, use.used_on) == (cast.cora, at(-2).date())


def test_to_everybody_else_these_pages_do_not_exist(as_user, cast, form):
    expected = NOT_THEIRS | {"pia": 404}
    for route in ("confidentiality_uses", "confidentiality_use_add"):
        assert statuses(as_user, cast, route, cast.mine.engagement) == expected | {"cora": 200}
    people = ("pia", "otto", "petra", "ada", "sten")
    assert (
        statuses(as_user, cast, "confidentiality_use_add", cast.mine.engagement, post=form, people=people) == expected
    )
    assert not ConfidentialityUse.objects.exists()


def test_nobody_else_learns_that_there_is_one(as_user, cast, form):
    manager = Client()
    manager.force_login(cast.pia)

    def seen():
        """What the manager gets, but for what is new in every answer."""
        pages = [manager.get(url(route, cast.mine.engagement)) for route in ("engagement_detail", "agreement_detail")]
        return [page.content.decode().split("<main", 1)[1].split('name="csrfmiddlewaretoken"')[0] for page in pages]

    before = seen()
    add(as_user(cast.cora), cast, form)
    assert seen() == before
    assert "When confidentiality ended" not in "".join(before)


def test_what_was_told_is_sealed_and_the_audit_trail_says_nothing_of_it(as_user, cast, form):
    add(as_user(cast.cora), cast, form)
    use = ConfidentialityUse.objects.get()
    text = SealedText.objects.get(kind=TextKind.CONFIDENTIALITY_USE)
    assert text.subject_id == use.pk
    assert WORDS.encode() not in bytes(text.sealed)
    assert audited(use) == ["confidentiality.noted"]
    assert AuditEvent.objects.get(subject_id=use.pk).detail == {}


def test_sent_twice_it_is_one_record_and_another_sheet_is_another(as_user, cast, form):
    client = as_user(cast.cora)
    add(client, cast, form)
    add(client, cast, form)
    assert ConfidentialityUse.objects.count() == 1
    add(client, cast, form | {"sheet": "two", "condition": "SAFETY"})
    page = client.get(url("confidentiality_uses", cast.mine.engagement)).content.decode()
    assert page.count("by Cora") == 2


def test_there_is_no_way_to_change_or_remove_a_record(as_user, cast, form):
    client = as_user(cast.cora)
    add(client, cast, form)
    add(client, cast, form | {"words": "Something else."})
    page = client.get(url("confidentiality_uses", cast.mine.engagement)).content.decode()
    assert WORDS in page
    assert "Something else." not in page
    assert SealedText.objects.filter(kind=TextKind.CONFIDENTIALITY_USE).count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("condition", "CURIOSITY"),
        ("condition", ""),
        ("told_to", "NEIGHBOUR"),
        ("used_on", ""),
        ("used_on", (timezone.now() + timezone.timedelta(days=2)).date().isoformat()),
        ("used_on", "0001-01-01"),
        ("executive_told_on", "9999-12-31"),
        ("executive_told_on", "soon"),
        ("words", " "),
        ("words", "x" * 4_001),
        ("words", "a\0b"),
    ],
)
def test_what_cannot_be_is_refused_beside_the_field_and_what_was_typed_stays(as_user, cast, form, field, value):
    answer = add(as_user(cast.cora), cast, form | {field: value})
    assert field in errors(answer)
    assert not ConfidentialityUse.objects.exists()
    if field != "words":
        assert WORDS in answer.content.decode()


def test_the_executive_may_not_have_been_told_yet(as_user, cast, form):
    add(as_user(cast.cora), cast, form | {"executive_told_on": ""})
    page = as_user(cast.cora).get(url("confidentiality_uses", cast.mine.engagement)).content.decode()
    assert "not told at the time" in page


def test_after_erasing_the_dates_stay_and_the_words_are_gone(as_user, cast, form):
    client = as_user(cast.cora)
    add(client, cast, form)
    erase_engagement_texts(engagement=cast.mine.engagement, by=cast.cora, now=at())
    page = client.get(url("confidentiality_uses", cast.mine.engagement)).content.decode()
    assert "A law or a court demands it" in page
    assert WORDS not in page
    answer = add(client, cast, form | {"sheet": "two"})
    assert "words" in errors(answer) or answer.status_code == 410
