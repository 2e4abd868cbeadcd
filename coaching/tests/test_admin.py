"""The admin: which pages it has, what may be asked of it, and that looking changes nothing."""

import uuid

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, reverse

from engagements.models import AuditEvent, Invitation

# Ordinary pages of the admin that people use; every other model has none.
KEPT = {"backgroundjob", "executive", "look", "organization", "program", "user"}
# Questions about rows and columns that no page shows.
BLIND = (
    "sessions__starts_at__gt=2020-01-01",
    "engagements__flags__kind=REGRESSING",
    "engagements__judgement__p_stalled__gt=0.5",
    "password__startswith=a",
    "orientation=COGNITIVE",
    "orientation__exact=COGNITIVE",
    "executives__orientation=COGNITIVE",
    "organization__engagements__isnull=1",
    "_to_field=orientation",
    "_to_field=password",
)
ODD = (
    "o=9.9",
    "o=abc",
    "q=%00",
    "p=-1",
    "p=99999999999999999999",
    "e=1",
    "_popup=1",
    "_facets=1",
    "all=",
    "is_active=x",
    "role=%00",
    "role__exact=%00",
    "what__exact=a%00b",
)


@pytest.fixture
def ada(cast, as_user):
    return as_user(cast.ada)


def list_of(model):
    return reverse(f"admin:engagements_{model}_changelist")


def page_of(person, to="change"):
    return reverse(f"admin:engagements_user_{to}", args=[getattr(person, "pk", person)])


def test_only_people_programs_organizations_and_jobs_have_pages():
    assert {f"{model._meta.app_label}.{model._meta.model_name}" for model in admin.site._registry} == {
        f"engagements.{name}" for name in KEPT
    }


@pytest.mark.parametrize("route", ["autocomplete", "view_on_site"])
def test_routes_that_find_rows_of_any_model_are_not_there(route):
    with pytest.raises(NoReverseMatch):
        reverse(f"admin:{route}", args=["1", "1"] if route == "view_on_site" else [])


@pytest.mark.parametrize("model", sorted(KEPT))
def test_no_filter_answers_about_what_the_page_does_not_show(ada, model):
    for question in BLIND:
        answer = ada.get(f"{list_of(model)}?{question}")
        assert answer.status_code == 400 or "e=1" in answer.headers.get("Location", ""), question


@pytest.mark.parametrize("model", sorted(KEPT))
def test_odd_questions_get_an_answer(ada, model):
    for question in ODD:
        assert ada.get(f"{list_of(model)}?{question}").status_code in (200, 302, 400), question


def test_a_page_of_nobody_is_no_error(ada):
    for key in (uuid.uuid4(), "abc", "\0", "_00"):
        for to in ("change", "history"):
            assert ada.get(page_of(key, to)).status_code in (302, 403, 404), (key, to)


def test_one_signs_in_to_it_where_everybody_signs_in(client, cast):
    """With its limit of attempts; a door of its own would have none."""
    for verb in (client.get, client.post):
        assert verb(reverse("admin:login")).headers["Location"].startswith(reverse("account_login"))
    client.force_login(cast.cora)
    assert client.get(reverse("admin:login")).status_code == client.get(reverse("admin:index")).status_code == 404


def test_a_password_is_changed_where_everybody_changes_it(ada):
    assert ada.get(reverse("admin:password_change")).headers["Location"] == reverse("account_change_password")


def test_an_invitation_goes_out_by_pressing_its_button_and_not_by_opening_an_address(cast, ada, mailoutbox):
    assert ada.get(f"{page_of(cast.sten).removesuffix('change/')}send-invitation/").status_code in (302, 404)
    assert not Invitation.objects.exists()
    ada.get(page_of(cast.sten))
    assert not Invitation.objects.exists()
    answer = ada.post(page_of(cast.sten), fields_of(cast.sten) | {"engagements_user_send_invitation": "1"})
    assert answer.status_code == 302
    assert Invitation.objects.get().user == cast.sten


def test_the_page_of_a_person_has_the_button_that_invites(cast, ada):
    assert "Save and send an invitation" in ada.get(page_of(cast.sten)).content.decode()


def test_a_coach_profile_given_in_the_admin_is_in_the_audit_trail(cast, ada):
    profile = {
        "coach_profile-0-capacity": "3",
        "coach_profile-0-user": str(cast.sten.pk),
        "coach_profile-TOTAL_FORMS": "1",
    }
    answer = ada.post(page_of(cast.sten), fields_of(cast.sten) | profile)
    assert answer.status_code == 302
    assert AuditEvent.objects.get(verb="person.coach_profile_edited").subject_id == cast.sten.coach_profile.pk


def fields_of(person):
    """The form of a person as it is sent when nothing is changed."""
    return {
        "email": person.email,
        "name": person.name,
        "time_zone": person.time_zone,
        "is_active": "on",
        "coach_profile-TOTAL_FORMS": "0",
        "coach_profile-INITIAL_FORMS": "0",
    }


def test_a_coach_profile_added_with_nothing_filled_in_makes_a_coach(cast, ada):
    profile = {
        "coach_profile-0-capacity": "12",
        "coach_profile-0-user": str(cast.sten.pk),
        "coach_profile-TOTAL_FORMS": "1",
    }
    ada.post(page_of(cast.sten), fields_of(cast.sten) | profile)
    assert cast.sten.holds_coach_profile


def test_whoever_adds_a_person_is_led_to_inviting_them(ada):
    words = {"email": "new@people.example", "name": "New", "time_zone": "UTC", "is_active": "on"}
    empty = {"coach_profile-TOTAL_FORMS": "0", "coach_profile-INITIAL_FORMS": "0"}
    page = ada.post(reverse("admin:engagements_user_add"), words | empty, follow=True).content.decode()
    assert "Nothing was sent yet" in page
    assert "Save and send an invitation" in page
    assert not Invitation.objects.exists()
