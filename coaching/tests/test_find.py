"""The quick switcher: engagements by name, as far as a person may know them; and the switch for single keys."""

import pytest
from django.urls import reverse

from coaching.tests.cast import active_engagement, at
from engagements.actions.people import add_executive
from engagements.models import User

HTMX = {"HX-Request": "true"}


def found(as_user, user, q, **headers):
    return as_user(user).get(reverse("find"), {"q": q}, headers=headers).content.decode()


def test_it_finds_by_any_part_of_the_name_and_leads_to_the_engagement(as_user, cast):
    page = found(as_user, cast.cora, "mI")
    assert reverse("engagement_detail", args=[cast.mine.engagement.pk]) in page
    assert "Nobody of that name" in found(as_user, cast.cora, "Erna")


def test_the_switcher_gets_the_list_alone_and_life_without_script_a_page(as_user, cast):
    assert "<html" not in found(as_user, cast.cora, "", **HTMX)
    assert "<html" in found(as_user, cast.cora, "")


def test_managers_find_what_they_manage_and_nobody_else_anything(as_user, cast):
    assert "Emil" in found(as_user, cast.pia, "emil")
    assert "Emil" not in found(as_user, cast.petra, "emil")
    for who in (cast.ada, cast.sten):
        assert as_user(who).get(reverse("find")).status_code == 404


@pytest.mark.parametrize("q", ["\0", "%", "_", "'", "x" * 500])
def test_odd_letters_find_nobody_and_break_nothing(as_user, cast, q):
    answer = as_user(cast.cora).get(reverse("find"), {"q": q})
    assert answer.status_code == 200
    assert ("Emil" in answer.content.decode()) == (q == "\0")


def test_more_than_fit_are_said_to_be_there(as_user, cast):
    for n in range(11):
        executive = add_executive(
            organization=cast.mine.organization, name=f"Eva {n}", email=f"eva{n}@client.example", by=None, now=at()
        )
        active_engagement(program=cast.mine.program, coach=cast.cora, executive=executive, by=cast.pia)
    page = found(as_user, cast.cora, "Eva", **HTMX)
    assert page.count("row-title") == 10
    assert "And more" in page


def test_single_keys_can_be_switched_off_and_on_and_lead_back(as_user, cast):
    client, page = as_user(cast.cora), reverse("engagement_list")
    answer = client.post(reverse("keys_switch"), {"keys_on": "0"}, headers={"Referer": f"http://testserver{page}"})
    assert answer.url == f"http://testserver{page}"
    assert not User.objects.get(pk=cast.cora.pk).keys_on
    assert "Switch single keys on" in client.get(page).content.decode()
    answer = client.post(reverse("keys_switch"), {"keys_on": "1"}, headers={"Referer": "https://elsewhere.example/"})
    assert answer.url == reverse("home")
    assert User.objects.get(pk=cast.cora.pk).keys_on
