"""Letters: each goes out once, whoever sends it and however often it is tried; a dead mail server loses nothing."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
import time_machine
from celery import current_app
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from coaching.tests.cast import at
from coaching.tests.test_at_once import all_at_once
from engagements.actions.agreements import NotSent, revise_agreement, send_agreement
from engagements.actions.letters import claim_letter, drop_letters, note_letter_sent, owe_letter
from engagements.actions.personal_links import make_link, revoke_links
from engagements.models import Letter, LetterStatus, Purpose, Status
from engagements.models.letter import CLAIM_MINUTES
from engagements.tasks import send_due_letters, send_letter


@pytest.fixture
def letter(cast):
    """A letter to Emil with a link of his."""
    make_link(engagement=cast.mine.engagement, purpose=Purpose.MINE, by=cast.cora, now=at())
    return Letter.objects.get()


def to_cora(cast, key="one", **terms):
    """Any letter to an account."""
    return owe_letter(kind="mine", key=key, to_user=cast.cora, engagement=cast.mine.engagement, now=at(), **terms)


def sent(letter):
    send_letter(str(letter.pk))
    letter.refresh_from_db()
    return letter.status


def test_a_letter_goes_out_once_however_often_the_job_runs(cast, letter):
    for _ in range(3):
        assert sent(letter) == LetterStatus.SENT
        send_due_letters()
    assert [message.to for message in mail.outbox] == [["emil@client.example"]]
    assert letter.sent_at is not None


@pytest.fixture
def without_worker():
    """What a job hands on is done here and now."""
    current_app.conf.task_always_eager = True
    yield
    current_app.conf.task_always_eager = False


def test_the_sweep_sends_what_no_nudge_reached(cast, letter, without_worker):
    send_due_letters()
    send_due_letters()
    assert len(mail.outbox) == 1


def test_asking_for_the_same_letter_again_owes_one(cast):
    assert to_cora(cast).pk == to_cora(cast).pk
    assert Letter.objects.count() == 1


def test_a_letter_for_later_waits(cast):
    later = to_cora(cast, send_after=at(0, 2))
    assert sent(later) == LetterStatus.DUE
    with time_machine.travel(at(0, 3), tick=False):
        assert sent(later) == LetterStatus.SENT


def test_a_mail_server_out_of_reach_loses_nothing(cast, letter, monkeypatch):
    def fail(self, messages):
        raise SMTPServerDisconnected("Connection unexpectedly closed")

    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", fail)
        with pytest.raises(SMTPServerDisconnected):
            send_letter(str(letter.pk))
    letter.refresh_from_db()
    assert (letter.status, mail.outbox) == (LetterStatus.DUE, [])
    assert letter.send_after > at()
    with time_machine.travel(at(0, 2), tick=False):
        assert sent(letter) == LetterStatus.SENT
    assert len(mail.outbox) == 1


def test_a_worker_that_died_is_not_waited_for_for_ever(cast, letter):
    claim_letter(letter_id=letter.pk, now=timezone.now())
    assert sent(letter) == LetterStatus.SENDING  # another has it
    with time_machine.travel(timezone.now() + timedelta(minutes=CLAIM_MINUTES + 1), tick=False):
        assert sent(letter) == LetterStatus.SENT
    assert len(mail.outbox) == 1


def test_a_worker_that_comes_back_late_changes_nothing_any_more(cast, letter):
    claim_letter(letter_id=letter.pk, now=at())
    Letter.objects.filter(pk=letter.pk).update(status=LetterStatus.DROPPED)
    note_letter_sent(letter=letter, now=at())
    letter.refresh_from_db()
    assert letter.status == LetterStatus.DROPPED


# --- letters nobody wants any more ----------------------------------------------------------------


def test_nothing_is_mailed_to_somebody_deactivated(cast):
    letter = to_cora(cast)
    cast.cora.is_active = False
    cast.cora.save()
    assert sent(letter) == LetterStatus.DROPPED
    assert mail.outbox == []


def test_nothing_is_mailed_with_a_link_that_was_revoked_or_is_over(cast, letter):
    revoke_links(engagement=cast.mine.engagement, purpose=Purpose.MINE, now=at())
    assert sent(letter) == LetterStatus.DROPPED
    make_link(engagement=cast.mine.engagement, purpose=Purpose.MINE, by=cast.cora, now=at(-40))
    old = Letter.objects.exclude(pk=letter.pk).get()
    assert sent(old) == LetterStatus.DROPPED
    assert mail.outbox == []


def test_an_agreement_that_was_replaced_before_its_letter_went_out_is_not_mailed(cast):
    engagement = cast.mine.engagement
    engagement.agreements.update(executive_accepted_on=None)
    send_agreement(engagement=engagement, by=cast.cora, now=at())
    first = Letter.objects.get()
    agreement = engagement.agreements.current().get()
    terms = {"confidentiality": "New.", "cancellation_terms": "New.", "disclosure": agreement.disclosure}
    revise_agreement(agreement=agreement, by=cast.pia, now=at(), **terms)
    second = Letter.objects.exclude(pk=first.pk).get()
    assert (sent(first), sent(second)) == (LetterStatus.DROPPED, LetterStatus.SENT)
    assert len(mail.outbox) == 1


def test_letters_of_a_kind_can_be_called_off_before_they_go_out(cast, letter):
    drop_letters(kind="mine", engagement=cast.mine.engagement)
    assert sent(letter) == LetterStatus.DROPPED
    assert mail.outbox == []


def test_a_letter_that_is_gone_is_no_error(cast, letter):
    key = str(letter.pk)
    letter.delete()
    send_letter(key)
    assert mail.outbox == []


# --- at once --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_send_it_once(cast):
    make_link(engagement=cast.mine.engagement, purpose=Purpose.MINE, by=cast.cora, now=at())
    key = str(Letter.objects.get().pk)
    all_at_once(*[lambda: send_letter(key)] * 12)
    assert len(mail.outbox) == 1
    assert Letter.objects.get().status == LetterStatus.SENT


@pytest.mark.django_db(transaction=True)
def test_many_who_ask_at_once_owe_one_letter_with_one_link(cast):
    engagement = cast.mine.engagement
    engagement.agreements.update(executive_accepted_on=None)
    engagement.status = Status.CONTRACTED
    engagement.save()

    def ask():
        try:
            send_agreement(engagement=engagement, by=cast.cora, now=at())
        except NotSent:
            return "NotSent"

    outcomes = all_at_once(*[ask] * 8)
    assert sorted(map(str, outcomes)) == ["None", *["NotSent"] * 7]
    assert Letter.objects.count() == 1
    assert engagement.personal_links.filter(revoked_at=None).count() == 1
