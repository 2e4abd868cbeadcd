"""Guessing is slowed down, in one count for all processes, and nobody is kept out by a stranger."""

import re
import sys
import threading

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from coaching.shared_cache import FileCache, RedisOrOwn
from coaching.tests.cast import PASSWORD, person
from coaching.tests.codes import WRONG, code_of, set_up_app, sign_in, take_step
from coaching.tests.real.processes import running
from coaching.tests.test_access_matrix import unmasked

HOME, AWAY = "192.0.2.10", "198.51.100.7"
TOO_MANY = b"Too many attempts"


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


@pytest.fixture
def cora(db):
    return person("Cora")


def from_address(address):
    return Client(REMOTE_ADDR=address)


def guess(client, email, password="a wrong one"):  # noqa: S107
    return client.post(reverse("account_login"), {"login": email, "password": password})


def is_let_in(client, user):
    return sign_in(client, user).status_code == 302


# --- passwords ---------------------------------------------------------------------------------------


def test_after_five_wrong_passwords_even_the_right_one_waits(cora):
    stranger = from_address(AWAY)
    for _ in range(5):
        assert TOO_MANY not in guess(stranger, cora.email).content
    assert TOO_MANY in guess(stranger, cora.email).content
    assert TOO_MANY in guess(stranger, cora.email, PASSWORD).content


def test_a_strangers_wrong_passwords_keep_nobody_out_elsewhere(cora):
    stranger = from_address(AWAY)
    for _ in range(8):
        guess(stranger, cora.email)
    assert is_let_in(from_address(HOME), cora)


def test_even_many_strangers_keep_nobody_out_but_each_has_one_try(cora):
    for host in range(60):
        guess(from_address(f"203.0.113.{host}"), cora.email)
    late = from_address("198.51.100.99")
    assert TOO_MANY not in guess(late, cora.email).content
    assert TOO_MANY in guess(late, cora.email).content
    assert is_let_in(from_address(HOME), cora)


def test_right_passwords_do_not_count(cora):
    for _ in range(8):
        assert is_let_in(from_address(HOME), cora)


def test_one_address_cannot_try_many_accounts(cora):
    stranger = from_address(AWAY)
    for number in range(20):
        guess(stranger, f"person{number}@people.example")
    assert TOO_MANY in guess(stranger, cora.email, PASSWORD).content
    assert is_let_in(from_address(HOME), cora)


def test_neighbours_in_one_network_of_version_six_count_as_one(cora):
    for number in range(5):
        guess(from_address(f"2001:db8:1:2::{number + 1:x}"), cora.email)
    assert TOO_MANY in guess(from_address("2001:db8:1:2:ffff::1"), cora.email).content
    assert TOO_MANY not in guess(from_address("2001:db8:1:3::1"), cora.email).content


def test_a_password_asked_for_again_is_counted_too(cora):
    client = from_address(HOME)
    sign_in(client, cora)
    for _ in range(6):
        answer = client.post(reverse("account_reauthenticate"), {"password": "not the password"})
    assert TOO_MANY in answer.content
    assert is_let_in(from_address(AWAY), cora)


# --- codes and resets --------------------------------------------------------------------------------


def test_codes_are_counted_per_account_wherever_they_come_from(cora, settings):
    settings.SECOND_FACTOR = True
    first = from_address(HOME)
    sign_in(first, cora)
    key = set_up_app(first)
    for host in range(5):
        thief = from_address(f"203.0.113.{host}")
        sign_in(thief, cora)
        assert TOO_MANY not in take_step(thief, WRONG).content
    thief = from_address(AWAY)
    sign_in(thief, cora)
    assert TOO_MANY in take_step(thief, code_of(key, 1)).content


def test_resets_are_limited_per_account_and_say_the_same_for_unknown_people(cora):
    answers = {}
    for email in (cora.email, "nobody@people.example"):
        answers[email] = []
        for host in range(5):
            client = from_address(f"203.0.113.{host}")
            answers[email].append(client.post(reverse("account_reset_password"), {"email": email}).status_code)
    assert answers[cora.email] == answers["nobody@people.example"] == [302, 302, 302, 429, 429]
    assert len(mail.outbox) == 3


def test_resets_are_limited_per_address(cora):
    client = from_address(AWAY)
    asked = [
        client.post(reverse("account_reset_password"), {"email": f"{number}@people.example"}).status_code
        for number in range(11)
    ]
    assert asked == [302] * 10 + [429]
    assert from_address(HOME).post(reverse("account_reset_password"), {"email": cora.email}).status_code == 302


# --- the same answer, the same work ------------------------------------------------------------------


def page_after(answer, email):
    """The page without what differs by itself: masked tokens, and the address that was typed."""
    return re.sub(rb"(?<=value=\")[^\"]*" + email.encode(), b"typed", unmasked(answer))


def test_a_wrong_password_shows_the_same_page_whoever_it_was_for(cora):
    pages = {
        page_after(guess(from_address(address), email), email)
        for address, email in ((HOME, cora.email), (AWAY, "nobody@people.example"))
    }
    assert len(pages) == 1


