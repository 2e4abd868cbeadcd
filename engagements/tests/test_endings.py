"""The short close of an engagement, and whether it lasted after 30, 90 and 180 days."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.endings import ask_follow_up
from engagements.actions.engagements import change_status
from engagements.models import Ending, FollowUp, Letter, Party, Program, SealedText, Status
from engagements.tasks import ask_follow_ups, send_letter

FEBRUARY = datetime(2030, 2, 1, 12, tzinfo=UTC)  # the month is over before day 30
CLOSE = {"reached": "PARTLY", "depth": "WORKS_HERE", "words": "He asks first now."}


@pytest.fixture
def ended(cast):
    return change_status(engagement=cast.mine.engagement, to=Status.COMPLETED, by=cast.cora, now=at(-31))


def ask(*, days, now):
    for row in FollowUp.objects.filter(days=days):
        ask_follow_up(follow_up_id=row.pk, now=now)
    for letter in Letter.objects.filter(status="DUE"):
        send_letter(str(letter.pk))


def link_for_emil():
    (message,) = [one for one in mail.outbox if "Is it still so" in one.subject]
    client = Client()
    return client, client.get(re.search(r"http://[^/]+(/link/\S+)", message.body)[1])["Location"]


def detail(ended):
    return reverse("engagement_detail", args=[ended.pk])


def test_the_coach_who_completes_an_engagement_is_led_to_the_close(as_user, cast):
    page = reverse("engagement_status", args=[cast.mine.engagement.pk])
    answer = as_user(cast.cora).post(page, {"to": "COMPLETED"})
    assert answer.url == reverse("ending", args=[cast.mine.engagement.pk])


def test_the_close_is_written_sealed_and_can_be_put_right(as_user, cast, ended):
    page = reverse("ending", args=[ended.pk])
    as_user(cast.cora).post(page, CLOSE)
    html = as_user(cast.cora).get(page).content.decode()
    assert "He asks first now." in html
    as_user(cast.cora).post(page, CLOSE | {"reached": "REACHED", "is_referred": "on"})
    assert (Ending.objects.get().reached, Ending.objects.get().is_referred) == ("REACHED", True)
    assert SealedText.objects.filter(kind="ENDING", is_current=True).count() == 1


def test_there_is_no_close_while_the_engagement_runs_and_what_was_typed_stays(as_user, cast):
    page = reverse("ending", args=[cast.mine.engagement.pk])
    html = as_user(cast.cora).post(page, CLOSE).content.decode()
    assert "End the engagement first." in html
    assert "He asks first now." in html


def test_both_are_asked_on_their_days_and_once(ended):
    assert sorted(FollowUp.objects.values_list("days", "party")) == sorted(
        (days, party) for days in (30, 90, 180) for party in ("COACH", "EXECUTIVE")
    )
    ask_follow_ups()
    ask_follow_ups()
    assert set(FollowUp.objects.filter(asked_at__isnull=False).values_list("days", flat=True)) == {30}
    assert Letter.objects.filter(kind__startswith="follow_up").count() == 2


def test_the_executive_answers_by_link_and_the_coach_reads_it(as_user, cast, ended):
    ask(days=30, now=at())
    client, page = link_for_emil()
    assert "Is it still so?" in client.get(page).content.decode()
    client.post(page, {"lasting": "FADED", "words": "Old habits."})
    html = as_user(cast.cora).get(detail(ended)).content.decode()
    assert "Faded" in html
    assert "Old habits." in html
    client.post(page, {"lasting": "PARTLY", "words": ""})
    assert FollowUp.objects.get(days=30, party=Party.EXECUTIVE).lasting == "PARTLY"


def test_the_coach_answers_from_the_page(as_user, cast, ended):
    ask(days=30, now=at())
    row = FollowUp.objects.get(days=30, party=Party.COACH)
    assert reverse("follow_up", args=[row.pk]) in as_user(cast.cora).get(detail(ended)).content.decode()
    as_user(cast.cora).post(reverse("follow_up", args=[row.pk]), {"lasting": "LASTING"})
    assert FollowUp.objects.get(pk=row.pk).lasting == "LASTING"


def test_after_three_weeks_it_is_not_asked_any_more(as_user, cast, ended):
    ask(days=30, now=at())
    client, page = link_for_emil()
    FollowUp.objects.update(asked_at=at() - timedelta(days=22))
    assert client.post(page, {"lasting": "LASTING"}).status_code == 404
    row = FollowUp.objects.get(days=30, party=Party.COACH)
    answer = as_user(cast.cora).post(reverse("follow_up", args=[row.pk]), {"lasting": "LASTING"})
    assert "not asked any more" in answer.content.decode()


def test_an_engagement_that_was_declined_is_not_followed_up(cast):
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize("who", ["pia", "ada", "otto", "sten"])
def test_nobody_but_the_coach_sees_close_and_answers(as_user, cast, ended, who):
    ask(days=30, now=at())
    client = as_user(getattr(cast, who))
    row = FollowUp.objects.get(days=30, party=Party.COACH)
    for address in (reverse("ending", args=[ended.pk]), reverse("follow_up", args=[row.pk])):
        assert client.get(address).status_code == 404
    assert b"Did it last" not in client.get(detail(ended)).content


@pytest.mark.parametrize(
    ("months", "promised"),
    [(24, "after 30, 90 and 180 days."), (4, "after 30 and 90 days."), (2, "after 30 days."), (1, "Nobody is asked")],
)
def test_no_question_is_promised_for_a_day_on_which_words_are_erased_already(as_user, cast, months, promised):
    Program.objects.update(retention_months=months)
    engagement = change_status(engagement=cast.mine.engagement, to=Status.COMPLETED, by=cast.cora, now=FEBRUARY)
    client, page = as_user(cast.cora), reverse("ending", args=[engagement.pk])
    assert promised in client.get(page).content.decode()
    told = client.post(page, CLOSE, follow=True).content.decode()
    assert promised in told
    assert ("asked on" in told) == (months > 1)
    assert ("180 days" in told) == (months == 24)


def test_a_manager_who_keeps_words_for_less_than_seven_months_is_told_what_goes_unasked(as_user, cast):
    names = ("name", "time_zone", "cadence_weeks", "session_budget", "planned_weeks")
    rules = {name: getattr(cast.mine.program, name) for name in names}
    page = reverse("program_edit", args=[cast.mine.program.pk])
    for months, is_told in ((7, False), (6, True)):
        told = as_user(cast.pia).post(page, rules | {"retention_months": months}, follow=True).content.decode()
        assert ("comes too late" in told) == is_told
