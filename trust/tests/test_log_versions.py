"""A log in two tabs or on two devices: nothing is saved over what somebody has not seen."""

import re

import pytest
from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.sessions import cancel_session, move_session
from engagements.actions.texts import open_texts
from engagements.models import AuditEvent, Draft, Party, SealedText, Session, TextKind
from trust.actions.log_version import LogVersion
from trust.instrument import COACH_ITEMS
from trust.models import Reading, ReadingRevision

TAB = "aaaaaaaa"
RATINGS = {item.key: "5" for item in COACH_ITEMS}


@pytest.fixture
def session(cast):
    return cast.mine.session


@pytest.fixture
def cora(as_user, cast):
    return as_user(cast.cora)


def log_url(session):
    return reverse("session_log", args=[session.pk])


def form_on(client, address):
    """What the form on a page holds, as a browser would send it."""
    page = client.get(address).content.decode()
    return fields_of(page[page.index("data-log-form") :])


def fields_of(html):
    fields = {}
    for tag in re.findall(r"<input\b[^>]*>", html):
        at_name = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if at_name.get("type") in ("radio", "checkbox") and "checked" not in tag:
            continue
        if "name" in at_name:
            fields.setdefault(at_name["name"], []).append(at_name.get("value", "on"))
    for name, text in re.findall(r'<textarea\b[^>]*name="([\w-]+)"[^>]*>\n?(.*?)</textarea>', html, re.S):
        fields[name] = [text]
    for name, options in re.findall(r'<select\b[^>]*name="([\w-]+)"[^>]*>(.*?)</select>', html, re.S):
        fields[name] = re.findall(r'value="([^"]*)" selected', options)
    return fields


def texts_of(session, kind=TextKind.SESSION_NOTE):
    """Every revision of a text, oldest first."""
    rows = SealedText.objects.about(kind, session.pk).order_by("revision")
    plain = open_texts(rows)
    return [plain[row.pk] for row in rows]


def keep(client, session, form, **words):
    """What the page sends while somebody types."""
    sent = form | {name: [value] for name, value in words.items()} | {"draft_tab": [TAB], "draft_turn": ["1"]}
    assert client.post(reverse("draft_save", args=[session.engagement_id]), sent).json()["is_kept"]
    return sent


# --- two tabs ---------------------------------------------------------------------------------------


