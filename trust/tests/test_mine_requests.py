"""What an executive asks for and decides: opinions, corrections, objections, erasing, check-ins, judging."""

import re

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coaching.tests.cast import at
from engagements.actions.sessions import schedule_session
from engagements.models import AuditEvent, DataRequest, Executive, ExportItem, Letter, LetterStatus, Look, SealedText
from engagements.tasks import send_due_letters, send_letter
from trust.actions.data_requests import ask_for_opinions, make_request
from trust.actions.executive_choices import set_judging
from trust.actions.judging import judge_engagements
from trust.actions.session_log import log_session
from trust.instrument import COACH_ITEMS
from trust.models import CheckIn, CheckInStatus, Flag, Judgement, engagements_to_judge
from trust.tasks import send_check_in, send_due_check_ins
from trust.tests.mine import inside, new_link, send, text_of
from trust.tests.test_mine import NOTE, POINT, fill

WORDS = "My objective was never to delegate more."


@pytest.fixture(autouse=True)
def nobody_has_tried_yet():
    cache.clear()


@pytest.fixture
def mine(cast):
    """Emil's browser, in; `ask` sends one request."""
    client, link = inside(fill(cast.mine))
    cast.ask = lambda word, **said: send(client, link, "mine_request", word, **said).content.decode()
    cast.page = lambda *args: text_of(client, link, *args)
    cast.send = lambda name, *args, **said: send(client, link, name, *args, **said).content.decode()
    return cast


def deliver():
    """Sends what is owed now, as the job does."""
    for letter in Letter.objects.due(timezone.now()):
        send_letter(str(letter.pk))
    return mail.outbox


# --- opinions -------------------------------------------------------------------------------------


def test_asking_for_opinions_makes_one_item_for_each_that_is_kept(mine):
    told = mine.ask("opinions")
    assert "Asked." in told
    request = DataRequest.objects.get()
    assert (request.due_on - timezone.localdate(timezone.now())).days == 30
    kinds = sorted(request.items.values_list("kind", flat=True))
    assert kinds == ["FLAG", "FLAG", "FLAG", "JUDGEMENT", "ORIENTATION", "POINT", "READING", "SESSION_NOTE"]
    assert "0 of 8 decided" in mine.page()
    assert "Ask for the opinions about me" not in mine.page()


def test_the_coach_learns_of_it_by_a_letter_without_content(mine):
    mine.ask("correction", words=WORDS)
    message = deliver()[-1]
    assert message.to == [mine.cora.email]
    assert "Emil" in message.body
    assert WORDS not in message.body
    assert "orrection" not in message.body + message.subject
    assert reverse("data_request", args=[DataRequest.objects.get().pk]) in message.body


def test_the_coach_gives_out_and_holds_back_and_the_executive_is_told_at_the_end(mine, as_user):
    mine.ask("opinions")
    client, request = as_user(mine.cora), DataRequest.objects.get()
    shown = client.get(reverse("data_request", args=[request.pk])).content.decode()
    for words in (NOTE, POINT, "3 of 7", "Balanced", "Trust seems to stand still"):
        assert words in shown, words
    items = list(request.items.order_by("kind"))
    for item in items[:-1]:
        client.post(reverse("export_item", args=[item.pk]), {"decision": "GIVE_OUT", "reason": ""})
    assert not Letter.objects.filter(kind="request_answered").exists()
    client.post(reverse("export_item", args=[items[-1].pk]), {"decision": "HOLD_BACK", "reason": "OTHERS"})
    request.refresh_from_db()
    assert (request.status, request.answered_by) == ("GRANTED", mine.cora)
    message = deliver()[-1]
    assert message.to == [mine.emil.email]
    assert "/link/" in message.body
    assert NOTE not in message.body
    told = mine.page()
    assert POINT in told
    assert "It would tell of somebody else" in told
    assert NOTE not in told  # the last one, held back


