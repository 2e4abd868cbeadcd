"""Programs: lists, figures, rules."""

import pytest

from coaching.tests.cast import active_engagement, at
from coaching.tests.questions import at_most
from engagements.actions.people import add_executive, add_manager, make_coach, remove_manager
from engagements.actions.sessions import mark_held
from engagements.models import Program, ProgramManager
from engagements.tests.asking import NOT_THEIRS, audited, errors, said, statuses, url


@pytest.fixture
def rules(cast):
    """What the form of Program One posts, unchanged."""
    program = cast.mine.program
    names = ("name", "time_zone", "cadence_weeks", "session_budget", "planned_weeks", "retention_months")
    ticks = ("check_ins_on", "discloses_objective", "discloses_stalled", "discloses_regressing", "discloses_cohort")
    return {name: getattr(program, name) for name in names} | {n: "on" for n in ticks if getattr(program, n)}


def with_second_coach(cast):
    """Otto coaches somebody in Pia's program, too."""
    executive = add_executive(
        organization=cast.mine.organization, name="Edda", email="edda@client.example", by=None, now=at()
    )
    return active_engagement(program=cast.mine.program, coach=cast.otto, executive=executive, by=cast.pia)


def test_each_person_sees_the_programs_they_manage_or_coach_in(as_user, cast):
    for user, sees, not_ in ((cast.pia, "One", "Two"), (cast.cora, "One", "Two"), (cast.petra, "Two", "One")):
        page = as_user(user).get(url("program_list")).content.decode()
        assert f"Program {sees}" in page
        assert f"Program {not_}" not in page


def test_a_coach_without_a_program_reads_what_to_do(as_user, cast):
    make_coach(user=cast.sten, by=cast.ada, now=at())
    assert "No programs yet" in as_user(cast.sten).get(url("program_list")).content.decode()


def test_a_program_is_open_to_its_managers_and_coaches_only(as_user, cast):
    assert statuses(as_user, cast, "program_detail", cast.mine.program) == NOT_THEIRS | {"cora": 200, "pia": 200}


def test_a_removed_manager_loses_the_program_with_the_next_request(as_user, cast):
    membership = ProgramManager.objects.get(program=cast.mine.program)
    remove_manager(membership=membership, by=cast.ada, now=at())
    assert as_user(cast.pia).get(url("program_detail", cast.mine.program)).status_code == 404


def test_the_manager_reads_sessions_held_booked_and_left(as_user, cast):
    mark_held(session=cast.mine.session, minutes=60, by=cast.cora, now=at())
    page = as_user(cast.pia).get(url("program_detail", cast.mine.program))
    row = page.context["page"].object_list[0]
    assert (row.sessions_held, row.sessions_booked, row.sessions_left) == (1, 1, 9)
    assert row.last_session_at == cast.mine.session.starts_at
    assert row.next_session_at == cast.mine.upcoming.starts_at
    assert "1 held, 1 booked" in page.content.decode()


def test_a_coach_sees_own_engagements_of_the_program_and_no_others(as_user, cast):
    with_second_coach(cast)
    cora = as_user(cast.cora).get(url("program_detail", cast.mine.program)).content.decode()
    assert "Emil" in cora
    assert "Edda" not in cora
    otto = as_user(cast.otto).get(url("program_detail", cast.mine.program)).content.decode()
    assert "Edda" in otto
    assert "Emil" not in otto
    assert "New engagement" not in otto
    assert "Edit rules" not in otto


def test_counts_on_the_tabs_are_of_what_one_may_see(as_user, cast):
    with_second_coach(cast)
    for user, count in ((cast.pia, 2), (cast.cora, 1)):
        tabs = as_user(user).get(url("program_detail", cast.mine.program)).context["tabs"]
        assert {tab["key"]: tab["count"] for tab in tabs} == {"open": count, "ended": 0, "all": count}


@pytest.mark.parametrize("query", ["?show=nonsense", "?page=0", "?page=x", "?show=ended&page=999", "?show=all"])
def test_an_odd_address_shows_a_page(as_user, cast, query):
    assert as_user(cast.pia).get(url("program_detail", cast.mine.program) + query).status_code == 200


def test_a_program_page_needs_no_query_per_engagement(as_user, cast):
    for number in range(5):
        who = {"name": f"Eve {number}", "email": f"eve{number}@client.example"}
        executive = add_executive(organization=cast.mine.organization, by=None, now=at(), **who)
        active_engagement(program=cast.mine.program, coach=cast.cora, executive=executive, by=cast.pia)
    client = as_user(cast.pia)
    client.get(url("program_detail", cast.mine.program))  # once in a while a request notes that the session is in use
    with at_most(12):
        client.get(url("program_detail", cast.mine.program))


def test_only_a_manager_edits_the_rules(as_user, cast, rules):
    assert statuses(as_user, cast, "program_edit", cast.mine.program) == NOT_THEIRS | {"cora": 403, "pia": 200}
    changed = rules | {"cadence_weeks": 3}
    expected = NOT_THEIRS | {"cora": 403, "pia": 302}
    assert statuses(as_user, cast, "program_edit", cast.mine.program, post=changed) == expected


def test_saving_rules_changes_them_and_says_so_in_the_trail(as_user, cast, rules):
    response = as_user(cast.pia).post(
        url("program_edit", cast.mine.program),
        rules | {"cadence_weeks": 3, "discloses_objective": "on", "time_zone": "berlin"},
    )
    assert response.status_code == 302
    program = Program.objects.get(pk=cast.mine.program.pk)
    assert (program.cadence_weeks, program.discloses_objective, program.time_zone) == (3, True, "Europe/Berlin")
    assert audited(program)[-1] == "program.edited"
    assert "keep their own terms" in said(response)[0]
    cast.mine.engagement.refresh_from_db()
    assert cast.mine.engagement.cadence_weeks == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("cadence_weeks", "0"),
        ("cadence_weeks", "27"),
        ("session_budget", "100000000000000000000"),
        ("session_budget", "ten"),
        ("planned_weeks", "261"),
        ("time_zone", "Middle/Earth"),
    ],
)
def test_bad_rules_get_a_message_beside_the_field_and_keep_what_was_typed(as_user, cast, rules, field, value):
    response = as_user(cast.pia).post(url("program_edit", cast.mine.program), rules | {field: value})
    assert list(errors(response)) == [field]
    assert response.context["form"][field].value() == value


def test_two_programs_of_an_organization_cannot_share_a_name(as_user, cast, rules):
    Program.objects.create(organization=cast.mine.organization, name="Board")
    response = as_user(cast.pia).post(url("program_edit", cast.mine.program), rules | {"name": "BOARD"})
    assert "already" in errors(response)["name"][0]


def test_a_person_put_in_charge_sees_the_program_at_once(as_user, cast):
    add_manager(program=cast.mine.program, user=cast.sten, by=cast.ada, now=at())
    assert as_user(cast.sten).get(url("program_detail", cast.mine.program)).status_code == 200
