"""The first administrator's way into a server that nobody has an account on yet."""

import io

import pytest
from django.core.management import CommandError, call_command

from engagements.models import User

FORM = {
    "name": "Demo First",
    "email": "first@people.example",
    "password": "a long test phrase",
    "password_again": "a long test phrase",
}


def printed_link():
    said = io.StringIO()
    call_command("first_link", stdout=said)
    return said.getvalue().strip()


def path_of_link(settings):
    link = printed_link()
    assert link.startswith(f"{settings.SITE_URL}/")
    return link.removeprefix(settings.SITE_URL)


def test_the_link_makes_one_administrator_and_then_no_other(db, client, settings):
    path = path_of_link(settings)
    client.post(path, FORM)
    assert User.objects.get().is_administrator
    assert client.get("/").status_code == 200
    with pytest.raises(CommandError, match="There is an administrator already"):
        printed_link()


def test_a_second_link_ends_the_first(db, client, settings):
    older, newer = path_of_link(settings), path_of_link(settings)
    assert client.get(newer).status_code == 200
    assert client.get(older).status_code != 200