def test_what_was_given_out_cannot_be_taken_back(mine, as_user):
    mine.ask("opinions")
    item = ExportItem.objects.get(kind="SESSION_NOTE")
    address = reverse("export_item", args=[item.pk])
    as_user(mine.cora).post(address, {"decision": "GIVE_OUT"})
    told = as_user(mine.cora).post(address, {"decision": "HOLD_BACK", "reason": "LAW"}, follow=True).content.decode()
    assert "cannot be taken back" in told
    assert NOTE in mine.page()


def test_what_is_left_can_be_given_out_at_once_and_what_was_held_back_stays(mine, as_user):
    mine.ask("opinions")
    request = DataRequest.objects.get()
    item = ExportItem.objects.get(kind="SESSION_NOTE")
    client, address = as_user(mine.cora), reverse("data_request", args=[request.pk])
    client.post(reverse("export_item", args=[item.pk]), {"decision": "HOLD_BACK", "reason": "OTHERS"})
    client.post(address, {})
    assert ExportItem.objects.filter(decision="OPEN").count() == 7
    assert "Emil is told by mail" in client.post(address, {"the_rest": "GIVE_OUT"}, follow=True).content.decode()
    request.refresh_from_db()
    assert request.status == "GRANTED"
    assert POINT in mine.page()
    assert NOTE not in mine.page()


def test_holding_back_needs_a_reason_and_may_be_thought_over(mine, as_user):
    mine.ask("opinions")
    item = ExportItem.objects.get(kind="SESSION_NOTE")
    address = reverse("export_item", args=[item.pk])
    assert (
        "Choose a reason" in as_user(mine.cora).post(address, {"decision": "HOLD_BACK"}, follow=True).content.decode()
    )
    as_user(mine.cora).post(address, {"decision": "HOLD_BACK", "reason": "CLAIM"})
    assert "Needed for a legal claim" in mine.page()
    as_user(mine.cora).post(address, {"decision": "GIVE_OUT"})
    assert NOTE in mine.page()


@pytest.mark.parametrize("said", [{}, {"decision": "x"}, {"decision": "HOLD_BACK", "reason": "BECAUSE"}])
def test_a_decision_that_is_none_decides_nothing(mine, as_user, said):
    mine.ask("opinions")
    item = ExportItem.objects.get(kind="READING")
    assert as_user(mine.cora).post(reverse("export_item", args=[item.pk]), said).status_code == 302
    item.refresh_from_db()
    assert item.decision == "OPEN"


def test_nobody_but_the_coach_decides_on_opinions(mine, as_user):
    mine.ask("opinions")
    item = ExportItem.objects.get(kind="READING")
    for name in ("pia", "otto", "petra", "ada", "sten"):
        answer = as_user(getattr(mine, name)).post(reverse("export_item", args=[item.pk]), {"decision": "GIVE_OUT"})
        assert answer.status_code == 404, name
    assert not SealedText.objects.filter(kind="RELEASED").exists()


def test_nothing_is_released_by_time_and_overdue_is_shown_to_all_three(mine, as_user):
    mine.ask("opinions")
    with time_machine.travel(at(33), tick=False):
        send_due_letters()
        for name in ("cora", "pia"):
            told = as_user(getattr(mine, name)).get(reverse("data_request_list")).content.decode()
            assert "Overdue" in told, name
        assert "1 overdue" in as_user(mine.cora).get(reverse("home")).content.decode()
        assert "1 overdue" in as_user(mine.pia).get(reverse("portfolio")).content.decode()
        client, link = inside(mine.mine.engagement)
        told = text_of(client, link)
        assert "overdue since" in told
        assert NOTE not in told
    assert not ExportItem.objects.exclude(decision="OPEN").exists()


