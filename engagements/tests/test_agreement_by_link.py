"""The executive accepts the agreement by a link of their own: opening changes nothing, one button does."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.agreements import record_acceptance, revise_agreement, send_agreement
from engagements.actions.engagements import change_status, create_engagement
from engagements.actions.people import add_executive
from engagements.actions.personal_links import token_of
from engagements.models import Agreement, AuditEvent, Executive, Letter, LetterStatus, Party, PersonalLink, Status
from engagements.tasks import send_due_letters, send_letter
from engagements.tests.asking import NOT_THEIRS, audited, said, statuses, url


@pytest.fixture
def proposed(cast):
    """A new engagement of Cora's, with an executive in Tokyo, before anything is agreed."""
    tomo = add_executive(
        organization=cast.mine.organization,
        name="Tomo",
        email="tomo@client.example",
        by=cast.pia,
        now=at(),
        time_zone="Asia/Tokyo",
    )
    who = {"program": cast.mine.program, "coach": cast.cora, "executive": tomo}
    return create_engagement(**who, starts_on=at().date(), by=cast.pia, now=at())


def contracted(engagement, by):
    return change_status(engagement=engagement, to=Status.CONTRACTED, by=by, now=at())


def current(engagement):
    return engagement.agreements.current().get()


def revise(engagement, by, words="Changed."):
    agreement = current(engagement)
    terms = {"confidentiality": words, "cancellation_terms": "A day.", "disclosure": agreement.disclosure}
    return revise_agreement(agreement=agreement, by=by, now=at(), **terms)


def mailed():
    """The address in the mail that was sent last."""
    return re.search(r"http://[^/]+(/link/\S+)", mail.outbox[-1].body)[1]


def sent(engagement, by):
    """Asks the executive by mail; the address in it."""
    send_agreement(engagement=engagement, by=by, now=at())
    send_letter(str(Letter.objects.get(kind="agreement", status=LetterStatus.DUE).pk))
    return mailed()


@pytest.fixture
def address(proposed, cast):
    return sent(proposed, cast.cora)


@pytest.fixture
def page(client, address):
    return client.get(address)["Location"]


# --- reading and accepting ------------------------------------------------------------------------


def test_the_page_says_what_is_agreed_with_whom_and_who_sees_what(client, proposed, page):
    text = client.get(page).content.decode()
    agreement = current(proposed)
    for words in (agreement.confidentiality, agreement.confidentiality_ends, agreement.cancellation_terms):
        assert words[:40] in text
    for words in ("Tomo", "Cora", "Organization One", "Program One", "Version", "I accept"):
        assert words in text
    assert "That an engagement is stalled" in text  # opened
    assert "The stated objective." in text  # closed, among what is never seen
    assert "Accepted on" not in text


def test_one_button_accepts_on_the_day_it_is_where_the_executive_is(client, proposed, page):
    late = datetime.now(UTC).replace(hour=20, minute=0) + timedelta(days=1)  # the next day in Tokyo
    with time_machine.travel(late, tick=False):
        page = client.get(client.get(new_address(proposed))["Location"], follow=True).request["PATH_INFO"]
        assert client.post(page).status_code == 302
    agreement = current(proposed)
    assert agreement.executive_accepted_on == (late + timedelta(hours=9)).date()
    assert agreement.executive_recorded_by is None
    assert agreement.is_accepted_by_link
    assert audited(agreement) == ["agreement.accepted"]
    assert AuditEvent.objects.get(verb="agreement.accepted", subject_id=agreement.pk).actor_id is None


def new_address(engagement):
    return reverse("personal_link", args=[token_of(PersonalLink.objects.get(engagement=engagement))])


def test_after_it_the_page_says_when_and_lets_them_read_again_and_ask_for_more(client, proposed, page):
    text = client.post(page, follow=True).content.decode()
    assert "Accepted on" in text
    assert current(proposed).confidentiality[:40] in text
    assert reverse("mine_ask") in text
    assert "I accept" not in text
    assert client.post(page).status_code == 302  # twice is once
    assert audited(current(proposed)) == ["agreement.accepted"]


