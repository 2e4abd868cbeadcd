"""The list of a coach's own engagements."""

from coaching.tests.cast import active_engagement, at
from engagements.actions.engagements import change_status
from engagements.actions.people import add_executive, add_manager
from engagements.models import Status
from engagements.tests.asking import url


def another(cast, name):
    organization = cast.mine.organization
    executive = add_executive(organization=organization, name=name, email=f"{name}@client.example", by=None, now=at())
    return active_engagement(program=cast.mine.program, coach=cast.cora, executive=executive, by=cast.pia)


def test_a_coach_finds_every_engagement_open_and_ended(as_user, cast):
    done = another(cast, "Edda")
    change_status(engagement=done, to=Status.COMPLETED, by=cast.cora, now=at())
    client = as_user(cast.cora)
    shown = {
        tab: client.get(url("engagement_list"), {"show": tab}).content.decode() for tab in ("open", "ended", "all")
    }
    found = {tab: [name for name in ("Emil", "Edda", "Erna") if name in page] for tab, page in shown.items()}
    assert found == {"open": ["Emil"], "ended": ["Edda"], "all": ["Emil", "Edda"]}
    assert url("engagement_detail", done) in shown["ended"]


def test_what_a_coach_only_manages_stands_in_the_portfolio_not_here(as_user, cast):
    add_manager(program=cast.other.program, user=cast.cora, by=None, now=at())
    assert "Erna" not in as_user(cast.cora).get(url("engagement_list"), {"show": "all"}).content.decode()


def test_the_list_stands_in_the_head_of_every_page_of_a_coach_and_of_nobody_else(as_user, cast):
    link = f'<a href="{url("engagement_list")}"'
    assert link in as_user(cast.cora).get(url("profile")).content.decode()
    assert link not in as_user(cast.pia).get(url("profile")).content.decode()


def test_the_list_needs_no_query_per_engagement(as_user, cast, django_assert_max_num_queries):
    for name in ("Edda", "Eike", "Elsa", "Enno", "Ewa"):
        another(cast, name)
    client = as_user(cast.cora)
    with django_assert_max_num_queries(12):
        client.get(url("engagement_list"))
