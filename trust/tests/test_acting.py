"""What a program manager does about a flag: ask the coach for a word, and note that they talked."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.people import add_manager, remove_manager
from engagements.models import AuditEvent, Conversation, Letter
from engagements.tasks import send_letter
from trust.models import Flag
from trust.tests.mine import inside, page
from trust.tests.test_flags import raise_flag

NOON = at().replace(hour=12)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def flag(cast):
    return raise_flag(cast.mine.engagement)


def nudge(client, flag):
    return client.post(reverse("flag_nudge", args=[flag.pk]))


def post_letters():
    for letter in Letter.objects.filter(status="DUE"):
        send_letter(str(letter.pk))


def detail(client, engagement):
    return client.get(reverse("engagement_detail", args=[engagement.pk])).content.decode()


def test_the_coach_gets_a_mail_that_names_nobody_and_no_flag(flag, cast, as_user):
    assert nudge(as_user(cast.pia), flag).status_code == 302
    post_letters()
    assert [message.to for message in mail.outbox] == [[cast.cora.email]]
    text = mail.outbox[0].subject + mail.outbox[0].body
    assert "would like a word about one of your engagements" in text
    assert reverse("engagement_detail", args=[flag.engagement_id]) in text
    for word in ("Emil", "quiet", "flag", "Pia", "Program One"):
        assert word.lower() not in text.lower(), word


def test_both_are_told_when_it_was_asked(flag, cast, as_user):
    nudge(as_user(cast.pia), flag)
    with time_machine.travel(NOON + timedelta(days=2), tick=False):
        assert "asked for a word 2 days ago" in detail(as_user(cast.pia), cast.mine.engagement)
        assert "asked 2 days ago" in as_user(cast.pia).get(reverse("portfolio")).content.decode()
        page = detail(as_user(cast.cora), cast.mine.engagement)
    assert f"your program manager asked for a word on {NOON.day} {NOON:%b}" in page


def test_asked_twice_within_three_days_it_is_one_mail_and_after_that_two(flag, cast, as_user):
    nudge(as_user(cast.pia), flag)
    answer = as_user(cast.pia).post(reverse("flag_nudge", args=[flag.pk]), follow=True)
    assert "asked within the last three days" in answer.content.decode()
    assert Letter.objects.filter(kind="nudge").count() == 1
    assert reverse("flag_nudge", args=[flag.pk]) not in answer.content.decode()
    with time_machine.travel(NOON + timedelta(days=3, minutes=1), tick=False):
        nudge(as_user(cast.pia), flag)
    assert Letter.objects.filter(kind="nudge").count() == 2


@pytest.mark.parametrize("hidden", [{"level": "WATCH"}, {"kind": "STALLED"}])
def test_what_is_not_disclosed_does_not_exist(cast, as_user, hidden):
    flag = raise_flag(cast.mine.engagement, **hidden)
    Flag.objects.filter(pk=flag.pk).exclude(kind="STALLED", level="ALARM").update(level="WATCH")
    agreement = cast.mine.engagement.agreements.current().get()
    agreement.discloses_stalled = False
    agreement.save()
    assert nudge(as_user(cast.pia), flag).status_code == 404
    assert Flag.objects.get(pk=flag.pk).nudged_at is None
    assert not Letter.objects.filter(kind="nudge").exists()


def test_a_flag_that_closed_in_the_meantime_is_not_asked_about(flag, cast, as_user):
    Flag.objects.filter(pk=flag.pk).update(closed_at=NOON, closing="CLEARED")
    answer = as_user(cast.pia).post(reverse("flag_nudge", args=[flag.pk]), follow=True)
    assert "closed in the meantime" in answer.content.decode()
    assert not Letter.objects.filter(kind="nudge").exists()


def test_at_night_the_mail_waits_for_the_morning(flag, cast, as_user):
    with time_machine.travel(NOON.replace(hour=23), tick=False):
        nudge(as_user(cast.pia), flag)
    letter = Letter.objects.get(kind="nudge")
    assert (letter.send_after - NOON).total_seconds() == 19 * 3600


def test_a_manager_who_coaches_does_not_ask_themselves(flag, cast, as_user):
    add_manager(program=cast.mine.program, user=cast.cora, by=None, now=at())
    portfolio = as_user(cast.cora).get(reverse("portfolio")).content.decode()
    assert "Emil" in portfolio
    assert reverse("flag_nudge", args=[flag.pk]) not in portfolio


def test_who_manages_no_more_asks_no_more(flag, cast, as_user):
    membership = cast.mine.program.managers.get()
    remove_manager(membership=membership, by=cast.ada, now=at())
    assert nudge(as_user(cast.pia), flag).status_code == 404


# --- talked ---------------------------------------------------------------------------------------


def note(client, engagement, day, **more):
    return client.post(reverse("conversation_note", args=[engagement.pk]), {"held_on": f"{day}", **more})


def test_that_they_talked_stands_on_all_their_pages_and_in_the_executives_record(flag, cast, as_user):
    engagement, day = cast.mine.engagement, (NOON - timedelta(days=4)).date()
    answer = note(as_user(cast.pia), engagement, day, next="/portfolio/")
    assert (answer.status_code, answer.url) == (302, "/portfolio/")
    said = f"{day.day} {day:%b}"
    assert f"talked on {said}" in as_user(cast.pia).get(reverse("portfolio")).content.decode()
    assert f"program manager and coach, {said}" in detail(as_user(cast.pia), engagement)
    assert f"with your program manager, {said}" in detail(as_user(cast.cora), engagement)
    client, link = inside(engagement)
    assert f"Program manager and coach, {said}" in page(client, link, "mine").content.decode()
    assert f"program manager and coach, {said}" in page(client, link, "mine_managers_view").content.decode()
    record = page(client, link, "mine_export", "json").json()["conversations"]
    assert [(one["held_on"], one["noted_by"]) for one in record] == [(f"{day}", "Pia")]


def test_noted_twice_on_one_day_it_is_one_and_a_slip_can_be_taken_back(cast, as_user):
    engagement = cast.mine.engagement
    for _ in range(2):
        note(as_user(cast.pia), engagement, NOON.date())
    row = Conversation.objects.get()
    as_user(cast.pia).post(reverse("conversation_remove", args=[row.pk]))
    assert not Conversation.objects.exists()
    verbs = AuditEvent.objects.filter(subject_id=row.pk).order_by("at", "pk").values_list("verb", flat=True)
    assert set(verbs) == {"conversation.noted", "conversation.removed"}


@pytest.mark.parametrize(
    ("days", "words"), [(1, "This day is still to come."), (-400, "more than a year ago"), (None, "required")]
)
def test_an_impossible_day_is_said_beside_the_field(cast, as_user, days, words):
    day = "" if days is None else (NOON + timedelta(days=days)).date()
    answer = note(as_user(cast.pia), cast.mine.engagement, day)
    assert words in answer.content.decode()
    assert not Conversation.objects.exists()