def test_opening_and_robots_change_nothing(client, proposed, address):
    def rows():
        kept = (Agreement, AuditEvent, PersonalLink, Letter)
        return [list(model.objects.order_by("pk").values()) for model in kept]

    before = rows()
    page = client.get(address)["Location"]
    for verb in (client.get, client.head):
        verb(address)
        verb(page)
    assert client.post(address).status_code == 405
    assert Client().post(page).status_code == 404  # without the cookie of whoever opened the mail
    assert Client(enforce_csrf_checks=True).post(page).status_code in (403, 404)
    robot = Client(enforce_csrf_checks=True)
    robot.get(address)
    assert robot.post(page).status_code == 403  # with the cookie, without the form
    assert rows() == before


def test_the_page_is_kept_out_of_caches_and_indexes(client, page):
    answer = client.get(page)
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_the_letter_names_people_and_the_link_and_nothing_of_the_agreement(proposed, address):
    message = mail.outbox[-1]
    assert message.to == ["tomo@client.example"]
    assert "Cora" in message.body
    assert not any(line in message.body for line in current(proposed).confidentiality.split(". "))


# --- links that open nothing ----------------------------------------------------------------------


def closed(client, path):
    """All that arrives, but for the form token that is new in every answer."""
    answer = client.get(path)
    assert answer.status_code == 404
    return re.sub(rb"[A-Za-z0-9]{64}", b"token", answer.content), sorted(
        (name, value) for name, value in answer.headers.items() if name != "Content-Length"
    )


def test_wrong_expired_used_replaced_and_revoked_links_look_the_same(proposed, cast, address):
    wrong = closed(Client(), reverse("personal_link", args=["0" * 64]))
    with time_machine.travel(at(31), tick=False):
        assert closed(Client(), address) == wrong
    reader = Client()
    page = reader.get(address)["Location"]
    revise(proposed, cast.pia)
    assert closed(Client(), address) == wrong
    assert closed(reader, page) == wrong  # open in a browser, and replaced meanwhile
    assert reader.post(page).status_code == 404
    newest = PersonalLink.objects.get(engagement=proposed, revoked_at=None)
    newer = reverse("personal_link", args=[token_of(newest)])
    reader.post(reader.get(newer)["Location"])
    assert current(proposed).is_accepted_by_link
    assert closed(Client(), newer) == wrong
    for nobody in (reverse("agreement_by_link", args=[newest.pk]), reverse("agreement_by_link", args=[proposed.pk])):
        assert closed(Client(), nobody) == wrong


@pytest.mark.django_db
def test_links_of_all_kinds_close_with_the_same_page():
    """Whoever holds a link that opens nothing does not even learn what it was for."""
    wrong = closed(Client(), reverse("personal_link", args=["0" * 64]))
    assert closed(Client(), reverse("check_in_open", args=["1" * 64])) == wrong
    key = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
    for page in ("check_in", "agreement_by_link", "mine"):
        assert closed(Client(), reverse(page, args=[key])) == wrong


def test_a_cookie_of_one_link_opens_no_other_and_grows_old(client, cast, proposed, page):
    revise(cast.mine.engagement, cast.pia)
    other = PersonalLink.objects.get(engagement=cast.mine.engagement)
    assert client.get(reverse("agreement_by_link", args=[other.pk])).status_code == 404
    with time_machine.travel(at(0, 3), tick=False):
        assert client.get(page).status_code == 404


def test_a_link_whose_row_is_moved_to_another_engagement_opens_nothing(client, cast, proposed, address):
    PersonalLink.objects.filter(engagement=proposed).update(engagement=cast.other.engagement)
    assert client.get(address).status_code == 404