def test_a_week_before_it_is_due_whoever_answers_is_reminded_unless_it_is_answered(mine, as_user):
    mine.ask("correction", words=WORDS)
    mine.ask("objection", words=WORDS)
    correction = DataRequest.objects.get(kind="CORRECTION")
    as_user(mine.cora).post(reverse("data_request", args=[correction.pk]), {"outcome": "DONE"})
    reminders = Letter.objects.filter(kind="request_reminder")
    assert sorted(reminders.values_list("status", flat=True)) == [LetterStatus.DROPPED, LetterStatus.DUE]
    assert not Letter.objects.due(at(22)).filter(kind="request_reminder").exists()
    assert Letter.objects.due(at(24)).filter(kind="request_reminder").count() == 1


def test_new_opinions_are_for_a_new_request(mine, as_user):
    mine.ask("opinions")
    for item in ExportItem.objects.all():
        as_user(mine.cora).post(reverse("export_item", args=[item.pk]), {"decision": "GIVE_OUT"})
    log_session(
        session=mine.mine.session, by=mine.cora, now=at(), minutes=60, note="A later thought",
        ratings={item.key: 3 for item in COACH_ITEMS},
    )  # fmt: skip
    assert "A later thought" not in mine.page()
    assert "Asked." in mine.ask("opinions")
    assert DataRequest.objects.open().count() == 1


def test_where_nothing_is_kept_there_is_nothing_to_ask_for(cast):
    from trust.actions.erasing import erase_engagement_content

    erase_engagement_content(engagement=cast.mine.engagement, by=None, now=at())
    client, link = inside(cast.mine.engagement)
    assert "No opinion about you is kept" in send(client, link, "mine_request", "opinions").content.decode()
    assert not DataRequest.objects.exists()


# --- corrections and objections -------------------------------------------------------------------


def test_a_correction_is_sealed_and_for_the_coach(mine, as_user):
    mine.ask("correction", words=WORDS)
    request = DataRequest.objects.get()
    address = reverse("data_request", args=[request.pk])
    assert WORDS in as_user(mine.cora).get(address).content.decode()
    manager = as_user(mine.pia).get(address).content.decode()
    assert WORDS not in manager
    assert "asks for a correction" in manager
    assert WORDS.encode() not in bytes(SealedText.objects.get(kind="REQUEST").sealed)
    assert WORDS not in str([*AuditEvent.objects.values(), *DataRequest.objects.values()])


def test_the_answer_reaches_the_executive_and_not_the_manager(mine, as_user):
    mine.ask("correction", words=WORDS)
    address = reverse("data_request", args=[DataRequest.objects.get().pk])
    said = {"outcome": "DECLINED", "reason": "CORRECT", "words": "You did say so in May."}
    assert "Emil is told by mail" in as_user(mine.cora).post(address, said, follow=True).content.decode()
    told = mine.page()
    assert "It is right as it stands" in told
    assert "You did say so in May." in told
    assert "You did say so in May." not in as_user(mine.pia).get(address).content.decode()
    assert deliver()[-1].to == [mine.emil.email]
    assert "You did say so" not in mail.outbox[-1].body


def test_several_corrections_may_be_open_and_each_says_something(mine):
    mine.ask("correction", words=WORDS)
    mine.ask("correction", words="And another one")
    assert "Say what is wrong" in mine.ask("correction", words="  ")
    assert DataRequest.objects.open().count() == 2


@pytest.mark.parametrize("words", ["x" * 5001, "half \0 a word"])
def test_words_that_cannot_be_kept_come_back(mine, words):
    told = mine.ask("correction", words=words)
    assert words.replace("\0", "�")[:5] in told
    assert "Remove it" in told or "longer than 5,000" in told
    assert not DataRequest.objects.exists()


def test_a_request_can_be_taken_back_and_answered_no_more(mine, as_user):
    mine.ask("correction", words=WORDS)
    request = DataRequest.objects.get()
    assert "Taken back." in mine.send("mine_take_back", request.pk)
    told = as_user(mine.cora).post(reverse("data_request", args=[request.pk]), {"outcome": "DONE"}, follow=True)
    assert "in the meantime" in told.content.decode()
    request.refresh_from_db()
    assert request.status == "WITHDRAWN"
    assert "in the meantime" in mine.send("mine_take_back", request.pk)
    assert not Letter.objects.filter(kind="request_reminder", status=LetterStatus.DUE).exists()


