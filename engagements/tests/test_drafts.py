"""What is typed and not saved yet: kept sealed, per tab, for its owner alone, and gone when its time is over."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.drafts import MOST_TABS, Typing, end_drafts, save_draft, throw_draft_away, typed_drafts
from engagements.actions.housekeeping import keep_house
from engagements.models import Agreement, AuditEvent, Draft, DraftKind

TAB, OTHER = "aaaaaaaa", "bbbbbbbb"


@pytest.fixture
def session(cast):
    return cast.mine.session


@pytest.fixture
def cora(as_user, cast):
    return as_user(cast.cora)


def typed(session, text, *, tab=TAB, turn=1, **more):
    """What a log page sends while somebody types."""
    about = {"draft_kind": "LOG", "draft_subject": f"{session.pk}", "draft_tab": tab, "draft_turn": f"{turn}"}
    return about | {"csrfmiddlewaretoken": "secret", "note": text, "value": "5", "opened": ["OPENED_UP"]} | more


def send(client, session, text, **more):
    return client.post(reverse("draft_save", args=[session.engagement_id]), typed(session, text, **more)).json()


def notes(user, session):
    """The notes in this person's drafts, newest first."""
    drafts = typed_drafts(user=user, kind=DraftKind.LOG, subject_id=session.pk)
    return [dict(draft.fields)["note"] for draft in drafts]


def test_what_is_typed_is_kept_and_the_answer_says_when_in_the_persons_zone(cora, cast, session):
    cast.cora.time_zone = "Asia/Kolkata"
    cast.cora.save()
    answer = send(cora, session, "half a thought")
    assert answer["is_kept"]
    draft = Draft.objects.get()
    zone = timedelta(hours=5, minutes=30)
    assert answer["words"] == f"Saved {draft.saved_at + zone:%H:%M} as a draft."
    (opened,) = typed_drafts(user=cast.cora, kind="LOG", subject_id=session.pk)
    assert opened.fields == (("note", "half a thought"), ("value", "5"), ("opened", "OPENED_UP"))


def test_a_draft_is_sealed_and_bound_to_its_place(cora, cast, session):
    send(cora, session, "frightened of the board")
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of our own tables
            cells = [bytes(cell) if isinstance(cell, memoryview) else cell for row in cursor for cell in row]
            assert "frightened" not in str(cells), table


def test_a_later_turn_takes_the_place_of_an_earlier_one_and_never_the_other_way_round(cora, cast, session):
    send(cora, session, "first", turn=1)
    send(cora, session, "third", turn=3)
    send(cora, session, "second, late", turn=2)
    send(cora, session, "third again", turn=3)
    assert notes(cast.cora, session) == ["third"]


def test_two_tabs_keep_two_drafts_and_each_hears_of_the_other(cora, cast, session):
    send(cora, session, "here")
    answer = send(cora, session, "there", tab=OTHER)
    assert answer["is_kept"]
    assert "Also typed elsewhere" in answer["words"]
    assert sorted(notes(cast.cora, session)) == ["here", "there"]


def test_a_page_that_began_with_a_draft_takes_its_place_but_not_that_of_what_was_typed_there_since(cora, cast, session):
    send(cora, session, "begun", turn=1)
    send(cora, session, "begun and gone on with", tab=OTHER, draft_known=f"{TAB}:1")
    assert notes(cast.cora, session) == ["begun and gone on with"]
    send(cora, session, "begun, and typed on here", turn=2)
    send(cora, session, "more", tab=OTHER, turn=2, draft_known=f"{TAB}:1")
    assert sorted(notes(cast.cora, session)) == ["begun, and typed on here", "more"]


def test_a_message_that_comes_late_does_not_bring_back_what_was_saved(cora, cast, session):
    typing = Typing("LOG", session.pk, TAB, 2)
    end_drafts(engagement=session.engagement, typing=typing, by=cast.cora, now=at())
    send(cora, session, "late", turn=1)
    assert notes(cast.cora, session) == []
    send(cora, session, "typed after that", turn=3)
    assert notes(cast.cora, session) == ["typed after that"]


def test_nobody_but_its_owner_has_a_draft(as_user, cast, session):
    send(as_user(cast.cora), session, "mine")
    draft = Draft.objects.get()
    for person in (cast.otto, cast.pia, cast.petra, cast.ada, cast.sten):
        client = as_user(person)
        address = reverse("draft_save", args=[session.engagement_id])
        assert client.post(address, typed(session, "not mine")).status_code == 404
        assert client.post(reverse("draft_throw_away", args=[draft.pk])).status_code == 404
    assert notes(cast.cora, session) == ["mine"]


def test_the_draft_route_takes_no_message_without_a_safety_token(cast, session):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.cora)
    answer = client.post(reverse("draft_save", args=[session.engagement_id]), {"note": ""})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "mistake",
    [
        {"draft_kind": "NONSENSE"},
        {"draft_subject": "1"},
        {"draft_tab": "../../etc"},
        {"draft_turn": "0"},
        {"draft_turn": "9" * 5000},
        {"draft_opened": "yesterday"},
        {"draft_known": "x" * 5000},
        {"note": "n" * 200_001},
    ],
    ids=lambda mistake: "-".join(mistake),
)
def test_what_cannot_be_kept_is_said_and_nothing_fails(cora, session, mistake):
    answer = send(cora, session, "text", **mistake)
    assert not answer["is_kept"]
    assert answer["words"].startswith("Not saved: ")
    assert not Draft.objects.exists()


