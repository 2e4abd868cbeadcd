"""Many engagements at once: a page that says what will happen, then each by itself."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coaching.tests.cast import active_engagement, at
from engagements.actions.engagements import change_status
from engagements.actions.people import add_executive, add_manager, add_program, edit_program
from engagements.models import AuditEvent, Engagement, Extension, Letter
from engagements.tasks import send_letter

PAGE = "/portfolio/selected/"


def hire(cast, name, coach=None):
    known = {"organization": cast.mine.organization, "name": name, "email": f"{name.lower()}@client.example"}
    executive = add_executive(**known, by=None, now=at())
    return active_engagement(
        program=cast.mine.program, coach=coach or cast.cora, executive=executive, by=cast.pia, objective=""
    )


@pytest.fixture
def three(cast):
    """Emil with a session to log, Eva with nothing booked, and Erna of another program."""
    return [cast.mine.engagement, hire(cast, "Eva"), cast.other.engagement]


def review(client, action, engagements):
    return client.post(PAGE, {"action": action, "row": [one.pk for one in engagements]})


def confirm(client, page, **more):
    """Presses the button of the page that says what will happen."""
    form = page.content.decode().split('<form class="panel"')[1].split("</form>")[0]
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    data = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    return client.post(PAGE, data | more, follow=True)


def status(engagement):
    return Engagement.objects.get(pk=engagement.pk).status


def test_nothing_happens_before_it_is_confirmed_and_then_to_own_ones_alone(cast, three, as_user):
    client = as_user(cast.pia)
    page = review(client, "PAUSE", three)
    assert "Pause: 2 of 2" in page.content.decode()
    assert "Erna" not in page.content.decode()
    assert [status(one) for one in three] == ["ACTIVE"] * 3
    answer = confirm(client, page)
    assert "2 engagements paused." in answer.content.decode()
    assert [status(one) for one in three] == ["PAUSED", "PAUSED", "ACTIVE"]


def test_rows_of_others_and_rows_that_are_not_there_are_answered_alike(cast, three, as_user):
    client = as_user(cast.pia)
    answers = [
        client.post(PAGE, {"action": "PAUSE", "row": row}, follow=True).content.decode()
        for row in (three[2].pk, "00000000-0000-4000-8000-000000000000", "nonsense")
    ]
    told = [re.sub(r"[A-Za-z0-9]{64}", "", answer) for answer in answers]
    assert told[0] == told[1] == told[2]
    assert "Nothing changed" in told[0]


def test_what_cannot_be_done_is_said_with_the_reason_and_holds_up_nobody(cast, three, as_user):
    change_status(engagement=three[1], to="PAUSED", by=cast.pia, now=at())
    client = as_user(cast.pia)
    page = review(client, "PAUSE", three)
    assert "Pause: 1 of 2" in page.content.decode()
    assert "<b>Eva</b>: it is paused." in page.content.decode()
    both = {"row": [one.pk for one in three[:2]]}
    answer = confirm(client, page, **both)
    assert "1 engagement paused. Not Eva: it is paused." in answer.content.decode()


def test_coaches_are_reminded_by_one_mail_that_names_nobody(cast, three, as_user):
    client = as_user(cast.pia)
    booked = hire(cast, "Zoe", coach=cast.otto)
    answer = confirm(client, review(client, "REMIND", [*three, booked]))
    assert "3 engagements reminded." in answer.content.decode()
    for letter in Letter.objects.filter(status="DUE"):
        letter.send_after = at(-1)
        letter.save()
        send_letter(str(letter.pk))
    assert sorted(message.to[0] for message in mail.outbox) == [cast.cora.email, cast.otto.email]
    assert not any(name in message.body for message in mail.outbox for name in ("Emil", "Eva", "Zoe", "Pia"))
    assert AuditEvent.objects.filter(verb="engagement.coach_reminded").count() == 3


def test_reminded_again_on_the_same_day_it_says_so(cast, three, as_user):
    client = as_user(cast.pia)
    page = review(client, "REMIND", three[:1])
    confirm(client, page)
    assert "reminded today already" in confirm(client, page).content.decode()
    assert Letter.objects.filter(kind="manager_reminder").count() == 1


def test_who_owes_nothing_is_not_reminded(cast, as_user):
    cast.mine.session.delete()
    page = review(as_user(cast.pia), "REMIND", [cast.mine.engagement]).content.decode()
    assert "nothing waits for a log" in page


def test_extended_by_sessions_within_the_pool(cast, three, as_user):
    client, budget = as_user(cast.pia), three[0].session_budget
    edit_program(program=cast.mine.program, by=cast.pia, now=at(), session_pool=2 * budget + 5)
    page = review(client, "EXTEND", three)
    assert "5 left. 2 of its engagements are selected." in page.content.decode()
    answer = confirm(client, page, sessions="3")
    assert "1 engagement extended." in answer.content.decode()
    assert "has 2 sessions left" in answer.content.decode()
    assert Extension.objects.get().sessions_given == 3


def test_pressed_twice_it_is_given_once(cast, three, as_user):
    client, budget = as_user(cast.pia), three[0].session_budget
    page = review(client, "EXTEND", three[:1])
    confirm(client, page, sessions="3")
    assert "it has changed since you looked" in confirm(client, page, sessions="3").content.decode()
    assert Engagement.objects.get(pk=three[0].pk).session_budget == budget + 3


@pytest.mark.parametrize("sessions", ["", "0", "51", "x", "9" * 30])
def test_a_number_that_is_none_comes_back_with_the_page(cast, three, as_user, sessions):
    client = as_user(cast.pia)
    answer = confirm(client, review(client, "EXTEND", three), sessions=sessions)
    assert "Extend: 2 of 2" in answer.content.decode()
    assert "invalid-feedback" in answer.content.decode()
    assert not Extension.objects.exists()


def test_two_hundred_rows_are_taken_and_no_more(cast, as_user):
    keys = [f"00000000-0000-4000-8000-{number:012d}" for number in range(200)]
    answer = as_user(cast.pia).post(PAGE, {"action": "PAUSE", "row": [*keys, cast.mine.engagement.pk]}, follow=True)
    assert "Nothing changed" in answer.content.decode()


def test_the_portfolio_leads_there(cast, as_user):
    page = as_user(cast.pia).get(reverse("portfolio")).content.decode()
    assert f'formaction="{PAGE}"' in page
    assert f'name="row" value="{cast.mine.engagement.pk}"' in page


def test_the_pools_of_many_programs_take_no_more_queries_than_of_one(cast, as_user):
    programs = [cast.mine.program]
    for number in range(4):
        programs.append(add_program(organization=cast.mine.organization, name=f"P{number}", by=None, now=at()))
        add_manager(program=programs[-1], user=cast.pia, by=None, now=at())
    rows = []
    for number, program in enumerate(programs):
        edit_program(program=program, by=cast.pia, now=at(), session_pool=100 + number)
        known = {"name": f"E{number}", "email": f"e{number}@client.example"}
        executive = add_executive(organization=cast.mine.organization, by=None, now=at(), **known)
        rows.append(active_engagement(program=program, coach=cast.cora, executive=executive, by=cast.pia))
    client, counts = as_user(cast.pia), []
    review(client, "EXTEND", rows)
    for selected in (rows[:1], rows):
        with CaptureQueriesContext(connection) as queries:
            page = review(client, "EXTEND", selected).content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert all(f"Of {100 + number} sessions in the pool" in page for number in range(5))