def test_nobody_takes_back_what_somebody_else_asked_for(mine):
    other = make_request(engagement=mine.other.engagement, kind="CORRECTION", words="Erna's", now=at())
    assert "Taken back" not in mine.send("mine_take_back", other.pk)
    other.refresh_from_db()
    assert other.is_open


def test_an_answer_says_what_became_of_it(mine, as_user):
    mine.ask("objection", words=WORDS)
    address = reverse("data_request", args=[DataRequest.objects.get().pk])
    for said in ({}, {"outcome": "DECLINED"}, {"outcome": "MAYBE"}, {"outcome": "DECLINED", "reason": "no"}):
        assert as_user(mine.cora).post(address, said).status_code == 200
    assert DataRequest.objects.open().count() == 1


def test_managers_answer_no_words_and_coaches_erase_nothing(mine, as_user):
    mine.ask("correction", words=WORDS)
    mine.ask("erasure")
    correction, erasure = (DataRequest.objects.get(kind=kind) for kind in ("CORRECTION", "ERASURE"))
    assert as_user(mine.pia).post(reverse("data_request", args=[correction.pk]), {"outcome": "DONE"}).status_code == 403
    assert as_user(mine.cora).post(reverse("data_request", args=[erasure.pk]), {"typed": "erase"}).status_code == 403
    assert DataRequest.objects.open().count() == 2


def test_requests_of_others_do_not_exist(mine, as_user):
    mine.ask("correction", words=WORDS)
    request = DataRequest.objects.get()
    for name in ("otto", "petra"):
        client = as_user(getattr(mine, name))
        assert client.get(reverse("data_request", args=[request.pk])).status_code == 404
        assert "Emil" not in client.get(reverse("data_request_list")).content.decode()
    for name in ("ada", "sten"):
        assert as_user(getattr(mine, name)).get(reverse("data_request_list")).status_code == 404


def test_reading_a_request_stands_in_the_ledger(mine, as_user):
    mine.ask("correction", words=WORDS)
    as_user(mine.cora).get(reverse("data_request", args=[DataRequest.objects.get().pk]))
    assert Look.objects.filter(what="REQUEST", who_id=mine.cora.pk).exists()
    assert "A request of yours" in mine.page()


@pytest.mark.parametrize("word", ["opinions", "correction", "objection", "erasure"])
def test_each_way_to_ask_says_what_it_means(mine, word):
    told = mine.page("mine_request", word)
    assert "An answer is due within 30 days" in told


def test_there_are_four_things_to_ask_for(mine):
    for word in ("EXPORT", "everything", "..", "CORRECTION"):
        assert "This page" in mine.ask(word) or "not" in mine.ask(word)
    assert not DataRequest.objects.exists()


# --- judging off ----------------------------------------------------------------------------------


def test_an_objection_stops_judging_at_once_without_a_word(mine):
    mine.ask("objection", stops_judging="on")
    engagement = mine.mine.engagement
    engagement.refresh_from_db()
    assert engagement.judging_declined_at is not None
    assert not DataRequest.objects.exists()
    judgement = Judgement.objects.get(engagement=engagement)
    assert (judgement.state, judgement.cognitive, judgement.p_stalled, judgement.memory) == (
        "NO_DATA",
        None,
        None,
        None,
    )
    assert set(Flag.objects.open().values_list("kind", flat=True)) == {"QUIET"}


