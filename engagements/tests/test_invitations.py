"""Invitations: one link, one password, one use."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from coaching.tests.cast import at, person
from engagements.actions.invitations import (
    DoorIsOpen,
    InvitationNotValid,
    accept_invitation,
    find_invitation,
    invite,
    open_first_door,
)
from engagements.actions.people import add_person
from engagements.models import AuditEvent, Invitation, User

PASSWORD = "a phrase of my own"


@pytest.fixture
def newcomer(db):
    return add_person(email="nora@people.example", name="Nora Berg", by=None, now=at())


@pytest.fixture
def token(newcomer):
    return invite(user=newcomer, by=None, now=at())


def welcome(token):
    return reverse("welcome", args=[token])


def answer(client, token, password=PASSWORD, **words):
    return client.post(welcome(token), {"password": password, "password_again": password, **words})


def test_the_link_comes_by_mail_after_the_commit(newcomer, settings, django_capture_on_commit_callbacks):
    settings.SITE_URL = "https://trust.example"
    with django_capture_on_commit_callbacks(execute=True):
        token = invite(user=newcomer, by=person("Ada"), now=at())
        assert mail.outbox == []
    (message,) = mail.outbox
    assert message.to == [newcomer.email]
    assert "Ada invites you" in message.body
    assert f"https://trust.example{welcome(token)}" in message.body


def test_a_person_sets_a_password_and_is_in(client, newcomer, token):
    response = answer(client, token)
    assert response.url == reverse("home")
    newcomer.refresh_from_db()
    assert newcomer.is_active
    assert newcomer.check_password(PASSWORD)
    assert client.session["_auth_user_id"] == str(newcomer.pk)


def test_a_link_works_once(client, newcomer, token):
    answer(client, token)
    client.logout()
    assert answer(client, token, "somebody else's phrase").status_code == 404
    newcomer.refresh_from_db()
    assert newcomer.check_password(PASSWORD)


def test_looking_does_not_use_a_link_up(client, token):
    assert client.get(welcome(token)).status_code == 200
    assert client.get(welcome(token)).status_code == 200


def test_unknown_used_and_expired_links_look_the_same(client, newcomer, token):
    used = invite(user=newcomer, by=None, now=at())
    answer(client, used)
    client.logout()
    late = invite(user=add_person(email="l@people.example", name="Lea", by=None, now=at()), by=None, now=at(-15))
    pages = {
        re.sub(r'"X-CSRFToken": "\w*"', "", client.get(welcome(x)).content.decode()) for x in (used, late, "x" * 43)
    }
    assert len(pages) == 1
    assert "does not work any more" in pages.pop()


def test_a_new_link_ends_the_older_one(newcomer, token):
    invite(user=newcomer, by=None, now=at())
    with pytest.raises(InvitationNotValid):
        find_invitation(token=token, now=at())


def test_a_person_who_was_shut_out_does_not_come_back_by_an_old_link(db):
    cora = person("Cora")
    token = invite(user=cora, by=None, now=at())
    cora.is_active = False
    cora.save()
    with pytest.raises(InvitationNotValid):
        accept_invitation(token=token, password=PASSWORD, now=at())


def test_a_link_ends_after_two_weeks(token):
    find_invitation(token=token, now=at() + timedelta(days=13))
    with pytest.raises(InvitationNotValid):
        find_invitation(token=token, now=at() + timedelta(days=15))


def test_the_token_itself_is_stored_nowhere(token):
    stored = Invitation.objects.get()
    assert token not in str(vars(stored))
    assert token not in str([vars(event) for event in AuditEvent.objects.all()])


def test_two_different_passwords_are_refused_beside_the_second(client, token):
    response = client.post(welcome(token), {"password": PASSWORD, "password_again": "something else"})
    assert list(response.context["form"].errors) == ["password_again"]


def test_a_weak_password_is_refused_and_the_link_stays_good(client, token):
    assert list(answer(client, token, "short").context["form"].errors) == ["password"]
    assert answer(client, token).status_code == 302


def test_the_first_door_makes_the_first_administrator(client, db):
    token = open_first_door(now=at())
    response = answer(client, token, name="Ada Lund", email="Ada@People.example")
    assert response.status_code == 302
    ada = User.objects.get()
    assert (ada.email, ada.is_administrator, ada.is_active) == ("ada@people.example", True, True)


def test_the_first_door_asks_for_name_and_address(client, db):
    response = answer(client, open_first_door(now=at()))
    assert set(response.context["form"].errors) == {"name", "email"}


def test_the_first_door_stays_shut_once_there_is_an_administrator(db):
    token = open_first_door(now=at())
    person("Ada", is_administrator=True)
    with pytest.raises(DoorIsOpen):
        open_first_door(now=at())
    with pytest.raises(InvitationNotValid):
        accept_invitation(token=token, password=PASSWORD, now=at(), name="Eve", email="eve@people.example")


def test_a_second_first_door_shuts_the_one_before(db):
    older = open_first_door(now=at())
    open_first_door(now=at())
    with pytest.raises(InvitationNotValid):
        find_invitation(token=older, now=at())


def test_inviting_and_accepting_stand_in_the_audit_trail(client, newcomer, token):
    answer(client, token)
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"person.invited", "invitation.accepted"} <= verbs
