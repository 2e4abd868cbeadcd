"""Whether it lasted, over groups: what executives answered, where their page said that it counts, frozen once."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coaching.tests.cast import at
from engagements.actions.endings import answer_follow_up, ask_follow_up
from engagements.actions.engagements import change_status
from engagements.actions.keys import erase_engagement_texts
from engagements.models import Engagement, FollowUp, Letter, Party, Status
from engagements.tasks import send_letter
from trust.actions.cohort import freeze_what_is_due
from trust.models import CohortLasting
from trust.models.cohort import NeverChanged
from trust.tests.test_cohort import IN_QUARTER, QUARTER, engage, page, rate

pytestmark = pytest.mark.django_db


def end(engagement, said, *, now=IN_QUARTER, party=Party.EXECUTIVE):
    """Ends an engagement, and asks 30 days later whether it lasted; `said`: the answer, None for silence."""
    engagement = change_status(engagement=engagement, to=Status.COMPLETED, by=engagement.coach, now=now)
    later = now + timedelta(days=30)
    row = engagement.follow_ups.get(days=30, party=party)
    assert ask_follow_up(follow_up_id=row.pk, now=later)
    if said:
        answer_follow_up(follow_up=row, lasting=said, words="", by=None, now=later + timedelta(days=2))
    return row


@pytest.fixture
def ended(cast):
    """Six executives of two coaches: four say that it lasts, one that it faded, one says nothing."""
    made = [engage(cast, k, (cast.cora, cast.otto)[k % 2]) for k in range(6)]
    for engagement, said in zip(made, ("LASTING",) * 4 + ("FADED", None), strict=True):
        rate(engagement, 4, when=IN_QUARTER - timedelta(days=40))
        end(engagement, said)
    return made


def freeze():
    freeze_what_is_due(now=timezone.now())


def written():
    names = ("asked", "answering", "lasting", "lasting_bound", "partly", "partly_bound", "faded", "faded_bound")
    return list(CohortLasting.objects.filter(period__starts_on=QUARTER).values_list(*names))


def test_answers_of_a_quarter_are_written_in_shares(ended):
    freeze()
    assert written() == [(6, 8, 8, "MORE", 2, "LESS", 2, "LESS")]


def test_what_coaches_answer_is_not_counted(cast, ended):
    for engagement in ended:
        row = engagement.follow_ups.get(days=30, party=Party.COACH)
        ask_follow_up(follow_up_id=row.pk, now=IN_QUARTER + timedelta(days=30))
        answer_follow_up(
            follow_up=row, lasting="FADED", words="", by=engagement.coach, now=IN_QUARTER + timedelta(days=31)
        )
    freeze()
    assert written() == [(6, 8, 8, "MORE", 2, "LESS", 2, "LESS")]


def test_an_answer_given_under_other_words_is_not_counted_and_nor_is_its_question(ended):
    FollowUp.objects.filter(engagement=ended[5]).update(is_for_groups=False)
    FollowUp.objects.filter(engagement=ended[0]).update(is_for_groups=False)
    freeze()
    assert written() == []  # four are left who answered
    assert FollowUp.objects.filter(is_for_groups=True).count() == 4


@pytest.mark.parametrize("how", ["agreement", "objection", "erasure"])
def test_whoever_may_not_be_counted_is_not(cast, ended, how):
    if how == "agreement":
        ended[0].agreements.update(discloses_cohort=False)
    elif how == "objection":
        Engagement.objects.filter(pk=ended[0].pk).update(judging_declined_at=at())
    else:
        erase_engagement_texts(engagement=ended[0], by=cast.cora, now=at())
    freeze()
    assert written() == []


def test_what_is_answered_or_erased_later_changes_nothing(cast, ended):
    freeze()
    before = written()
    FollowUp.objects.update(lasting="FADED", answered_at=at())
    erase_engagement_texts(engagement=ended[0], by=cast.cora, now=at())
    freeze()
    assert written() == before


def test_the_row_refuses_to_be_changed_in_code_and_in_the_database(ended):
    freeze()
    row = CohortLasting.objects.get()
    for change in (row.save, row.delete, CohortLasting.objects.all().delete):
        with pytest.raises(NeverChanged):
            change()
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE trust_cohortlasting SET asked = asked")


def test_the_manager_reads_it_and_nobody_else(as_user, cast, ended):
    freeze()
    address = reverse("program_detail", args=[cast.mine.program.pk])
    html = as_user(cast.pia).get(address).content.decode()
    assert re.search(r"Lasting <b>80 % or more</b>.*Faded <b>20 % or less</b>", html, re.DOTALL)
    assert "80 % or more of those asked answered, of 6 people" in html
    assert "Did it last?" not in as_user(cast.cora).get(address).content.decode()
    for user in (cast.cora, cast.otto, cast.petra, cast.ada, cast.sten):
        assert not CohortLasting.objects.visible_to(user).exists()
    assert page(as_user, cast.pia, cast.mine.program).status_code == 200


def test_four_who_answer_look_like_nobody_who_was_asked(as_user, cast, ended):
    FollowUp.objects.filter(engagement=ended[0]).update(lasting="", answered_at=None)
    freeze()
    html = page_of(as_user, cast).content.decode()
    asked, nobody_asked = re.findall(r'<td data-label="Did it last\?">(.*?)</td>', html, re.DOTALL)
    assert asked == nobody_asked
    assert "Not shown" in asked


def page_of(as_user, cast):
    return as_user(cast.pia).get(reverse("program_detail", args=[cast.mine.program.pk]))


def test_the_executive_is_told_that_the_answer_counts_and_only_where_it_does(cast):
    mine, other = cast.mine.engagement, cast.other.engagement
    other.agreements.update(discloses_cohort=False)
    for engagement, said_so in ((mine, True), (other, False)):
        mail.outbox.clear()
        end(engagement, None, now=at(-31))
        send_letter(str(Letter.objects.filter(status="DUE").latest("created_at").pk))
        (message,) = [one for one in mail.outbox if "Is it still so" in one.subject]
        client = Client()
        address = client.get(re.search(r"http://[^/]+(/link/\S+)", message.body)[1])["Location"]
        assert ("counts without your name" in client.get(address).content.decode()) is said_so
        client.post(address, {"lasting": "PARTLY"})
        row = engagement.follow_ups.get(days=30, party=Party.EXECUTIVE)
        assert (row.lasting, row.is_for_groups) == ("PARTLY", said_so)
