"""Forms of a house with more people and programs than fit into a list: they are typed, and the pages stay small."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coaching.tests.cast import at
from engagements.actions.engagements import create_engagement
from engagements.actions.people import add_executive, add_manager, add_organization, add_program, make_coach
from engagements.forms.choosing import MOST_OPTIONS
from engagements.models import CoachProfile, Engagement, Program, ProgramManager, User
from engagements.models.look import Look
from engagements.tests.asking import errors, url

MANY = MOST_OPTIONS + 5
SMALL = 40_000  # bytes; a list of a hundred people takes as much by itself


def coaches(number):
    """Coaches beside Cora and Otto."""
    made = [User(email=f"coach{i:03d}@people.example", name=f"Coach {i:03d}") for i in range(number)]
    CoachProfile.objects.bulk_create(CoachProfile(user=user) for user in User.objects.bulk_create(made))


def executives(cast, number):
    """Executives whom Pia knows beside Emil."""
    for i in range(number):
        who = {"name": f"Executive {i:03d}", "email": f"e{i:03d}@client.example"}
        executive = add_executive(organization=cast.mine.organization, by=None, now=at(), **who)
        who = {"program": cast.mine.program, "coach": cast.cora, "executive": executive}
        create_engagement(**who, starts_on=at().date(), by=None, now=at())


def programs(cast, number):
    """Programs that Pia manages beside Program One."""
    rows = [Program(organization=cast.mine.organization, name=f"Program {i:03d}") for i in range(number)]
    made = Program.objects.bulk_create(rows)
    ProgramManager.objects.bulk_create(ProgramManager(program=program, user=cast.pia) for program in made)


@pytest.fixture
def crowd(cast, monkeypatch):
    """A house where fifteen are already too many for a list."""
    monkeypatch.setattr("engagements.forms.choosing.MOST_OPTIONS", 10)
    coaches(20)
    executives(cast, 15)
    programs(cast, 15)


@pytest.fixture
def typed(cast, crowd):
    """A new engagement in another program for an executive who is known, all typed."""
    add_manager(program=add_program(organization=cast.mine.organization, name="Board", by=None, now=at()),
                user=cast.pia, by=None, now=at())  # fmt: skip
    return {
        "program": "board",
        "coach": "Coach 007",
        "executive": "emil@client.example",
        "starts_on": "2026-09-01",
    }


def looked_at(client, address):
    """The page, and how many questions it asks the database."""
    client.get(address)  # once in a while a request notes that the session is in use
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address)
    assert page.status_code == 200
    return page.content, len(queries)


def test_a_page_for_a_new_engagement_does_not_grow_with_people_and_programs(cast, as_user):
    address = url("engagement_create")
    _, before = looked_at(as_user(cast.pia), address)
    coaches(MANY)
    executives(cast, MANY)
    programs(cast, MANY)
    page, asked = looked_at(as_user(cast.pia), address)
    assert len(page) < SMALL
    assert asked <= before
    for name in (b"Coach 007", b"Executive 007", b"Program 007"):
        assert name not in page


def test_terms_and_another_coach_do_not_grow_with_coaches(cast, as_user):
    executives(cast, 1)
    proposed = Engagement.objects.get(executive__name="Executive 000")
    addresses = [url(route, proposed) for route in ("engagement_edit", "rematch")]
    before = [looked_at(as_user(cast.pia), address)[1] for address in addresses]
    coaches(MANY)
    after = [looked_at(as_user(cast.pia), address) for address in addresses]
    assert len(after[0][0]) < SMALL
    assert [asked for _, asked in after] <= before
    assert b"Coach 007" not in after[0][0]
    assert b'value="Cora"' in after[0][0]


@pytest.mark.parametrize(
    "named",
    [
        {"executive": "emil@client.example", "program": "board", "coach": "coach 007"},
        {"executive": " EMIL ", "program": "Organization One: Board", "coach": "COACH007@people.example"},
    ],
)
def test_an_engagement_is_made_by_typed_names_and_addresses(cast, typed, as_user, named):
    answer = as_user(cast.pia).post(url("engagement_create"), typed | named)
    engagement = Engagement.objects.get(program__name="Board")
    assert answer.headers["Location"] == url("engagement_detail", engagement)
    assert (engagement.executive, engagement.coach.name) == (cast.emil, "Coach 007")


def test_somebody_new_is_typed_as_before(cast, typed, as_user):
    new = {"executive": "", "new_name": "Edda", "new_email": "edda@client.example"}
    as_user(cast.pia).post(url("engagement_create"), typed | new)
    assert Engagement.objects.get(program__name="Board").executive.name == "Edda"


def test_what_fits_nobody_is_said_beside_the_field_and_stays_there(cast, typed, as_user):
    """Also what fits somebody of whom Pia knows nothing."""
    nobody = {"program": "Nowhere", "coach": "nobody@people.example", "executive": "Nobody"}
    theirs = {"program": "Program Two", "coach": "sten@people.example", "executive": "erna@client.example"}
    told = []
    for wrong in (nobody, theirs):
        for name, value in wrong.items():
            answer = as_user(cast.pia).post(url("engagement_create"), typed | {name: value})
            told.append((name, errors(answer)[name]))
            assert f'value="{value}"' in answer.content.decode()
    assert told[:3] == told[3:]
    assert told[1] == ("coach", ["No coach here has this name or address."])
    assert not Engagement.objects.filter(program__name="Board").exists()


def test_a_part_of_a_name_reminds_of_some_and_who_is_named_so_was_looked_at(cast, typed, as_user):
    Look.objects.all().delete()
    answer = as_user(cast.pia).post(url("engagement_create"), typed | {"coach": "coach 01", "executive": "utive 01"})
    said = errors(answer)
    assert said["coach"][0].endswith("Did you mean Coach 010; Coach 011; Coach 012; Coach 013; Coach 014?")
    assert said["executive"][0].count("Executive 01") == 5
    assert Look.objects.filter(subject_id=cast.mine.program.pk).exists()


def test_the_page_for_a_new_engagement_alone_is_no_look_at_anybody_where_nobody_is_listed(cast, typed, as_user):
    as_user(cast.pia).get(url("engagement_create"))
    assert not Look.objects.exists()


def test_two_of_one_name_are_told_apart_by_their_address(cast, typed, as_user):
    make_coach(user=_twin(), by=None, now=at())
    answer = as_user(cast.pia).post(url("engagement_create"), typed | {"coach": "Coach 007"})
    assert "Several coaches have this name." in errors(answer)["coach"][0]
    as_user(cast.pia).post(url("engagement_create"), typed | {"coach": "twin@people.example"})
    assert Engagement.objects.get(program__name="Board").coach.email == "twin@people.example"


def _twin():
    return User.objects.create(email="twin@people.example", name="Coach 007")


def test_a_coach_chosen_from_the_shortlist_is_meant_by_the_name_that_stands_there(cast, typed, as_user):
    twin = _twin()
    make_coach(user=twin, by=None, now=at())
    address = f"{url('engagement_create')}?coach={twin.pk}&program={Program.objects.get(name='Board').pk}"
    page = as_user(cast.pia).get(address).content.decode()
    assert 'value="Coach 007"' in page
    assert 'value="Organization One: Board"' in page
    assert "26 weeks after the start" in page
    as_user(cast.pia).post(address, typed | {"program": "Organization One: Board"})
    assert Engagement.objects.get(program__name="Board").coach == twin


def test_one_address_in_two_organizations_is_the_person_of_the_program(cast, typed, as_user):
    second = add_organization(name="Organization Three", by=None, now=at())
    theirs = add_program(organization=second, name="Third", by=None, now=at())
    add_manager(program=theirs, user=cast.pia, by=None, now=at())
    executive = add_executive(organization=second, name="Emil", email="emil@client.example", by=None, now=at())
    who = {"program": theirs, "coach": cast.cora, "executive": executive}
    create_engagement(**who, starts_on=at().date(), by=None, now=at())
    as_user(cast.pia).post(url("engagement_create"), typed)
    assert Engagement.objects.get(program__name="Board").executive == cast.emil


def test_the_coach_of_an_engagement_is_changed_by_typing_and_kept_by_not_touching(cast, typed, as_user):
    as_user(cast.pia).post(url("engagement_create"), typed)
    engagement = Engagement.objects.get(program__name="Board")
    terms = {"coach": "Coach 007", "starts_on": "2026-09-01", "ends_on": "2027-03-01", "session_budget": "8",
             "cadence_weeks": "3"}  # fmt: skip
    make_coach(user=_twin(), by=None, now=at())
    for coach, now_coach in (("Coach 007", "coach007@"), ("twin@people.example", "twin@"), ("otto", "otto@")):
        answer = as_user(cast.pia).post(url("engagement_edit", engagement), terms | {"coach": coach})
        assert answer.status_code == 302
        assert Engagement.objects.get(pk=engagement.pk).coach.email.startswith(now_coach)
    answer = as_user(cast.pia).post(url("engagement_edit", engagement), terms | {"coach": "sten@people.example"})
    assert errors(answer) == {"coach": ["No coach here has this name or address."]}
    assert b'value="sten@people.example"' in answer.content
