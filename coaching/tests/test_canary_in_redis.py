"""What Redis gets to see: messages with keys of rows, counts of tries, how far an import is; no word and no value."""

import redis
from celery import current_app
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from coaching.tests.confided import confide
from coaching.tests.test_canary import SAID, betrays
from engagements.models import Letter
from trust import tasks
from trust.import_progress import note_progress
from trust.models import CheckIn


def held_by(server):
    """Every key and value of a Redis, as bytes."""
    for key in server.scan_iter():
        yield key
        kind = server.type(key)
        if kind == b"string":
            yield server.get(key)
        elif kind == b"list":
            yield from server.lrange(key, 0, -1)
        elif kind == b"hash":
            yield from (part for pair in server.hgetall(key).items() for part in pair)
        elif kind == b"set":
            yield from server.smembers(key)
        else:
            yield from server.zrange(key, 0, -1)


def test_messages_counts_and_progress_in_redis_hold_nothing_confided(db, cast, redis_server, settings):
    server = redis.Redis.from_url(redis_server)
    server.flushall()
    cache = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_server}
    settings.CACHES = {**settings.CACHES, "default": cache, "progress": cache}
    run = confide(cast, SAID)
    keys = {
        tasks.judge: [[str(cast.mine.engagement.pk)]],
        tasks.send_check_in: [str(CheckIn.objects.first().pk)],
        tasks.carry_out_import: [str(run.pk)],
        current_app.tasks["engagements.send_letter"]: [str(row.pk) for row in Letter.objects.all()[:1]] or ["none"],
    }
    with current_app.connection_for_write(url=redis_server) as broker:
        for task, args in keys.items():
            task.apply_async(args, connection=broker)
    note_progress(run.pk, 3, 9)
    client = Client()
    client.post(reverse("account_login"), {"login": cast.cora.email, "password": "not this one, and long"})
    client.get(reverse("check_in_open", args=["0" * 64]))
    client.force_login(cast.cora)
    client.get(reverse("engagement_detail", args=[cast.mine.engagement.pk]))
    held = list(held_by(server))
    assert any(str(cast.mine.engagement.pk).encode() in one or b"celery" in one for one in held)
    assert any(b"tries:" in one or b"rl:" in one for one in held)
    assert not [one for one in held if betrays(one)]
    assert not [one for one in held if cast.cora.email.encode() in one or b"Emil" in one]
    caches["default"].close()
    server.flushall()
