"""Objectives: words for the coach alone, with their history."""

import pytest
from django.db import IntegrityError, transaction

from coaching.tests.cast import at
from engagements.actions.texts import current_texts
from engagements.models import AuditEvent, Objective, SealedText, TextKind
from engagements.tests.asking import NOT_THEIRS, audited, errors, said, statuses, url
from trust.actions.erasing import erase_engagement_content

NOT_EVEN_PIA = NOT_THEIRS | {"pia": 404}


@pytest.fixture
def objective(cast):
    return cast.mine.engagement.objectives.get()


def words_of(cast, objective):
    return current_texts(user=cast.cora, kind=TextKind.OBJECTIVE, subject_ids=[objective.pk])[objective.pk]


def test_the_pages_exist_for_the_coach_alone(as_user, cast, objective):
    assert statuses(as_user, cast, "objective_add", cast.mine.engagement) == NOT_EVEN_PIA | {"cora": 200}
    assert statuses(as_user, cast, "objective_edit", objective) == NOT_EVEN_PIA | {"cora": 200}
    step = {"status": "REACHED"}
    assert statuses(as_user, cast, "objective_status", objective, post=step) == NOT_EVEN_PIA | {"cora": 302}


def test_a_new_objective_is_sealed_and_leaves_no_words_in_the_trail(as_user, cast):
    as_user(cast.cora).post(url("objective_add", cast.mine.engagement), {"text": "Let others finish"})
    added = cast.mine.engagement.objectives.in_order().last()
    assert words_of(cast, added) == "Let others finish"
    assert audited(added) == ["objective.added"]
    assert b"finish" not in b"".join(bytes(row.sealed) for row in SealedText.objects.all())
    assert "finish" not in str(list(AuditEvent.objects.values()))


def test_adding_the_same_words_twice_makes_one_objective(as_user, cast):
    client = as_user(cast.cora)
    for _ in range(2):
        response = client.post(url("objective_add", cast.mine.engagement), {"text": "Let others finish"})
    assert said(response)[-1] == "This objective stands there already."
    assert cast.mine.engagement.objectives.count() == 2


def test_earlier_wordings_are_listed_with_their_dates(as_user, cast, objective):
    client = as_user(cast.cora)
    client.post(url("objective_edit", objective), {"text": "Delegate the budget"})
    response = client.get(url("objective_edit", objective))
    assert response.context["form"]["text"].value() == "Delegate the budget"
    now, earlier = response.context["wordings"]
    assert (now["text"], now["written_by"]) == ("Delegate the budget", cast.cora)
    assert (earlier["text"], earlier["written_by"]) == ("Delegate more", cast.pia)
    assert f"{earlier['written_at']:%-d %b %Y}" in response.content.decode()
    assert audited(objective)[-1] == "objective.reworded"


def test_saving_the_same_words_makes_no_revision(as_user, cast, objective):
    as_user(cast.cora).post(url("objective_edit", objective), {"text": "Delegate more"})
    assert SealedText.objects.about(TextKind.OBJECTIVE, objective.pk).count() == 1


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001, "half\x00word"])
def test_bad_words_get_a_message_and_stay(as_user, cast, objective, text):
    for address in (url("objective_edit", objective), url("objective_add", cast.mine.engagement)):
        response = as_user(cast.cora).post(address, {"text": text})
        assert "text" in errors(response)
        assert response.context["form"]["text"].value() == text


def test_reached_dropped_and_open_again(as_user, cast, objective):
    client = as_user(cast.cora)
    for status in ("REACHED", "OPEN", "DROPPED"):
        client.post(url("objective_status", objective), {"status": status})
        objective.refresh_from_db()
        assert objective.status == status
        assert (objective.closed_at is None) == (status == "OPEN")
    assert audited(objective).count("objective.status_changed") == 3


@pytest.mark.parametrize("status", ["", "DONE", "\x00"])
def test_an_unknown_step_changes_nothing(as_user, cast, objective, status):
    assert as_user(cast.cora).post(url("objective_status", objective), {"status": status}).status_code == 302
    objective.refresh_from_db()
    assert objective.status == "OPEN"


def test_the_step_is_taken_by_post_only(as_user, cast, objective):
    assert as_user(cast.cora).get(url("objective_status", objective)).status_code == 405


def test_the_database_refuses_a_closed_objective_without_its_date(objective):
    with pytest.raises(IntegrityError), transaction.atomic():
        Objective.objects.filter(pk=objective.pk).update(status="REACHED")
    with pytest.raises(IntegrityError), transaction.atomic():
        Objective.objects.filter(pk=objective.pk).update(closed_at=at())


def test_erased_words_are_said_to_be_erased(as_user, cast, objective):
    erase_engagement_content(engagement=cast.mine.engagement, by=cast.pia, now=at())
    client = as_user(cast.cora)
    assert client.get(url("objective_edit", objective)).status_code in (404, 410)
    response = client.post(url("objective_add", cast.mine.engagement), {"text": "Let others finish"})
    assert response.status_code == 410
    assert "erased" in response.content.decode()
    assert "Let others finish" in response.content.decode()
    assert not cast.mine.engagement.objectives.exists()
