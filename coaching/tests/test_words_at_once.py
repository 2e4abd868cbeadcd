"""Twenty tabs at the same moment: every word that the server said it has is found again."""

import threading

import pytest
from django.test import Client
from django.urls import reverse

from coaching.tests.cast import at
from coaching.tests.test_at_once import MANY, all_at_once, log_form, notes_of
from engagements.actions.drafts import typed_drafts
from engagements.models import Draft, Session
from trust.actions.log_version import version_of

pytestmark = pytest.mark.django_db(transaction=True)


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def typed_in(client, session, tab, turn, note, **more):
    """What a page sends while somebody types; whether the server says that it is kept."""
    about = {"draft_kind": "LOG", "draft_subject": f"{session.pk}", "draft_tab": tab, "draft_turn": f"{turn}"}
    answer = client.post(
        reverse("draft_save", args=[session.engagement_id]), log_form(session, note=note, **about, **more)
    )
    assert answer.status_code == 200, answer.status_code
    return answer.json()["is_kept"]


def drafted(user, session):
    drafts = typed_drafts(user=user, kind="LOG", subject_id=session.pk)
    return {dict(draft.fields)["note"] for draft in drafts}


def test_twenty_editors_type_and_save_at_once_and_no_acknowledged_word_is_lost(cast):
    session = cast.mine.session
    began = f"{version_of(session)}"
    acknowledged, lock, statuses = set(), threading.Lock(), []

    def editor(number):
        client, tab = browser(cast.cora), f"{number:08}"
        url = reverse("session_log", args=[session.pk])

        def edit():
            for turn in range(1, 4):
                words = f"tab {number} turn {turn}"
                if typed_in(client, session, tab, turn, words, began=began):
                    with lock:
                        acknowledged.add((number, turn, words))
            about = {"draft_kind": "LOG", "draft_subject": f"{session.pk}", "draft_tab": tab, "draft_turn": "4"}
            form = log_form(session, note=f"tab {number} turn 3", began=began, **about)
            statuses.append(client.post(url, form).status_code)

        return edit

    all_at_once(*(editor(number) for number in range(MANY)))
    assert sorted(statuses) == [302, *[409] * (MANY - 1)]
    assert len(acknowledged) == MANY * 3
    found = drafted(cast.cora, session) | set(notes_of(session))
    last = {words for _, turn, words in acknowledged if turn == 3}
    assert last <= found  # a turn holds all that the turns before it of the same tab held
    assert len(notes_of(session)) == 1


def test_twenty_editors_of_one_draft_lose_nothing_either(cast):
    """All began with the same draft, on as many devices."""
    session = cast.mine.session
    typed_in(browser(cast.cora), session, "00000000", 1, "begun")
    clients = [browser(cast.cora) for _ in range(MANY)]
    all_at_once(
        *(
            lambda number=number, client=client: typed_in(
                client, session, f"{number:08}", 1, f"begun, device {number}", draft_known="00000000:1"
            )
            for number, client in enumerate(clients, start=1)
        )
    )
    assert drafted(cast.cora, session) == {f"begun, device {number}" for number in range(1, MANY + 1)}


def test_one_tab_whose_messages_arrive_all_at_once_keeps_the_last(cast):
    session = cast.mine.session
    clients = [browser(cast.cora) for _ in range(MANY)]
    all_at_once(
        *(
            lambda turn=turn, client=client: typed_in(client, session, "00000001", turn, f"turn {turn}")
            for turn, client in enumerate(clients, start=1)
        )
    )
    assert drafted(cast.cora, session) == {f"turn {MANY}"}
    assert Draft.objects.count() == 1


def test_twenty_double_posts_of_a_new_log_make_one_session_and_end_its_draft(cast):
    before = Session.objects.count()
    about = {"draft_kind": "NEW_LOG", "draft_subject": f"{cast.mine.engagement.pk}", "draft_tab": "00000001"}
    form = log_form(Session(starts_at=at(-2)), note="once", began="0.0.0.0.0.", **about)
    client = browser(cast.cora)
    save = reverse("draft_save", args=[cast.mine.engagement.pk])
    assert client.post(save, form | {"draft_turn": "1"}).json()["is_kept"]
    url, clients = reverse("session_log_new", args=[cast.mine.engagement.pk]), [browser(cast.cora) for _ in range(MANY)]
    presses = [lambda one=one: one.post(url, form | {"draft_turn": "2"}).status_code for one in clients]
    late = [lambda: client.post(save, form | {"draft_turn": "1"}).status_code]
    assert set(all_at_once(*presses, *late)) == {302, 200}
    assert Session.objects.count() == before + 1
    assert not Draft.objects.live().exists()