def test_jobs_skip_whoever_objected_and_go_on_with_dates(mine):
    mine.ask("objection", stops_judging="on", words=WORDS)
    engagement = mine.mine.engagement
    for weeks in range(2, 7):
        session = schedule_session(
            engagement=engagement, starts_at=at(-weeks * 7), minutes=60, by=mine.cora, now=at(-weeks * 7 - 1)
        )
        low = {item.key: 1 for item in COACH_ITEMS}
        log_session(session=session, by=mine.cora, now=at(-weeks * 7, 2), minutes=60, ratings=low)
    engagement.sessions.upcoming(at()).delete()
    with time_machine.travel(at(90), tick=False):
        judge_engagements([engagement.pk], now=at())
        judge_engagements([engagement.pk], now=at())
        assert engagement.pk not in set(engagements_to_judge())
    assert Judgement.objects.get(engagement=engagement).cognitive is None
    assert set(Flag.objects.open().values_list("kind", flat=True)) <= {"QUIET", "BUDGET", "MISSED"}
    assert Flag.objects.open().filter(kind="QUIET").exists()


def test_the_coach_reads_that_judging_is_off_and_the_manager_reads_nothing(mine, as_user):
    address = reverse("engagement_detail", args=[mine.mine.engagement.pk])
    mine.mine.engagement.agreements.update(discloses_stalled=False, discloses_regressing=False)
    before = as_user(mine.pia).get(address).content.decode()
    mine.ask("objection", stops_judging="on")
    assert "Judging is off: Emil asked for it." in as_user(mine.cora).get(address).content.decode()
    after = as_user(mine.pia).get(address).content.decode()
    assert without_tokens(before) == without_tokens(after)


def without_tokens(content):
    return re.sub(r"[A-Za-z0-9]{64}", "token", content)


def test_judging_can_be_turned_on_again(mine):
    mine.ask("objection", stops_judging="on")
    assert "off since" in mine.page()
    assert "stops_judging" not in mine.page("mine_request", "objection")
    mine.send("mine_choose", what="judging", to="on")
    engagement = mine.mine.engagement
    engagement.refresh_from_db()
    assert engagement.judging_declined_at is None
    assert engagement.pk in set(engagements_to_judge())
    judge_engagements([engagement.pk], now=timezone.now())
    assert Judgement.objects.get(engagement=engagement).cognitive is not None


def test_an_objection_without_words_and_without_the_switch_is_none(mine):
    assert "Nothing is said yet" in mine.ask("objection")
    mine.ask("objection", words=WORDS)
    assert "asked for this already" in mine.ask("objection", words="once more")
    assert DataRequest.objects.count() == 1


def test_switching_twice_is_once(mine):
    for _ in range(2):
        set_judging(engagement=mine.mine.engagement, is_on=False, now=at())
    assert AuditEvent.objects.filter(verb="judging.declined").count() == 1


# --- check-ins off --------------------------------------------------------------------------------


def log_again(cast, days=2):
    engagement = cast.mine.engagement
    session = schedule_session(engagement=engagement, starts_at=at(-days), minutes=60, by=cast.cora, now=at(-9))
    ratings = {item.key: None for item in COACH_ITEMS}
    log_session(session=session, by=cast.cora, now=timezone.now(), minutes=60, ratings=ratings)


def test_without_check_ins_what_was_due_is_not_mailed_and_no_more_is_asked(mine, as_user):
    due = CheckIn.objects.get()
    assert due.status == CheckInStatus.DUE
    assert "You get no more check-ins." in mine.send("mine_choose", what="check_ins", to="off")
    mails = len(mail.outbox)
    send_due_check_ins()
    send_check_in(str(due.pk))
    log_again(mine)
    assert len(mail.outbox) == mails
    assert CheckIn.objects.get().status == CheckInStatus.REVOKED
    shown = as_user(mine.cora).get(reverse("engagement_detail", args=[mine.mine.engagement.pk])).content.decode()
    assert "off: Emil asked for it" in shown
    mine.send("mine_choose", what="check_ins", to="on")
    mine.mine.engagement.refresh_from_db()
    log_again(mine, days=3)
    assert CheckIn.objects.filter(status=CheckInStatus.DUE).count() == 1