def test_a_password_is_hashed_once_for_known_and_for_unknown_people(cora, monkeypatch):
    from django.contrib.auth import hashers

    hashed = []
    for hasher in {type(one) for one in hashers.get_hashers()}:
        encode = hasher.encode
        monkeypatch.setattr(
            hasher, "encode", lambda *args, encode=encode, **kwargs: hashed.append(1) or encode(*args, **kwargs)
        )
    counts = []
    for email in (cora.email, "nobody@people.example"):
        hashed.clear()
        guess(from_address(HOME), email)
        counts.append(len(hashed))
    assert counts == [1, 1]


@pytest.mark.django_db(transaction=True)
def test_a_mail_goes_out_after_the_answer(cora):
    """How long a mail server takes then tells nobody whether there is an account."""
    from django.test import RequestFactory

    from coaching.wsgi import application

    page = Client().get(reverse("account_reset_password"))
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]
    cookie = page.cookies["pot_csrf"].value
    environ = RequestFactory().post(
        reverse("account_reset_password"), {"email": cora.email, "csrfmiddlewaretoken": token},
        headers={"Cookie": f"pot_csrf={cookie}"},
    ).environ  # fmt: skip
    told = []
    answer = application(environ, lambda status, headers: told.append(status))
    assert told == ["302 Found"]
    b"".join(answer)
    assert mail.outbox == []
    answer.close()
    assert [message.to for message in mail.outbox] == [[cora.email]]


# --- one count for all processes ---------------------------------------------------------------------

COUNT = """
from django.core.cache import cache
cache.add("tries", 0, 60)
for _ in range(50):
    cache.incr("tries")
print("first" if cache.add("once", True, 60) else "later")
"""


@pytest.mark.once
def test_several_processes_count_together(tmp_path):
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", COUNT]
    env = {"VAR_DIR": str(tmp_path), "DATABASE_URL": None, "CELERY_BROKER_URL": None}
    with running(command, env=env) as one, running(command, env=env) as two, running(command, env=env) as three:
        said = []
        for each in (one, two, three):
            assert each.process.wait(180) == 0, each.output
            said.append(each.output.strip().splitlines()[-1])
    assert sorted(said) == ["first", "later", "later"]
    assert FileCache(str(tmp_path / "cache"), {}).get("tries") == 150


@pytest.fixture
def files(tmp_path):
    return FileCache(str(tmp_path), {})


@pytest.mark.once
def test_a_number_in_the_files_expires_when_it_would_have_and_a_missing_one_is_an_error(files):
    with pytest.raises(ValueError, match="not found"):
        files.incr("tries")
    files.set("tries", 1, 60)
    assert files.incr("tries") == 2
    assert 50 < files._read("tries", None)[1] <= 60
    files.set("for-good", 1, None)
    assert files.incr("for-good", 2) == 3
    files.set("tries", 1, -1)
    with pytest.raises(ValueError, match="not found"):
        files.incr("tries")


@pytest.mark.once
def test_many_threads_lose_no_count(files):
    files.set("tries", 0, 60)
    threads = [threading.Thread(target=lambda: [files.incr("tries") for _ in range(25)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert files.get("tries") == 200


@pytest.mark.once
def test_redis_counts_for_all(redis_server):
    one, two = RedisOrOwn(redis_server, {"KEY_PREFIX": "test"}), RedisOrOwn(redis_server, {"KEY_PREFIX": "test"})
    one.delete("tries")
    assert one.add("tries", 1, 60)
    assert not two.add("tries", 1, 60)
    assert two.incr("tries") == 2
    assert one.get("tries") == 2
    assert one.has_key("tries")
    assert one.touch("tries", 30)
    one.set("tries", 5, 60)
    assert two.get("tries") == 5


@pytest.mark.once
def test_without_redis_a_process_counts_on_its_own_and_says_so_once(caplog):
    alone = RedisOrOwn("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 1}})
    assert alone.add("tries", 1, 60)
    assert not alone.add("tries", 1, 60)
    assert alone.incr("tries") == 2
    assert alone.get("tries") == 2
    assert [record.message for record in caplog.records if "Redis does not answer" in record.message] == [
        "Redis does not answer (ConnectionError): this process counts on its own."
    ]


@pytest.mark.once
def test_people_sign_in_without_redis(cora, settings):
    settings.CACHES = {
        **settings.CACHES,
        "default": {"BACKEND": "coaching.shared_cache.RedisOrOwn", "LOCATION": "redis://127.0.0.1:1/0"},
    }
    assert is_let_in(from_address(HOME), cora)


@pytest.mark.once
def test_the_cache_is_where_the_broker_is(tmp_path):
    from coaching.environment import caches

    assert caches("filesystem://localhost", tmp_path)["default"]["LOCATION"] == str(tmp_path / "cache")
    by_redis = caches("redis://:secret@redis.internal:6379/0", tmp_path)
    assert (
        by_redis["default"]["LOCATION"] == by_redis["progress"]["LOCATION"] == "redis://:secret@redis.internal:6379/0"
    )


def test_a_proxys_word_on_the_address_counts_only_where_a_proxy_is(cora, settings):
    for number in range(5):
        guess(Client(REMOTE_ADDR=AWAY, headers={"X-Forwarded-For": f"203.0.113.{number}"}), cora.email)
    assert TOO_MANY in guess(Client(REMOTE_ADDR=AWAY, headers={"X-Forwarded-For": HOME}), cora.email).content
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert (
        TOO_MANY
        not in guess(Client(REMOTE_ADDR=AWAY, headers={"X-Forwarded-For": f"1.1.1.1, {HOME}"}), cora.email).content
    )
