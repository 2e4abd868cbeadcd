"""More sessions: asked for, given, changed, declined, against the program's pool."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from coaching.tests.cast import active_engagement, at
from engagements.actions.engagements import change_status, edit_engagement
from engagements.actions.extensions import ask_for_more
from engagements.actions.people import add_executive, add_manager, edit_program
from engagements.forms.seen import seen_value
from engagements.models import AuditEvent, Engagement, Extension, Letter
from engagements.tasks import send_letter

ASK = {"sessions": 4, "ends_on": "", "reason": "OBJECTIVE_OPEN"}


def address(route, row):
    return reverse(route, args=[row.pk])


def again(row):
    return type(row).objects.get(pk=row.pk)


def give(client, engagement, **more):
    """Gives more from a page that was made now."""
    return client.post(address("extension_give", engagement), {"seen": seen_value(timezone.now())} | more)


def post_letters():
    for letter in Letter.objects.filter(status="DUE"):
        send_letter(str(letter.pk))
    return {message.to[0]: message for message in mail.outbox}


def pool(cast, size):
    edit_program(program=cast.mine.program, by=cast.pia, now=at(), session_pool=size)


@pytest.fixture
def engagement(cast):
    return cast.mine.engagement


@pytest.fixture
def asked(cast, engagement):
    later = engagement.ends_on + timedelta(days=30)
    return ask_for_more(engagement=engagement, sessions=4, ends_on=later, reason="LOST_TIME", by=cast.cora, now=at(-1))


def test_the_coach_asks_and_managers_get_a_mail_that_says_no_more(cast, engagement, as_user):
    answer = as_user(cast.cora).post(address("extension_ask", engagement), ASK)
    assert (answer.status_code, answer.url) == (302, address("engagement_detail", engagement))
    asked = Extension.objects.get()
    letter = post_letters()[cast.pia.email]
    assert address("extension_decide", asked) in letter.body
    assert "Emil" not in letter.body
    assert "objective" not in letter.body.lower()
    assert "1 coach asks for more sessions" in as_user(cast.pia).get(reverse("portfolio")).content.decode()
    listed = as_user(cast.pia).get(reverse("extension_list")).content.decode()
    assert "Emil" in listed
    assert "4 more sessions" in listed
    assert again(engagement).session_budget == engagement.session_budget


def test_a_second_request_waits_until_the_first_is_taken_back(cast, engagement, asked, as_user):
    page = as_user(cast.cora).get(address("extension_ask", engagement)).content.decode()
    assert "Waiting for a decision" in page
    answer = as_user(cast.cora).post(address("extension_ask", engagement), ASK)
    assert Extension.objects.count() == 1
    assert answer.status_code == 200
    as_user(cast.cora).post(address("extension_withdraw", asked))
    assert again(asked).status == "WITHDRAWN"
    as_user(cast.cora).post(address("extension_ask", engagement), ASK)
    assert Extension.objects.open().count() == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"sessions": ""}, "required"),
        ({"sessions": "0"}, "Choose a number of sessions, a later end, or both."),
        ({"sessions": "51"}, "less than or equal to 50"),
        ({"ends_on": "2001-01-01"}, "not later than the planned end"),
        ({"reason": ""}, "Choose what comes nearest."),
        ({"reason": "\x00"}, "Choose one of these."),
    ],
)
def test_what_cannot_be_asked_for_is_said_beside_the_field(cast, engagement, as_user, data, words):
    answer = as_user(cast.cora).post(address("extension_ask", engagement), ASK | data)
    assert words in answer.content.decode()
    assert not Extension.objects.exists()


def test_approved_as_asked_the_terms_change_and_the_coach_gets_a_mail(cast, engagement, asked, as_user):
    data = {"sessions": 4, "ends_on": f"{asked.ends_on_asked}"}
    as_user(cast.pia).post(address("extension_decide", asked), data)
    assert again(engagement).session_budget == engagement.session_budget + 4
    assert again(engagement).ends_on == asked.ends_on_asked
    assert (again(asked).status, again(asked).decided_by) == ("APPROVED", cast.pia)
    letter = post_letters()[cast.cora.email]
    assert address("engagement_detail", engagement) in letter.body
    verbs = set(AuditEvent.objects.filter(engagement_id=engagement.pk).values_list("verb", flat=True))
    assert {"extension.approved", "engagement.edited"} <= verbs
    page = as_user(cast.cora).get(address("engagement_detail", engagement)).content.decode()
    assert "4 more sessions" in page


def test_changed_it_says_so(cast, engagement, asked, as_user):
    as_user(cast.pia).post(address("extension_decide", asked), {"sessions": 2, "ends_on": ""})
    assert (again(asked).status, again(asked).sessions_given, again(asked).ends_on_given) == ("CHANGED", 2, None)
    assert again(engagement).session_budget == engagement.session_budget + 2


def test_declined_nothing_changes_and_the_coach_gets_a_mail(cast, engagement, asked, as_user):
    as_user(cast.pia).post(address("extension_decide", asked), {"decline": "1", "sessions": "x"})
    assert again(asked).status == "DECLINED"
    assert again(engagement).session_budget == engagement.session_budget
    assert cast.cora.email in post_letters()


def test_what_was_decided_is_not_decided_again(cast, engagement, asked, as_user):
    for _ in range(2):
        answer = as_user(cast.pia).post(address("extension_decide", asked), {"sessions": 4}, follow=True)
    assert "decided or taken back in the meantime" in answer.content.decode()
    assert again(engagement).session_budget == engagement.session_budget + 4
    assert "Approved with changes on" in as_user(cast.pia).get(address("extension_decide", asked)).content.decode()


def test_given_unasked_it_holds_at_once(cast, engagement, as_user):
    give(as_user(cast.pia), engagement, sessions=3)
    row = Extension.objects.get()
    assert (row.status, row.sessions_given, row.reason) == ("APPROVED", 3, "")
    assert again(engagement).session_budget == engagement.session_budget + 3


def test_from_a_page_that_is_older_than_the_last_change_nothing_is_given_until_it_was_seen(cast, engagement, as_user):
    client, before = as_user(cast.pia), timezone.now()
    give(client, engagement, sessions=3)
    answer = give(client, engagement, sessions=3, seen=seen_value(before))
    page = answer.content.decode()
    assert "Nothing more was given: this page was older than the last change." in page
    assert f"Agreed so far: {engagement.session_budget + 3} sessions" in page
    assert again(engagement).session_budget == engagement.session_budget + 3
    shown = int(answer.context["form"]["seen"].value())
    assert give(client, engagement, sessions=3, seen=shown).status_code == 302
    assert again(engagement).session_budget == engagement.session_budget + 6


def test_a_press_that_does_not_say_what_was_seen_gives_nothing(cast, engagement, as_user):
    for seen in ("", "x", "-1", "9" * 30):
        answer = give(as_user(cast.pia), engagement, sessions=3, seen=seen)
        assert "Have another look" in answer.content.decode(), seen
    assert not Extension.objects.exists()


def test_a_mail_is_announced_only_where_one_is_sent(cast, engagement, as_user):
    told = give(as_user(cast.pia), engagement, sessions=1)
    assert "The coach gets a mail." in as_user(cast.pia).get(told.url).content.decode()
    add_manager(program=cast.mine.program, user=cast.cora, by=None, now=at())
    Letter.objects.all().delete()
    cora = as_user(cast.cora)
    assert "gets a mail" not in cora.get(address("extension_give", engagement)).content.decode()
    page = cora.get(give(cora, engagement, sessions=1).url).content.decode()
    assert "Given." in page
    assert "gets a mail" not in page
    assert not Letter.objects.exists()


# --- what nobody can decide any more --------------------------------------------------------------


@pytest.mark.parametrize("end", [{"to": "COMPLETED"}, {"to": "ENDED_EARLY", "reason": "OTHER"}])
def test_with_the_end_of_an_engagement_its_request_is_taken_back(cast, engagement, asked, as_user, end):
    client = as_user(cast.pia)
    assert "1 coach asks for more sessions" in client.get(reverse("portfolio")).content.decode()
    change_status(engagement=engagement, by=cast.pia, now=at(), **end)
    assert (again(asked).status, again(asked).decided_by) == ("WITHDRAWN", cast.pia)
    assert "asks for more sessions" not in client.get(reverse("portfolio")).content.decode()
    assert "No request is waiting" in client.get(reverse("extension_list")).content.decode()
    assert "Give it" not in client.get(address("extension_decide", asked)).content.decode()
    assert AuditEvent.objects.filter(verb="extension.withdrawn", subject_id=asked.pk).count() == 1


def test_another_coach_does_not_inherit_a_request(cast, engagement, as_user):
    engagement.sealed_texts.all().delete()  # nothing is confided yet, so the engagement itself passes on
    asked = ask_for_more(engagement=engagement, sessions=4, ends_on=None, reason="NEW_ROLE", by=cast.cora, now=at(-1))
    edit_engagement(engagement=engagement, coach=cast.otto, by=cast.pia, now=at())
    assert again(asked).status == "WITHDRAWN"
    assert again(engagement).coach == cast.otto
    page = as_user(cast.otto).get(address("extension_ask", engagement)).content.decode()
    assert "Waiting for a decision" not in page


def test_a_pause_leaves_a_request_where_it_is(cast, engagement, asked):
    change_status(engagement=engagement, to="PAUSED", by=cast.pia, now=at())
    assert again(asked).is_open


# --- many -----------------------------------------------------------------------------------------


def test_many_requests_come_in_pages_the_oldest_first(cast, as_user):
    for number in range(52):
        known = {"name": f"E{number:02}", "email": f"e{number}@client.example"}
        executive = add_executive(organization=cast.mine.organization, by=None, now=at(), **known)
        row = active_engagement(program=cast.mine.program, coach=cast.cora, executive=executive, by=cast.pia)
        more = {"sessions": 1, "ends_on": None, "reason": "NEW_ROLE", "by": cast.cora}
        ask_for_more(engagement=row, now=at(-1) + timedelta(minutes=number), **more)
    client = as_user(cast.pia)
    first, second = (client.get(reverse("extension_list"), {"page": page}).content.decode() for page in (1, 2))
    assert ("E00" in first, "E49" in first, "E50" in first) == (True, True, False)
    assert ("E49" in second, "E51" in second) == (False, True)
    assert "1 to 50 of 52" in first
    assert client.get(reverse("extension_list"), {"page": "x"}).status_code == 200


# --- the pool -------------------------------------------------------------------------------------


def test_beyond_the_pool_nothing_is_given_and_the_field_says_why(cast, engagement, asked, as_user):
    pool(cast, engagement.session_budget + 3)
    data = {"sessions": 4, "ends_on": "", "seen": seen_value(timezone.now())}
    for route, row in (("extension_give", engagement), ("extension_decide", asked)):
        page = as_user(cast.pia).get(address(route, row)).content.decode()
        assert (
            f"Of {engagement.session_budget + 3} sessions in the pool {engagement.session_budget} are used, 3 left."
            in page
        )
        answer = as_user(cast.pia).post(address(route, row), data)
        assert "has 3 sessions left, and this takes 4 more" in answer.content.decode()
    assert again(engagement).session_budget == engagement.session_budget
    assert again(asked).is_open
    as_user(cast.pia).post(address("extension_decide", asked), {"sessions": 3})
    assert again(engagement).session_budget == engagement.session_budget + 3


def test_terms_and_new_engagements_keep_to_the_pool_too(cast, engagement, as_user):
    pool(cast, engagement.session_budget + 3)
    terms = {
        "coach": cast.cora.pk, "starts_on": engagement.starts_on, "ends_on": engagement.ends_on,
        "session_budget": engagement.session_budget + 4, "cadence_weeks": 2,
    }  # fmt: skip
    answer = as_user(cast.pia).post(address("engagement_edit", engagement), terms)
    assert "3 sessions left" in answer.content.decode()
    new = {
        "program": cast.mine.program.pk, "coach": cast.cora.pk, "new_name": "Eva", "new_email": "eva@client.example",
        "starts_on": at().date(), "session_budget": 4, "new_language": "en",
    }  # fmt: skip
    answer = as_user(cast.pia).post(reverse("engagement_create"), new)
    assert "3 sessions left" in answer.content.decode()
    assert Engagement.objects.filter(program=cast.mine.program).count() == 1
    as_user(cast.pia).post(reverse("engagement_create"), new | {"session_budget": 3})
    assert Engagement.objects.filter(program=cast.mine.program).count() == 2


def test_what_was_declined_gives_its_sessions_back_and_what_ended_does_not(cast, engagement, as_user):
    eva = add_executive(organization=cast.mine.organization, name="Eva", email="eva@client.example", by=None, now=at())
    second = active_engagement(program=cast.mine.program, coach=cast.cora, executive=eva, by=cast.pia)
    pool(cast, engagement.session_budget + second.session_budget)
    change_status(engagement=second, to="COMPLETED", by=cast.pia, now=at())
    answer = give(as_user(cast.pia), engagement, sessions=1)
    assert "0 sessions left" in answer.content.decode()
    Engagement.objects.filter(pk=second.pk).update(status="DECLINED", reason="FIT")
    give(as_user(cast.pia), engagement, sessions=1)
    assert again(engagement).session_budget == engagement.session_budget + 1


def test_a_pool_is_not_smaller_than_what_is_given_away(cast, engagement, as_user):
    page = as_user(cast.pia).get(address("program_edit", cast.mine.program))
    data = {name: value for name, value in page.context["form"].initial.items() if value not in (None, False)}
    answer = as_user(cast.pia).post(address("program_edit", cast.mine.program), data | {"session_pool": 2})
    assert f"{engagement.session_budget} sessions are given to engagements already" in answer.content.decode()
    as_user(cast.pia).post(address("program_edit", cast.mine.program), data | {"session_pool": 40})
    assert again(cast.mine.program).session_pool == 40