@pytest.mark.parametrize("said", [{}, {"what": "everything", "to": "off"}])
def test_a_choice_that_is_none_changes_nothing(mine, said):
    mine.send("mine_choose", **said)
    mine.mine.engagement.refresh_from_db()
    assert mine.mine.engagement.check_ins_declined_at is None
    assert mine.mine.engagement.judging_declined_at is None


# --- erasing --------------------------------------------------------------------------------------


def test_a_manager_erases_what_was_asked_to_be_erased_when_the_word_is_typed(mine, as_user):
    mine.ask("erasure")
    request = DataRequest.objects.get()
    address = reverse("data_request", args=[request.pk])
    client = as_user(mine.pia)
    assert "Type the word erase" in client.post(address, {"typed": "yes", "erase": "1"}).content.decode()
    assert SealedText.objects.filter(engagement=mine.mine.engagement).exists()
    client.post(address, {"typed": "Erase", "erase": "1"})
    request.refresh_from_db()
    assert request.status == "GRANTED"
    assert not SealedText.objects.filter(engagement=mine.mine.engagement).exists()
    told = mine.page()  # the page stays, to see that it was done
    assert "gone for good" in told
    assert "SUMMARY" not in told
    assert deliver()[-1].to == [mine.emil.email]


def test_a_manager_may_decline_with_a_reason_and_not_without(mine, as_user):
    mine.ask("erasure")
    address = reverse("data_request", args=[DataRequest.objects.get().pk])
    assert "Say why." in as_user(mine.pia).post(address, {"decline": "1"}).content.decode()
    as_user(mine.pia).post(address, {"decline": "1", "reason": "LAW"})
    assert "The law asks for it to be kept" in mine.page()
    assert SealedText.objects.filter(engagement=mine.mine.engagement).exists()


def test_erasing_needs_a_request_that_is_open(mine, as_user):
    mine.ask("erasure")
    request = DataRequest.objects.get()
    mine.send("mine_take_back", request.pk)
    as_user(mine.pia).post(reverse("data_request", args=[request.pk]), {"typed": "erase"})
    assert SealedText.objects.filter(engagement=mine.mine.engagement).exists()


def test_coach_and_managers_learn_that_erasing_is_asked_for(mine):
    mine.ask("erasure")
    told = [message.to[0] for message in deliver() if message.subject == "A request of Emil is waiting for you"]
    assert sorted(told) == [mine.cora.email, mine.pia.email]


def test_asking_twice_at_once_is_one_request(cast):
    ask_for_opinions(engagement=fill(cast.mine), now=at())
    client, link = inside(cast.mine.engagement)
    assert "asked for this already" in send(client, link, "mine_request", "opinions").content.decode()
    assert DataRequest.objects.count() == 1


def test_a_coach_who_hands_the_engagement_over_answers_no_more(cast, as_user):
    request = make_request(engagement=cast.mine.engagement, kind="CORRECTION", words=WORDS, now=at())
    cast.mine.engagement.coach = cast.otto
    cast.mine.engagement.save()
    assert as_user(cast.cora).get(reverse("data_request", args=[request.pk])).status_code == 404
    assert WORDS in as_user(cast.otto).get(reverse("data_request", args=[request.pk])).content.decode()


def test_two_tabs_of_two_executives_do_not_mix(cast):
    client = Client()
    inside(cast.mine.engagement, client)
    _, theirs = inside(cast.other.engagement, client)
    send(client, theirs, "mine_request", "correction", words="Erna's words")
    assert DataRequest.objects.get().engagement == cast.other.engagement
    assert new_link(cast.mine.engagement).engagement == cast.mine.engagement


def test_reminders_of_sessions_are_off_and_on_with_one_press(mine):
    assert "You get no more reminders of sessions." in mine.send("mine_choose", what="reminders", to="off")
    assert not Executive.objects.get(pk=mine.mine.executive.pk).reminders_on
    mine.send("mine_choose", what="reminders", to="on")
    assert Executive.objects.get(pk=mine.mine.executive.pk).reminders_on