def test_half_characters_and_known_drafts_that_are_none_are_taken_as_they_are(cora, cast, session):
    answer = send(cora, session, "half", draft_known=f"nonsense,{TAB}:x,{OTHER}:-1,::", summary="null \0")
    assert answer["is_kept"]


def test_before_the_agreement_is_accepted_nothing_about_a_session_is_kept(cora, session):
    Agreement.objects.update(executive_accepted_on=None, sponsor_accepted_on=None)
    answer = send(cora, session, "too early")
    assert answer["words"] == ("Not saved: nothing of this can be kept before both sides have accepted the agreement.")
    assert not Draft.objects.exists()


def test_there_is_an_end_to_how_many_tabs_one_form_is_typed_in(cora, cast, session):
    for number in range(MOST_TABS):
        save_draft(
            engagement=session.engagement,
            typing=Typing("LOG", session.pk, f"{number:08}", 1),
            fields=[("note", "text")],
            by=cast.cora,
            now=at(),
        )
    assert not send(cora, session, "one too many")["is_kept"]
    assert send(cora, session, "typed on", tab="00000001", turn=2)["is_kept"]


def test_thrown_away_is_gone_and_on_record_without_a_word(cora, cast, session):
    send(cora, session, "never mind")
    draft = Draft.objects.get()
    answer = cora.post(
        reverse("draft_throw_away", args=[draft.pk]), {"next": reverse("session_log", args=[session.pk])}
    )
    assert answer.headers["Location"] == reverse("session_log", args=[session.pk])
    draft.refresh_from_db()
    assert (bytes(draft.sealed), notes(cast.cora, session)) == (b"", [])
    throw_draft_away(draft=draft, by=cast.cora, now=at())
    (event,) = AuditEvent.objects.filter(verb="draft.thrown_away")
    assert (event.actor_id, event.detail) == (cast.cora.pk, {})


def test_drafts_go_after_thirty_days_and_empty_rows_after_one(cora, cast, session):
    send(cora, session, "forgotten")
    Draft.objects.update(saved_at=at(-31))
    send(cora, session, "remembered", tab=OTHER)
    end_drafts(engagement=session.engagement, typing=Typing("LOG", session.pk, "cccccccc", 1), by=cast.cora, now=at(-2))
    assert keep_house(now=at(0, 1))["drafts"] == 2
    assert notes(cast.cora, session) == ["remembered"]


def test_nothing_about_a_draft_is_logged(cora, session, caplog):
    with caplog.at_level("DEBUG"):
        send(cora, session, "frightened of the board")
    assert "frightened" not in caplog.text


# --- other forms ------------------------------------------------------------------------------------


FORMS = {
    "objective_add": ("NEW_OBJECTIVE", "text"),
    "objective_edit": ("OBJECTIVE", "text"),
    "confidentiality_use_add": ("CONFIDENTIALITY_USE", "words"),
}


@pytest.mark.parametrize("route", FORMS)
def test_other_long_texts_are_kept_and_end_with_saving(cora, cast, route):
    engagement, (kind, name) = cast.mine.engagement, FORMS[route]
    subject = engagement.objectives.get() if route == "objective_edit" else engagement
    about = {"draft_kind": kind, "draft_subject": f"{subject.pk}", "draft_tab": TAB, "draft_turn": "1"}
    kept = cora.post(reverse("draft_save", args=[engagement.pk]), about | {name: "half a text"}).json()
    assert kept["is_kept"]
    address = reverse(route, args=[subject.pk])
    page = cora.get(address).content.decode()
    assert "half a text" in page
    assert "not saved yet." in page
    whole = {
        "condition": "SAFETY",
        "told_to": "AUTHORITY",
        "used_on": f"{at(-1):%Y-%m-%d}",
        name: "a whole text",
    }
    assert cora.post(address, about | whole | {"draft_turn": "2"}).status_code == 302
    assert not Draft.objects.live().exists()


def test_a_wording_saved_elsewhere_since_is_shown_beside_ones_own_and_not_saved_over(cora, cast):
    objective = cast.mine.engagement.objectives.get()
    address = reverse("objective_edit", args=[objective.pk])
    about = {"draft_kind": "OBJECTIVE", "draft_subject": f"{objective.pk}"}
    opened = about | {"draft_opened": f"{at(0, -1):%Y-%m-%dT%H:%M:%S.%f%z}"}
    assert cora.post(address, opened | {"text": "from the desk"}).status_code == 302
    answer = cora.post(address, opened | {"text": "from the train"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "It was saved elsewhere" in page
    assert "from the desk" in page
    assert "from the train" in page
    later = about | {"draft_opened": re.search(r'name="draft_opened" value="([^"]+)"', page)[1]}
    assert cora.post(address, later | {"text": "from the train"}).status_code == 302
