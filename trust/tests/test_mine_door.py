"""The way to what is kept about me: a link, a code, and nothing without both."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coaching.tests.cast import at
from engagements.actions.people import edit_executive
from engagements.actions.personal_links import revoke_links, token_of
from engagements.models import AuditEvent, DataRequest, Letter, LinkCode, PersonalLink, Purpose
from engagements.tasks import send_letter
from trust.tests.mine import ask_code, come_by, inside, mailed_code, new_link, page, send, text_of, type_code

PAGES = [
    ("mine", ()),
    ("mine_managers_view", ()),
    ("mine_export", ("json",)),
    ("mine_export", ("pdf",)),
    ("mine_request", ("correction",)),
]
POSTS = [
    ("mine_close", (), {}),
    ("mine_choose", (), {"what": "judging", "to": "off"}),
    ("mine_request", ("correction",), {"words": "It was in May."}),
    ("mine_request", ("erasure",), {}),
]


@pytest.fixture(autouse=True)
def nobody_has_tried_yet():
    cache.clear()


def state(engagement):
    engagement.refresh_from_db()
    return engagement.judging_declined_at, DataRequest.objects.count()


# --- the second step ------------------------------------------------------------------------------


def test_with_the_link_alone_nothing_is_shown_and_nothing_can_be_done(cast):
    client, link = Client(), new_link(cast.mine.engagement)
    come_by(client, link)
    before = state(cast.mine.engagement)
    for name, args in PAGES:
        answer = page(client, link, name, *args)
        assert answer["Location"] == reverse("mine_code", args=[link.pk]), name
    for name, args, said in POSTS:
        answer = client.post(reverse(name, args=[link.pk, *args]), said)
        assert answer.status_code == (200 if "words" in said else 302), name
        assert "Cora" not in answer.content.decode()
    assert state(cast.mine.engagement) == before


def test_the_page_that_asks_for_the_code_says_nothing_of_whom_it_is_about(cast):
    client, link = Client(), new_link(cast.mine.engagement)
    come_by(client, link)
    told = text_of(client, link, "mine_code")
    ask_code(client, link)
    told += text_of(client, link, "mine_code")
    assert not [word for word in ("Emil", "Cora", "client.example", "Organization", "Program One") if word in told]
    assert 'inputmode="numeric"' in told
    assert 'autocomplete="one-time-code"' in told


def test_link_and_code_open_the_page_for_half_an_hour(cast):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client, link = inside(cast.mine.engagement)
        assert "Cora" in text_of(client, link)
        clock.shift(timedelta(minutes=29))
        assert page(client, link).status_code == 200
        clock.shift(timedelta(minutes=2))
        assert page(client, link)["Location"] == reverse("mine_code", args=[link.pk])


def test_without_the_cookie_the_page_is_as_closed_as_any_other(cast):
    _, link = inside(cast.mine.engagement)
    nothing = Client().get("/link/" + "0" * 64 + "/")
    for name, args in [*PAGES, ("mine_code", ())]:
        answer = page(Client(), link, name, *args)
        assert (answer.status_code, unmasked(answer)) == (404, unmasked(nothing)), name
    for name, args, said in POSTS:
        answer = Client().post(reverse(name, args=[link.pk, *args]), said)
        assert (answer.status_code, unmasked(answer)) == (404, unmasked(nothing)), name


def unmasked(answer):
    return re.sub(rb"[A-Za-z0-9]{64}", b"token", answer.content)


def test_somebody_elses_link_opens_no_page_but_its_own(cast):
    client, own = inside(cast.other.engagement)
    theirs = new_link(cast.mine.engagement)
    for name, args in PAGES:
        assert page(client, theirs, name, *args).status_code == 404
    come_by(client, theirs)  # who holds both links still needs the code of each
    assert page(client, theirs)["Location"] == reverse("mine_code", args=[theirs.pk])
    assert type_code(client, theirs, ask_code(client, own)).status_code == 200
    assert page(client, theirs).status_code == 302


def test_a_cookie_of_one_link_is_no_cookie_of_another(cast):
    client, own = inside(cast.other.engagement)
    theirs = new_link(cast.mine.engagement)
    for cookie in list(client.cookies.values()):
        if str(own.pk)[:8] in cookie.key:
            client.cookies[cookie.key.replace(str(own.pk)[:8], str(theirs.pk)[:8])] = cookie.value
    assert page(client, theirs).status_code == 404


def expire(link):
    PersonalLink.objects.filter(pk=link.pk).update(expires_at=at(-1))


def revoke(link):
    revoke_links(engagement=link.engagement, purpose=Purpose.MINE, now=at(0, 1))


def move_away(link):
    edit_executive(executive=link.engagement.executive, email="new@client.example", by=None, now=at(0, 1))


@pytest.mark.parametrize("shut", [expire, revoke, move_away])
def test_a_link_that_ended_closes_the_page_in_the_middle_of_a_stay(cast, shut):
    client, link = inside(cast.mine.engagement)
    shut(link)
    for name, args in [*PAGES, ("mine_code", ())]:
        assert page(client, link, name, *args).status_code == 404, name
    assert client.get(reverse("personal_link", args=[token_of(link)])).status_code == 404


def test_closing_ends_the_stay_and_takes_the_cookies_away(cast):
    client, link = inside(cast.mine.engagement)
    kept = {cookie.key: cookie.value for cookie in client.cookies.values()}
    answer = client.post(reverse("mine_close", args=[link.pk]))
    assert "Closed" in answer.content.decode()
    gone = [cookie.key for cookie in answer.cookies.values() if cookie["max-age"] == 0]
    assert len([key for key in gone if str(link.pk)[:8] in key]) == 2
    assert page(client, link).status_code == 404
    for key, value in kept.items():  # somebody copied them before
        client.cookies[key] = value
    assert page(client, link)["Location"] == reverse("mine_code", args=[link.pk])


def test_both_cookies_hold_for_these_pages_alone(cast):
    client, link = inside(cast.mine.engagement)
    ours = [cookie for cookie in client.cookies.values() if str(link.pk)[:8] in cookie.key]
    assert len(ours) == 2
    for cookie in ours:
        assert cookie["path"] == reverse("mine", args=[link.pk])
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert int(cookie["max-age"]) <= 3600


# --- codes ----------------------------------------------------------------------------------------


def test_five_tries_are_enough_and_the_sixth_is_too_late(cast):
    client, link = Client(), new_link(cast.mine.engagement)
    come_by(client, link)
    code = ask_code(client, link)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(4):
        assert "not the digits" in type_code(client, link, wrong).content.decode()
    assert "no use any more" in type_code(client, link, wrong).content.decode()
    assert "no use any more" in type_code(client, link, code).content.decode()
    assert page(client, link).status_code == 302
    assert type_code(client, link, ask_code(client, link)).status_code == 302
    assert page(client, link).status_code == 200


def test_a_newer_code_ends_the_older_one(cast):
    client, link = Client(), new_link(cast.mine.engagement)
    come_by(client, link)
    older = ask_code(client, link)
    newer = ask_code(client, link)
    if older != newer:
        assert type_code(client, link, older).status_code == 200
    assert type_code(client, link, newer).status_code == 302


def test_a_code_is_good_for_ten_minutes(cast):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client, link = Client(), new_link(cast.mine.engagement)
        come_by(client, link)
        code = ask_code(client, link)
        clock.shift(timedelta(minutes=11))
        assert "no use any more" in type_code(client, link, code).content.decode()


def test_a_code_is_typed_as_people_type_and_used_once(cast):
    client, link = Client(), new_link(cast.mine.engagement)
    come_by(client, link)
    code = ask_code(client, link)
    assert type_code(client, link, f" {code[:3]} {code[3:]} ").status_code == 302
    assert type_code(Client(), link, code).status_code == 404
    second = Client()
    come_by(second, link)
    assert type_code(second, link, code).status_code == 200


def test_codes_are_mailed_to_the_executive_and_kept_nowhere(cast):
    client, link = Client(), new_link(cast.mine.engagement)
    come_by(client, link)
    code = ask_code(client, link)
    assert mail.outbox[-1].to == [cast.emil.email]
    assert code not in str(LinkCode.objects.values().get())
    assert code not in str(list(AuditEvent.objects.values()))


def test_after_five_codes_in_an_hour_the_next_one_waits_and_the_newest_goes_on(cast):
    client, link = Client(), new_link(cast.mine.engagement)
    come_by(client, link)
    for _ in range(5):
        ask_code(client, link)
    mails = len(mail.outbox)
    told = client.post(reverse("mine_code", args=[link.pk]), follow=True).content.decode()
    assert "Several codes were mailed within an hour" in told
    assert len(mail.outbox) == mails
    assert type_code(client, link, mailed_code()).status_code == 302


def test_whoever_hammers_is_slowed_down_and_told_so(cast):
    client, link = Client(), new_link(cast.mine.engagement)
    come_by(client, link)
    for _ in range(40):
        type_code(client, link, "123456")
    assert "Too many tries" in client.post(reverse("mine_code", args=[link.pk]), follow=True).content.decode()


@pytest.mark.parametrize("typed", ["", "+", "abcdef", "1" * 21, "%00", "%ED%A0%80", "%FF", "１２３４５６"])
def test_what_is_no_code_is_answered_and_opens_nothing(cast, typed):
    client, link = Client(), new_link(cast.mine.engagement)
    come_by(client, link)
    ask_code(client, link)
    form = {"data": f"code={typed}", "content_type": "application/x-www-form-urlencoded"}
    assert client.post(reverse("mine_code", args=[link.pk]), **form).status_code == 200
    assert page(client, link).status_code == 302


def test_a_mail_server_out_of_reach_is_told_and_costs_no_code(cast, settings):
    client, link = Client(), new_link(cast.mine.engagement)
    come_by(client, link)
    settings.EMAIL_BACKEND = "trust.tests.test_check_in.Unreachable"
    told = client.post(reverse("mine_code", args=[link.pk]), follow=True).content.decode()
    assert "could not be sent" in told
    assert not LinkCode.objects.exists()


# --- looking, robots, other sites -----------------------------------------------------------------


def test_looking_and_a_robot_that_posts_to_the_address_change_nothing(cast):
    client, link = Client(), new_link(cast.mine.engagement)
    letters, audit = Letter.objects.count(), AuditEvent.objects.count()
    address = reverse("personal_link", args=[token_of(link)])
    for _ in range(3):
        client.get(address)
        client.head(address)
        client.get(reverse("mine_code", args=[link.pk]))
    assert client.post(address, {"code": "123456"}).status_code == 405
    assert not LinkCode.objects.exists()
    assert (Letter.objects.count(), AuditEvent.objects.count()) == (letters, audit)
    assert mail.outbox == []


def test_another_site_can_send_nothing(cast):
    client, link = inside(cast.mine.engagement, Client())
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    before = state(cast.mine.engagement)
    for name, args, said in POSTS:
        assert strict.post(reverse(name, args=[link.pk, *args]), said).status_code == 403, name
    assert state(cast.mine.engagement) == before
    assert page(client, link).status_code == 200


def test_words_typed_when_the_half_hour_was_over_come_back(cast):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client, link = inside(cast.mine.engagement)
        clock.shift(timedelta(minutes=31))
        told = send(client, link, "mine_request", "correction", words="The date is wrong <b>").content.decode()
    assert "The date is wrong &lt;b&gt;" in told
    assert "Not sent." in told
    assert not DataRequest.objects.exists()


# --- a new address --------------------------------------------------------------------------------


def test_with_a_new_address_the_old_one_is_told_and_its_links_end(cast):
    link = new_link(cast.mine.engagement)
    edit_executive(executive=cast.emil, email="emil@elsewhere.example", by=cast.pia, now=timezone.now())
    letter = Letter.objects.get(kind="address_changed")
    send_letter(str(letter.pk))
    message = mail.outbox[-1]
    assert message.to == ["emil@client.example"]
    assert "elsewhere" not in message.body
    assert not Letter.objects.filter(kind="address_changed").exists()  # the old address is not kept
    assert Client().get(reverse("personal_link", args=[token_of(link)])).status_code == 404
    newer = new_link(cast.mine.engagement, now=timezone.now())
    assert Client().get(reverse("personal_link", args=[token_of(newer)])).status_code == 302


def test_the_same_address_in_other_letters_ends_nothing(cast):
    link = new_link(cast.mine.engagement)
    edit_executive(executive=cast.emil, email="Emil@Client.example", by=cast.pia, now=at(0, 1))
    assert Client().get(reverse("personal_link", args=[token_of(link)])).status_code == 302
    assert not Letter.objects.filter(kind="address_changed").exists()


def test_an_administrator_who_changes_the_address_ends_the_links_as_well(cast, as_user):
    link = new_link(cast.mine.engagement)
    fields = {"organization": cast.mine.organization.pk, "name": "Emil", "role": "", "language": "en"}
    data = fields | {"email": "emil@elsewhere.example", "time_zone": "UTC"}
    answer = as_user(cast.ada).post(reverse("admin:engagements_executive_change", args=[cast.emil.pk]), data)
    assert answer.status_code == 302
    assert Letter.objects.get(kind="address_changed").to_address == "emil@client.example"
    assert Client().get(reverse("personal_link", args=[token_of(link)])).status_code == 404


def test_a_letter_with_a_link_that_ended_is_not_sent(cast):
    new_link(cast.mine.engagement)
    edit_executive(executive=cast.emil, email="emil@elsewhere.example", by=cast.pia, now=at(0, 1))
    with time_machine.travel(at(0, 2), tick=False):
        send_letter(str(Letter.objects.get(kind="mine").pk))
    assert mail.outbox == []


# --- sending the link -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["cora", "pia"])
def test_coach_and_program_manager_send_the_link_and_twice_is_once(cast, as_user, name):
    client = as_user(getattr(cast, name))
    address = reverse("mine_send", args=[cast.mine.engagement.pk])
    assert "on its way" in client.post(address, follow=True).content.decode()
    assert "a moment ago" in client.post(address, follow=True).content.decode()
    letter = Letter.objects.get(kind="mine")
    send_letter(str(letter.pk))
    assert mail.outbox[-1].to == [cast.emil.email]


def test_check_in_pages_lead_to_where_a_link_can_be_had(cast):
    from trust.tests.test_check_in import ask_about

    client = Client()
    path = ask_about(cast.mine.session, cast.cora, client)
    assert f'href="{reverse("mine_ask")}"' in client.get(path).content.decode()
