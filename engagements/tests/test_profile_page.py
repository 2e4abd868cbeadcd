"""One's own profile."""

import pytest

from engagements.models import CoachProfile
from engagements.tests.asking import audited, errors, url

REMINDERS = {"reminders_on": "on", "quiet_from": "20", "quiet_until": "7", "digest_day": "0"}
COACH = {"credentials": "PCC", "languages": "English", "capacity": "8", "bio": "Twenty years in plants."}


def test_a_coach_changes_name_zone_and_what_managers_match_by(as_user, cast):
    words = {"name": "Cora C.", "time_zone": "Europe/Berlin"} | REMINDERS | COACH
    response = as_user(cast.cora).post(url("profile"), words, follow=True)
    cast.cora.refresh_from_db()
    assert (cast.cora.name, cast.cora.time_zone) == ("Cora C.", "Europe/Berlin")
    assert CoachProfile.objects.get(user=cast.cora).capacity == 8
    assert audited(cast.cora)[-1] == "person.profile_edited"
    assert "Your profile is saved." in response.content.decode()


def test_somebody_who_does_not_coach_is_not_asked_about_coaching(as_user, cast):
    page = as_user(cast.pia).get(url("profile")).content.decode()
    assert "Engagements at once" not in page
    as_user(cast.pia).post(url("profile"), {"name": "Pia P.", "time_zone": "UTC"} | REMINDERS | COACH)
    assert not CoachProfile.objects.filter(user=cast.pia).exists()


def test_saving_nothing_new_leaves_no_trace(as_user, cast):
    before = audited(cast.pia)
    assert as_user(cast.pia).post(url("profile"), {"name": "Pia", "time_zone": "UTC"} | REMINDERS).status_code == 302
    assert audited(cast.pia) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "a\x00b"),
        ("time_zone", "Moon/Base"),
        ("time_zone", ""),
        ("capacity", "201"),
        ("capacity", "-1"),
        ("bio", "x" * 2001),
    ],
)
def test_bad_words_get_a_message_beside_the_field_and_stay(as_user, cast, field, value):
    words = {"name": "Cora", "time_zone": "UTC"} | REMINDERS | COACH | {field: value}
    response = as_user(cast.cora).post(url("profile"), words)
    assert list(errors(response)) == [field]
    assert response.context["form"][field].value() == value


def test_markup_in_a_name_is_shown_as_text(as_user, cast):
    as_user(cast.pia).post(url("profile"), {"name": "<b>Pia</b>", "time_zone": "UTC"} | REMINDERS)
    page = as_user(cast.pia).get(url("profile")).content.decode()
    assert "<b>Pia" not in page
    assert "&lt;b&gt;Pia" in page


def test_nobody_has_a_profile_without_signing_in(client):
    assert client.get(url("profile")).status_code == 302