def test_the_later_of_two_saves_meets_both_texts_and_saves_nothing_over_the_first(cora, session):
    first, second = form_on(cora, log_url(session)), form_on(cora, log_url(session))
    assert cora.post(log_url(session), first | {"note": "from the desk"}).status_code == 302
    answer = cora.post(log_url(session), second | {"note": "from the train"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "from the desk" in page
    assert "from the train" in page
    assert "by you" in page
    assert texts_of(session) == ["from the desk"]


@pytest.mark.parametrize(
    ("choice", "stands"),
    [("both", "from the desk\n\nfrom the train"), ("mine", "from the train"), ("theirs", "from the desk")],
)
def test_whichever_is_chosen_stands_and_the_other_is_in_the_history(cora, session, choice, stands):
    first, second = form_on(cora, log_url(session)), form_on(cora, log_url(session))
    cora.post(log_url(session), first | {"note": "from the desk"})
    page = cora.post(log_url(session), second | {"note": "from the train"}).content.decode()
    asked = fields_of(page[page.index("data-in-place") :])
    assert cora.post(log_url(session), asked | {"keep_note": choice}).status_code == 302
    assert texts_of(session)[-1] == stands
    assert texts_of(session)[0] == "from the desk"


def test_who_answers_the_page_with_both_texts_too_late_meets_it_again(cora, session):
    first, second = form_on(cora, log_url(session)), form_on(cora, log_url(session))
    cora.post(log_url(session), first | {"note": "one"})
    page = cora.post(log_url(session), second | {"note": "two"}).content.decode()
    asked = fields_of(page[page.index("data-in-place") :])
    third = form_on(cora, log_url(session))
    cora.post(log_url(session), third | {"note": "three"})
    answer = cora.post(log_url(session), asked | {"keep_note": "mine"})
    assert answer.status_code == 409
    assert texts_of(session)[-1] == "three"


def test_a_part_that_one_tab_left_alone_follows_the_other(cora, session):
    first, second = form_on(cora, log_url(session)), form_on(cora, log_url(session))
    cora.post(log_url(session), first | RATINGS | {"note": "the note"})
    assert cora.post(log_url(session), second | {"summary": "the summary"}).status_code == 302
    assert texts_of(session) == ["the note"]
    assert texts_of(session, TextKind.SESSION_SUMMARY) == ["the summary"]
    assert set(Reading.objects.get().ratings.values()) == {5}


def test_ratings_that_both_changed_are_a_choice(cora, session):
    first, second = form_on(cora, log_url(session)), form_on(cora, log_url(session))
    cora.post(log_url(session), first | RATINGS | {"closed": ["GUARDED"]})
    answer = cora.post(log_url(session), second | RATINGS | {"care": "2", "opened": ["OPENED_UP"]})
    page = answer.content.decode()
    assert (answer.status_code, Reading.objects.get().care) == (409, 5)
    assert "Ticked by you: Opened up about a concern. Saved: Was guarded." in page
    asked = fields_of(page[page.index("data-in-place") :])
    cora.post(log_url(session), asked | {"keep_reading": "theirs"})
    assert (Reading.objects.get().care, Reading.objects.get().seen) == (5, ["GUARDED"])
    cora.post(log_url(session), asked | {"keep_reading": "mine"})
    assert (Reading.objects.get().care, ReadingRevision.objects.count()) == (2, 1)


def test_a_session_moved_meanwhile_stays_where_it_was_moved(cora, cast, session):
    form = form_on(cora, log_url(session))
    move_session(session=session, starts_at=at(-1, -3), by=cast.cora, now=at(), asked_by=Party.COACH)
    assert cora.post(log_url(session), form | {"note": "a note"}).status_code == 302
    session.refresh_from_db()
    assert session.starts_at == at(-1, -3)


def test_a_time_that_both_changed_is_a_choice(cora, cast, session):
    form = form_on(cora, log_url(session))
    move_session(session=session, starts_at=at(-1, -3), by=cast.cora, now=at(), asked_by=Party.COACH)
    answer = cora.post(log_url(session), form | {"minutes": "90"})
    assert answer.status_code == 409
    page = answer.content.decode()
    asked = fields_of(page[page.index("data-in-place") :])
    assert cora.post(log_url(session), asked | {"keep_time": "theirs"}).status_code == 302
    session.refresh_from_db()
    assert (session.starts_at, session.minutes) == (at(-1, -3), 60)


def test_the_same_form_sent_twice_is_one_log_and_no_question(cora, session):
    form = form_on(cora, log_url(session)) | RATINGS | {"note": "once"}
    assert [cora.post(log_url(session), form).status_code for _ in range(2)] == [302, 302]
    assert texts_of(session) == ["once"]


def test_a_new_log_sent_again_with_other_words_meets_both_texts(cora, cast):
    address = reverse("session_log_new", args=[cast.mine.engagement.pk])
    form = form_on(cora, address)
    assert cora.post(address, form | {"note": "one"}).status_code == 302
    before = Session.objects.count()
    answer = cora.post(address, form | {"note": "two"})
    assert (answer.status_code, Session.objects.count()) == (409, before)
    page = answer.content.decode()
    session = Session.objects.get(pk=re.search(r'action="/sessions/([\w-]+)/log/"', page)[1])
    asked = fields_of(page[page.index("data-in-place") :])
    assert cora.post(log_url(session), asked | {"keep_note": "both"}).status_code == 302
    assert texts_of(session) == ["one", "one\n\ntwo"]


def test_a_script_that_sends_the_form_learns_where_to_go(cora, session):
    form = form_on(cora, log_url(session))
    answer = cora.post(log_url(session), form | {"note": "once"}, headers={"X-In-Place": "1"})
    assert answer.json() == {"go": reverse("engagement_detail", args=[session.engagement_id])}
    assert "Logged." in cora.get(answer.json()["go"]).content.decode()


@pytest.mark.parametrize("text", ["", "x", "1.2.3.4.5", "1.2.3.4.5.6.7", "-1.0.0.0.0.", "9" * 40, "1.1.1.x.1.COACHING"])
def test_a_version_that_is_none_is_none(text):
    assert LogVersion.parse(text) is None


def test_a_version_survives_being_written_into_a_form(session):
    version = LogVersion(3, 2, 1, session.starts_at, 60, "COACHING")
    assert LogVersion.parse(f"{version}").when == version.when
    assert LogVersion.parse(f"{LogVersion()}") == LogVersion()


# --- drafts of a log --------------------------------------------------------------------------------


def test_a_draft_stands_in_the_form_when_it_is_opened_again_and_ends_with_saving(cora, session):
    keep(cora, session, form_on(cora, log_url(session)) | RATINGS | {"opened": ["OPENED_UP"]}, note="half a note")
    page = cora.get(log_url(session)).content.decode()
    assert "not saved yet." in page
    form = form_on(cora, log_url(session))
    assert (form["note"], form["care"], form["opened"]) == (["half a note"], ["5"], ["OPENED_UP"])
    assert cora.post(log_url(session), form | {"note": "a whole note"}).status_code == 302
    assert not Draft.objects.live().exists()
    assert "not saved yet." not in cora.get(log_url(session)).content.decode()


def test_a_half_typed_date_is_shown_as_it_was_typed_and_called_no_mistake(cora, session):
    keep(cora, session, form_on(cora, log_url(session)), day="some day", minutes="")
    page = cora.get(log_url(session)).content.decode()
    assert 'value="some day"' in page
    assert "no date we understand" not in page
    assert "data-problems" not in page


def test_a_draft_begun_before_the_log_was_saved_says_so_and_meets_both_texts(cora, session):
    form = form_on(cora, log_url(session))
    keep(cora, session, form, note="on the train")
    cora.post(log_url(session), form | {"note": "at the desk"})
    page = cora.get(log_url(session)).content.decode()
    assert "when you save, you see both texts" in page
    again = form_on(cora, log_url(session))
    assert again["note"] == ["on the train"]
    assert cora.post(log_url(session), again).status_code == 409


def test_a_draft_can_be_left_out(cora, session):
    keep(cora, session, form_on(cora, log_url(session)), note="half a note")
    form = form_on(cora, f"{log_url(session)}?draft=none")
    assert form["note"] == [""]
    assert Draft.objects.live().count() == 1
    for nonsense in ("1", "00000000-0000-0000-0000-000000000000", "%00"):
        assert form_on(cora, f"{log_url(session)}?draft={nonsense}")["note"] == ["half a note"]


def test_a_form_that_comes_back_still_ends_its_draft_when_it_is_saved(cora, session):
    sent = keep(cora, session, form_on(cora, log_url(session)), note="half a note")
    page = cora.post(log_url(session), sent | {"minutes": "1000", "draft_turn": "2"}).content.decode()
    again = fields_of(page[page.index("data-log-form") :])
    assert again["draft_known"] == [f"{TAB}:2"]
    assert cora.post(log_url(session), again | {"minutes": "60"}).status_code == 302
    assert not Draft.objects.live().exists()


def test_another_tab_is_told_that_the_log_was_saved(cora, session):
    form = form_on(cora, log_url(session))
    cora.post(log_url(session), form | {"note": "at the desk"})
    typed = form | {"note": "on the train", "draft_tab": "bbbbbbbb", "draft_turn": "1"}
    answer = cora.post(reverse("draft_save", args=[session.engagement_id]), typed).json()
    assert "Saved elsewhere at" in answer["words"]
    assert "when you save, you see both." in answer["words"]


# --- history ----------------------------------------------------------------------------------------


def test_an_earlier_text_stands_again_as_a_revision_of_its_own(cora, cast, session):
    cancel_session(session=cast.mine.upcoming, cancelled_by=Party.COACH, by=cast.cora, now=at())
    for note in ("the first", "the second"):
        cora.post(log_url(session), form_on(cora, log_url(session)) | {"note": note, "next-book": []})
    page = cora.get(log_url(session)).content.decode()
    history = page[page.index('id="history"') :]
    assert "by Cora" in history
    (earlier,) = re.findall(r'name="text" value="([\w-]+)"', history)
    address = reverse("session_log_restore", args=[session.pk])
    answer = cora.post(address, {"text": earlier}, follow=True)
    assert "The private note stands again." in answer.content.decode()
    assert texts_of(session) == ["the first", "the second", "the first"]
    event = AuditEvent.objects.get(verb="text.restored")
    assert event.detail == {"kind": "SESSION_NOTE", "from": 1, "revision": 3}


@pytest.mark.parametrize("text", ["", "nonsense", "00000000-0000-0000-0000-000000000000"])
def test_what_cannot_be_restored_is_said(cora, session, text):
    answer = cora.post(reverse("session_log_restore", args=[session.pk]), {"text": text}, follow=True)
    assert "Choose the text that is to stand again." in answer.content.decode()


def test_words_of_another_session_cannot_be_restored_here(cora, cast, session):
    cora.post(log_url(session), form_on(cora, log_url(session)) | {"note": "of this session"})
    row = SealedText.objects.get(subject_id=session.pk)
    address = reverse("session_log_restore", args=[cast.mine.upcoming.pk])
    cora.post(address, {"text": f"{row.pk}"})
    assert texts_of(cast.mine.upcoming) == []
