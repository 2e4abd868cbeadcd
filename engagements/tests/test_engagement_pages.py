"""New engagements, their terms, and what is known of the executive."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from coaching.tests.cast import at
from engagements.actions.engagements import CoachFixed, create_engagement, edit_engagement
from engagements.actions.people import add_executive, add_program
from engagements.actions.sessions import mark_held
from engagements.models import Engagement, Executive, SealedText, User
from engagements.models.engagement import EngagementKey
from engagements.tests.asking import NOT_THEIRS, audited, errors, statuses, url


@pytest.fixture
def form(cast):
    """A new engagement for somebody new in Program One."""
    return {
        "program": cast.mine.program.pk,
        "coach": cast.cora.pk,
        "executive": "",
        "new_name": "Edda",
        "new_email": "Edda@client.example",
        "new_role": "CFO",
        "new_language": "de",
        "new_time_zone": "",
        "starts_on": "2026-09-01",
        "ends_on": "",
        "session_budget": "",
        "cadence_weeks": "",
        "objective": "Speak up earlier",
    }


@pytest.fixture
def proposed(cast):
    """An engagement in which nothing was confided yet."""
    executive = add_executive(
        organization=cast.mine.organization, name="Edda", email="edda@client.example", by=None, now=at()
    )
    return create_engagement(
        program=cast.mine.program,
        coach=cast.cora,
        executive=executive,
        starts_on=date(2026, 9, 1),
        by=cast.pia,
        now=at(),
        objective="Speak up earlier",
    )


@pytest.fixture
def terms(proposed):
    return {
        "coach": proposed.coach_id,
        "starts_on": "2026-09-01",
        "ends_on": "2027-03-01",
        "session_budget": "8",
        "cadence_weeks": "3",
        "check_ins_on": "on",
    }


# --- new ----------------------------------------------------------------------------------------


def test_only_program_managers_find_the_page(as_user, cast):
    found = statuses(as_user, cast, "engagement_create", None)
    assert found == {"pia": 200, "petra": 200, "cora": 404, "otto": 404, "ada": 404, "sten": 404}


def test_a_manager_proposes_an_engagement_for_somebody_new(as_user, cast, form):
    response = as_user(cast.pia).post(url("engagement_create"), form)
    engagement = Engagement.objects.get(executive__name="Edda")
    assert response.headers["Location"] == url("engagement_detail", engagement)
    assert (engagement.status, engagement.coach, engagement.session_budget) == ("PROPOSED", cast.cora, 10)
    assert engagement.ends_on == date(2026, 9, 1) + timedelta(weeks=26)
    assert (engagement.executive.email, engagement.executive.time_zone) == ("edda@client.example", "UTC")
    assert EngagementKey.objects.filter(engagement=engagement).exists()
    assert engagement.agreements.current().get().version == 1
    assert b"Speak up" not in bytes(SealedText.objects.get(engagement=engagement).sealed)
    assert set(audited(engagement_id=engagement.pk)) == {"engagement.created", "objective.added"}


def test_a_manager_proposes_an_engagement_for_somebody_known(as_user, cast, form):
    other = add_program(organization=cast.mine.organization, name="Board", by=None, now=at())
    other.managers.create(user=cast.pia)
    new = form | {
        "program": other.pk,
        "executive": cast.emil.pk,
        "new_name": "",
        "new_email": "",
        "ends_on": "1.12.2026",
    }
    assert as_user(cast.pia).post(url("engagement_create"), new).status_code == 302
    assert Engagement.objects.get(program=other).executive == cast.emil
    assert Engagement.objects.get(program=other).ends_on == date(2026, 12, 1)


def test_sending_the_form_twice_makes_one_engagement(as_user, cast, form):
    client = as_user(cast.pia)
    client.post(url("engagement_create"), form)
    response = client.post(url("engagement_create"), form)
    assert "already has an open engagement" in errors(response)["new_email"][0]
    assert Engagement.objects.filter(executive__email="edda@client.example").count() == 1


def test_the_choices_hold_own_programs_own_executives_and_active_coaches_with_their_load(as_user, cast):
    User.objects.filter(pk=cast.otto.pk).update(is_active=False)
    page = as_user(cast.pia).get(url("engagement_create")).content.decode()
    assert "Program One" in page
    assert "Emil" in page
    assert "1 of 12 engagements" in page
    for hidden in ("Program Two", "Erna", "Otto"):
        assert hidden not in page


def test_another_managers_program_and_executive_are_no_choice(as_user, cast, form):
    client = as_user(cast.pia)
    response = client.post(url("engagement_create"), form | {"program": cast.other.program.pk})
    assert "program" in errors(response)
    wanted = form | {"executive": cast.erna.pk, "new_name": "", "new_email": ""}
    assert "executive" in errors(client.post(url("engagement_create"), wanted))
    assert Engagement.objects.count() == 2


def test_a_link_names_the_program_only_where_it_is_ones_own(as_user, cast):
    second = add_program(organization=cast.mine.organization, name="Board", by=None, now=at())
    second.managers.create(user=cast.pia)
    client = as_user(cast.pia)
    for query, chosen in ((second.pk, str(second.pk)), (cast.other.program.pk, None), ("x' OR 1=1", None)):
        response = client.get(url("engagement_create"), {"program": query})
        assert response.context["form"]["program"].value() == chosen


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"new_name": ""}, "new_name"),
        ({"new_email": "nobody"}, "new_email"),
        ({"coach": ""}, "coach"),
        ({"program": "not-a-key"}, "program"),
        ({"starts_on": "31.02.2026"}, "starts_on"),
        ({"starts_on": "0001-01-01"}, "starts_on"),
        ({"starts_on": "2099-12-01"}, "starts_on"),
        ({"ends_on": "2026-08-31"}, "ends_on"),
        ({"ends_on": "9999-12-31"}, "ends_on"),
        ({"session_budget": "0"}, "session_budget"),
        ({"cadence_weeks": "99"}, "cadence_weeks"),
        ({"objective": "x" * 2001}, "objective"),
        ({"new_time_zone": "Atlantis"}, "new_time_zone"),
    ],
)
def test_bad_input_gets_a_message_beside_the_field_and_stays(as_user, cast, form, changes, field):
    response = as_user(cast.pia).post(url("engagement_create"), form | changes)
    assert field in errors(response)
    assert response.context["form"][field].value() == changes[field]
    assert Engagement.objects.count() == 2
    assert not Executive.objects.filter(name="Edda").exists()


def test_a_date_that_was_mistyped_is_shown_as_it_was_typed(as_user, cast, form):
    page = as_user(cast.pia).post(url("engagement_create"), form | {"starts_on": "31.02.2026"}).content.decode()
    assert 'type="text" name="starts_on" value="31.02.2026"' in page


def test_choosing_somebody_and_typing_somebody_else_is_asked_back(as_user, cast, form):
    response = as_user(cast.pia).post(url("engagement_create"), form | {"executive": cast.emil.pk})
    assert "not both" in errors(response)["executive"][0]


def test_an_address_of_somebody_known_under_another_name_is_asked_back(as_user, cast, form):
    response = as_user(cast.pia).post(url("engagement_create"), form | {"new_email": "EMIL@client.example"})
    assert "Emil" in errors(response)["new_email"][0]


def test_one_open_engagement_per_program_and_executive_is_held_by_the_database(cast):
    mine = cast.mine.engagement
    twin = {f.attname: getattr(mine, f.attname) for f in Engagement._meta.concrete_fields if f.name != "id"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Engagement.objects.create(**twin)


# --- terms --------------------------------------------------------------------------------------


def test_only_the_manager_changes_terms(as_user, cast, proposed, terms):
    expected = NOT_THEIRS | {"cora": 403}
    assert statuses(as_user, cast, "engagement_edit", proposed) == expected | {"pia": 200}
    assert statuses(as_user, cast, "engagement_edit", proposed, post=terms) == expected | {"pia": 302}


def test_new_terms_are_saved_with_the_names_of_what_changed_in_the_trail(as_user, cast, proposed, terms):
    as_user(cast.pia).post(url("engagement_edit", proposed), terms | {"check_ins_on": ""})
    proposed.refresh_from_db()
    assert (proposed.session_budget, proposed.cadence_weeks, proposed.check_ins_on) == (8, 3, False)
    assert audited(proposed)[-1] == "engagement.edited"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": "2026-08-01"}, "ends_on"),
        ({"starts_on": "never"}, "starts_on"),
        ({"session_budget": "201"}, "session_budget"),
        ({"coach": "00000000-0000-0000-0000-000000000000"}, "coach"),
    ],
)
def test_bad_terms_get_a_message_beside_the_field(as_user, cast, proposed, terms, changes, field):
    response = as_user(cast.pia).post(url("engagement_edit", proposed), terms | changes)
    assert field in errors(response)
    assert response.context["form"][field].value() == changes[field]


def test_another_coach_takes_over_while_nothing_was_confided(as_user, cast, proposed, terms):
    as_user(cast.pia).post(url("engagement_edit", proposed), terms | {"coach": cast.otto.pk})
    proposed.refresh_from_db()
    assert proposed.coach == cast.otto
    assert as_user(cast.cora).get(url("engagement_detail", proposed)).status_code == 404


def test_nobody_takes_over_what_was_confided_to_a_coach(as_user, cast):
    engagement = cast.mine.engagement
    mark_held(session=cast.mine.session, minutes=60, by=cast.cora, now=at())
    with pytest.raises(CoachFixed):
        edit_engagement(engagement=engagement, coach=cast.otto, by=cast.pia, now=at())
    terms = {"coach": cast.otto.pk, "starts_on": "2026-09-01", "ends_on": "2027-03-01", "session_budget": "8"}
    as_user(cast.pia).post(url("engagement_edit", engagement), terms | {"cadence_weeks": "3"})
    engagement.refresh_from_db()
    assert (engagement.coach, engagement.session_budget) == (cast.cora, 8)


# --- the executive ------------------------------------------------------------------------------


def test_coach_and_manager_edit_the_executive_others_find_nothing(as_user, cast):
    assert statuses(as_user, cast, "executive_edit", cast.mine.engagement) == NOT_THEIRS | {"cora": 200, "pia": 200}


def test_the_coach_sets_the_orientation_and_cannot_redirect_the_check_ins(as_user, cast):
    words = {"role": "CFO", "language": "de", "time_zone": "Europe/Berlin", "orientation": "RELATIONAL"}
    as_user(cast.cora).post(url("executive_edit", cast.mine.engagement), words | {"email": "cora@people.example"})
    cast.emil.refresh_from_db()
    assert (cast.emil.orientation, cast.emil.language, cast.emil.role) == ("RELATIONAL", "de", "CFO")
    assert cast.emil.email == "emil@client.example"
    assert audited(cast.emil)[-1] == "executive.edited"


def test_the_manager_keeps_name_and_address_and_never_sees_the_orientation(as_user, cast):
    client = as_user(cast.pia)
    assert "looks for first" not in client.get(url("executive_edit", cast.mine.engagement)).content.decode()
    words = {"name": "Emil E.", "email": "e.e@client.example", "role": "", "language": "en", "time_zone": "UTC"}
    client.post(url("executive_edit", cast.mine.engagement), words | {"orientation": "COGNITIVE"})
    cast.emil.refresh_from_db()
    assert (cast.emil.name, cast.emil.email, cast.emil.orientation) == ("Emil E.", "e.e@client.example", "BALANCED")


def test_an_address_of_a_colleague_is_refused_beside_the_field(as_user, cast, proposed):
    words = {"name": "Emil", "email": "EDDA@client.example", "role": "", "language": "en", "time_zone": "UTC"}
    response = as_user(cast.pia).post(url("executive_edit", cast.mine.engagement), words)
    assert "has this address" in errors(response)["email"][0]