# --- who asks, and when ---------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["cora", "pia"])
def test_coach_or_manager_sends_it_with_a_button(as_user, cast, proposed, who):
    client = as_user(getattr(cast, who))
    assert "Send it to Tomo to accept" in client.get(url("agreement_detail", proposed)).content.decode()
    answer = client.post(url("agreement_send", proposed))
    assert answer.headers["Location"] == url("agreement_detail", proposed)
    assert said(answer) == ["On its way to Tomo: a letter with the agreement to accept."]
    assert "Send it again" in client.get(url("agreement_detail", proposed)).content.decode()
    assert Letter.objects.filter(kind="agreement").count() == 1


def test_nobody_else_sends_it(as_user, cast, proposed):
    people = ("otto", "petra", "ada", "sten")
    assert statuses(as_user, cast, "agreement_send", proposed, post={}, people=people) == NOT_THEIRS
    assert not Letter.objects.exists()


def test_a_button_pressed_twice_is_one_letter(as_user, cast, proposed):
    client = as_user(cast.cora)
    client.post(url("agreement_send", proposed))
    assert (
        said(client.post(url("agreement_send", proposed)))[-1] == "A letter with the agreement went out a moment ago."
    )
    assert PersonalLink.objects.count() == 1
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11), tick=False):
        client.post(url("agreement_send", proposed))
    assert PersonalLink.objects.filter(revoked_at=None).count() == 1  # the newer one
    assert PersonalLink.objects.count() == 2


def test_contracting_asks_and_the_end_stops_asking(cast, proposed):
    contracted(proposed, cast.pia)
    send_due_letters()
    assert PersonalLink.objects.filter(engagement=proposed, revoked_at=None).count() == 1
    proposed.refresh_from_db()
    change_status(engagement=proposed, to=Status.DECLINED, by=cast.pia, now=at(), reason="FIT")
    assert not PersonalLink.objects.filter(engagement=proposed, revoked_at=None).exists()


def test_an_engagement_under_way_that_is_imported_asks_nobody_again(cast, proposed):
    record_acceptance(
        agreement=current(proposed), party=Party.EXECUTIVE, accepted_on=at().date(), by=cast.pia, now=at()
    )
    contracted(proposed, cast.pia)
    assert not Letter.objects.exists()


def test_a_change_asks_again_and_ends_the_older_links(client, as_user, cast):
    engagement = cast.mine.engagement
    words = {"confidentiality": "New.", "confidentiality_ends": "Never.", "cancellation_terms": "A day.", "version": 1}
    answer = as_user(cast.pia).post(url("agreement_edit", engagement), words)
    assert said(answer) == ["Version 2 stands. Both sides have to accept it. Emil is asked by mail."]
    link = PersonalLink.objects.get(engagement=engagement)
    assert link.subject_id == current(engagement).pk
    revise(engagement, cast.pia, "Newer still.")
    link.refresh_from_db()
    assert link.revoked_at is not None
    assert PersonalLink.objects.get(engagement=engagement, revoked_at=None).subject_id == current(engagement).pk


def test_a_revision_before_anybody_was_asked_asks_nobody(cast, proposed):
    revise(proposed, cast.pia)
    assert not Letter.objects.exists()


def test_an_accepted_version_and_an_ended_engagement_are_not_sent(as_user, cast, proposed):
    client = as_user(cast.cora)
    assert said(client.post(url("agreement_send", cast.mine.engagement))) == [
        "The executive has accepted this version already."
    ]
    change_status(engagement=proposed, to=Status.DECLINED, by=cast.pia, now=at(), reason="FIT")
    assert said(client.post(url("agreement_send", proposed)))[-1] == "This engagement has ended."
    assert not Letter.objects.exists()


def test_the_page_of_the_agreement_says_how_each_side_accepted(client, as_user, cast, proposed, page):
    client.post(page)
    text = as_user(cast.pia).get(url("agreement_detail", proposed)).content.decode()
    assert "by their own link" in text
    Executive.objects.filter(pk=cast.emil.pk).update(name="Emil E.")
    text = as_user(cast.pia).get(url("agreement_detail", cast.mine.engagement)).content.decode()
    assert "noted by Pia" in text
