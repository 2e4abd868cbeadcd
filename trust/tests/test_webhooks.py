"""Webhooks: told by ids, signed, tried again, never to a private address, never what the person may not know."""

import hashlib
import hmac
import json
import ssl
import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import time_machine
from django.core.cache import cache

from coaching.tests.cast import at
from engagements.actions.people import remove_manager
from engagements.actions.webhooks import WAITS, add_webhook, secret_of
from engagements.models import Webhook, WebhookDelivery, WebhookEvent
from engagements.models.interface import MOST_TRIES
from engagements.views.webhooks import MOST_AGAIN
from engagements.webhook_sending import NotReached, is_outside, post
from trust.actions.flags import reconcile_flags, resolve_flag
from trust.actions.session_log import log_session
from trust.models import Flag
from trust.process_rules import Finding, Verdict
from trust.tasks import send_delivery, send_due_deliveries

ALL = WebhookEvent.values


class Listener(BaseHTTPRequestHandler):
    """Keeps what arrives and answers with the statuses it was given, the last one for ever."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server = self.server
        server.got.append((self.path, dict(self.headers), body))
        status = server.statuses.pop(0) if len(server.statuses) > 1 else server.statuses[0]
        self.send_response(status)
        if status == 302:
            self.send_header("Location", f"http://127.0.0.1:{server.server_port}/elsewhere")
        self.send_header("Content-Length", "10000000")  # more than anybody waits for
        self.end_headers()

    def log_message(self, *args):
        pass


@contextmanager
def listening(*statuses):
    """A server on this machine."""
    server = HTTPServer(("127.0.0.1", 0), Listener)
    server.got, server.statuses = [], list(statuses)
    server.url = f"http://127.0.0.1:{server.server_port}/hook?for=me"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def on_this_machine(settings):
    cache.clear()
    settings.WEBHOOKS_INSIDE = True
    settings.CELERY_TASK_ALWAYS_EAGER = True
    from celery import current_app

    current_app.conf.task_always_eager = True
    yield
    current_app.conf.task_always_eager = False


def open_flag(cast, kind="QUIET", level="ALARM", now=None):
    now = now or at()
    finding = Finding(kind, Verdict.RAISE, {}, level=level)
    reconcile_flags(engagement=cast.mine.engagement, findings=[finding], now=now)
    return Flag.objects.filter(kind=kind).latest("opened_at")


@pytest.mark.django_db
def test_a_flag_is_told_to_its_coach_and_its_manager_signed_and_by_ids_only(cast):
    with listening(200) as server:
        hooks = [add_webhook(user=user, url=server.url, events=ALL, now=at()) for user in (cast.cora, cast.pia)]
        for nobody_s in (cast.otto, cast.petra, cast.sten, cast.ada):
            add_webhook(user=nobody_s, url=server.url, events=ALL, now=at())
        flag = open_flag(cast)
        send_due_deliveries()
    assert len(server.got) == 2
    for path, headers, body in server.got:
        told = json.loads(body)
        assert path == "/hook?for=me"
        assert {key: told[key] for key in ("event", "engagement_id", "subject_id")} == {
            "event": "FLAG_OPENED",
            "engagement_id": str(cast.mine.engagement.pk),
            "subject_id": str(flag.pk),
        }
        assert set(told) == {"id", "event", "happened_at", "engagement_id", "subject_id"}
        assert told["happened_at"] == at().date().isoformat()  # no moment to lay beside that of a session
        second, _, signature = headers["Point-Of-Trust-Signature"].removeprefix("t=").partition(",v1=")
        signed = f"{second}.".encode() + body
        assert signature in {hmac.new(secret_of(hook).encode(), signed, hashlib.sha256).hexdigest() for hook in hooks}
    assert set(WebhookDelivery.objects.values_list("status", "answer", "tries")) == {("SENT", 200, 1)}


@pytest.mark.django_db
def test_a_message_that_fails_is_tried_again_after_longer_and_longer_waits_and_arrives(cast):
    start = at(0, 1)
    with listening(500, 302, 200) as server, time_machine.travel(start, tick=False) as clock:
        add_webhook(user=cast.cora, url=server.url, events=ALL, now=at())
        open_flag(cast, now=start)
        for answer, wait in ((500, WAITS[0]), (302, WAITS[1])):
            send_due_deliveries()
            send_due_deliveries()
            delivery = WebhookDelivery.objects.get()
            assert (delivery.status, delivery.answer) == ("DUE", answer)
            assert delivery.send_after == start + wait + (WAITS[0] if answer == 302 else timedelta())
            clock.shift(wait)
        send_due_deliveries()
        delivery.refresh_from_db()
    assert (delivery.status, delivery.answer, delivery.tries) == ("SENT", 200, 3)
    assert [path for path, _, _ in server.got] == ["/hook?for=me"] * 3  # nobody followed the redirect
    assert len({body for _, _, body in server.got}) == 1


@pytest.mark.django_db
def test_after_the_last_try_it_is_given_up_and_can_be_sent_again(cast, as_user):
    with listening(503) as server, time_machine.travel(at(0, 1), tick=False) as clock:
        hook = add_webhook(user=cast.cora, url=server.url, events=ALL, now=at())
        open_flag(cast, now=at(0, 1))
        for _ in range(MOST_TRIES + 2):
            send_due_deliveries()
            clock.shift(timedelta(days=1, seconds=1))
        delivery = WebhookDelivery.objects.get()
        assert (delivery.status, delivery.tries, len(server.got)) == ("FAILED", MOST_TRIES, MOST_TRIES)
        server.statuses = [204]
        client = as_user(cast.cora)
        page = client.get(f"/profile/webhooks/{hook.pk}/").text
        assert "Given up" in page
        assert "HTTP 503" in page
        client.post(f"/profile/deliveries/{delivery.pk}/again/")
        send_due_deliveries()
        assert "HTTP 204" in client.get(f"/profile/webhooks/{hook.pk}/").text


@pytest.mark.django_db
def test_nobody_listening_is_a_failure_like_others(cast):
    with listening(200) as server:
        pass
    add_webhook(user=cast.cora, url=server.url, events=ALL, now=at())
    open_flag(cast)
    send_due_deliveries()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.status, delivery.answer, delivery.tries) == ("DUE", None, 1)


@pytest.mark.django_db
def test_a_manager_is_not_told_of_what_the_agreement_does_not_open(cast):
    with listening(200) as server:
        add_webhook(user=cast.pia, url=server.url, events=ALL, now=at())
        agreement = cast.mine.engagement.agreements.get()
        agreement.discloses_regressing = False
        agreement.save()
        open_flag(cast, kind="REGRESSING")
        watched = open_flag(cast, kind="BUDGET", level="WATCH", now=at(0, -1))
        send_due_deliveries()
        assert not WebhookDelivery.objects.exists()  # no trace in a list that she reads
        open_flag(cast, kind="BUDGET")
        send_due_deliveries()
    assert [json.loads(body)["subject_id"] for _, _, body in server.got] == [str(watched.pk)]


@pytest.mark.django_db
def test_rights_that_ended_before_sending_drop_the_message(cast):
    with listening(200) as server:
        for user in (cast.pia, cast.cora):
            add_webhook(user=user, url=server.url, events=ALL, now=at())
        open_flag(cast)
        remove_manager(membership=cast.mine.program.managers.get(user=cast.pia), by=cast.ada, now=at())
        cast.cora.is_active = False
        cast.cora.save()
        send_due_deliveries()
    assert server.got == []
    assert set(WebhookDelivery.objects.values_list("status", flat=True)) == {"DROPPED"}


@pytest.mark.django_db
def test_a_session_logged_and_a_flag_closed_are_told_once_each_and_only_to_who_asked(cast):
    with listening(200) as server:
        add_webhook(user=cast.cora, url=server.url, events=["SESSION_LOGGED"], now=at())
        add_webhook(user=cast.cora, url=server.url, events=["FLAG_CLOSED"], now=at())
        log = {"minutes": 60, "ratings": {}, "note": "Not told."}
        for minute in range(2):
            log_session(session=cast.mine.session, by=cast.cora, now=at() + timedelta(minutes=minute), **log)
        flag = open_flag(cast)
        resolve_flag(flag=flag, by=cast.cora, now=at())
        send_due_deliveries()
        send_due_deliveries()
    told = sorted((json.loads(body)["event"], json.loads(body)["subject_id"]) for _, _, body in server.got)
    assert told == [("FLAG_CLOSED", str(flag.pk)), ("SESSION_LOGGED", str(cast.mine.session.pk))]
    assert not any(b"Not told" in body for _, _, body in server.got)


@pytest.mark.django_db
def test_an_ended_webhook_is_told_nothing_more(cast, as_user):
    with listening(200) as server:
        hook = add_webhook(user=cast.cora, url=server.url, events=ALL, now=at())
        open_flag(cast)
        as_user(cast.cora).post(f"/profile/webhooks/{hook.pk}/end/")
        open_flag(cast, kind="BUDGET")
        send_due_deliveries()
    assert server.got == []


@pytest.mark.django_db
def test_an_address_with_an_impossible_port_fails_like_one_that_nobody_answers(cast):
    add_webhook(user=cast.cora, url="https://hooks.example:99999/", events=ALL, now=at())
    open_flag(cast)
    send_due_deliveries()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.status, delivery.answer, delivery.tries) == ("DUE", None, 1)


@pytest.mark.django_db
def test_nobody_has_messages_sent_again_without_end(cast, as_user):
    with listening(200) as server:
        add_webhook(user=cast.cora, url=server.url, events=ALL, now=at())
        open_flag(cast)
        delivery = WebhookDelivery.objects.get()
        for _ in range(MOST_AGAIN + 3):
            as_user(cast.cora).post(f"/profile/deliveries/{delivery.pk}/again/")
            send_delivery(str(delivery.pk))
    assert len(server.got) == MOST_AGAIN


@pytest.mark.django_db
def test_two_workers_with_one_message_send_it_once(cast):
    with listening(200) as server:
        add_webhook(user=cast.cora, url=server.url, events=ALL, now=at())
        open_flag(cast)
        delivery = WebhookDelivery.objects.get()
        for _ in range(2):
            send_delivery(str(delivery.pk))
    assert len(server.got) == 1


# --- pages ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_signing_secret_is_shown_once(cast, as_user, settings):
    settings.WEBHOOKS_INSIDE = False
    client = as_user(cast.cora)
    client.get("/profile/webhooks/")
    shown = client.post("/profile/webhooks/", {"url": "https://hooks.example/me", "events": ["FLAG_OPENED"]})
    secret = secret_of(Webhook.objects.get())
    assert secret in shown.text
    assert secret not in client.get("/profile/webhooks/").text
    assert secret not in str(list(Webhook.objects.values()))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "ftp://hooks.example/",
        "javascript:alert(1)",
        "https://a:b@hooks.example/",
        "https://",
        "https://hooks.example:99999/",
    ],
)
def test_an_address_is_https_and_carries_no_password(cast, as_user, settings, url):
    settings.WEBHOOKS_INSIDE = False
    as_user(cast.cora).get("/profile/webhooks/")
    assert as_user(cast.cora).post("/profile/webhooks/", {"url": url, "events": ALL}).status_code == 200
    assert not Webhook.objects.exists()


# --- never inside --------------------------------------------------------------------------------

INSIDE = (
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",  # noqa: S104
    "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
    "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:1::",
)  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_of_a_private_network_is_inside_whatever_it_is_dressed_as(address):
    assert not is_outside(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_a_public_address_is_outside(address):
    assert is_outside(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "127.1", "2130706433"])
def test_nothing_is_sent_to_this_machine(host):
    with listening(200) as server:
        with pytest.raises(NotReached, match="not on the public network"):
            post(f"https://{host}:{server.server_port}/", b"{}", {})
        assert server.got == []


def test_without_tls_nothing_is_sent():
    with pytest.raises(NotReached, match="https"):
        post("http://hooks.example/", b"{}", {})


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path):
    with listening(200) as server:
        server.socket = _with_own_certificate(server.socket, tmp_path)
        with pytest.raises(NotReached, match="SSLCertVerificationError"):
            post(f"https://localhost:{server.server_port}/", b"{}", {}, may_stay_inside=True)
        assert server.got == []


def _with_own_certificate(socket, folder):
    from datetime import UTC, datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1)
    )
    certificate = builder.sign(key, hashes.SHA256())
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "pem").write_bytes(key.private_bytes(*private) + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "pem")
    return context.wrap_socket(socket, server_side=True)
