"""Recomputes the state of many engagements from scratch, from the database and back, and one of them in one step.

Everything that is written is taken back: each chunk runs in a transaction that is rolled back.
"""

import resource
import statistics
import time
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from engagements.models import Engagement
from trust.actions.batch import Batch, lock_engagements, session_rows
from trust.actions.judgement_store import store_judgements
from trust.actions.judging import judge_batch, judgement_row

CHUNK = 4_000
STEPS_MEASURED = 50  # one session judged incrementally, so often


class Clock:
    """Seconds spent per step, by the clock on the wall and of the processor."""

    def __init__(self):
        self.seconds, self.processor = {}, {}

    @contextmanager
    def step(self, name):
        start, processor = time.perf_counter(), time.process_time()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start
        self.processor[name] = self.processor.get(name, 0.0) + time.process_time() - processor


def measure(wanted):
    """Figures of one whole run over up to `wanted` engagements, whatever their status: seconds, ratio, peak memory."""
    now = timezone.now()
    keys = list(Engagement.objects.order_by("pk").values_list("pk", flat=True)[:wanted])
    clock, sessions = Clock(), 0
    for start in range(0, len(keys), CHUNK):
        sessions += _chunk(keys[start : start + CHUNK], now, clock)
    if not keys:
        return {"engagements": 0}
    whole = clock.seconds["read"] + clock.seconds["compute"] + clock.seconds["write"]
    bare = clock.seconds["bare read"] + clock.seconds["bare write"]
    return {
        "engagements": len(keys),
        "sessions": sessions,
        **{f"{name}_s": round(seconds, 2) for name, seconds in clock.seconds.items()},
        "compute_processor_s": round(clock.processor["compute"], 2),
        "whole_s": round(whole, 2),
        "bare_s": round(bare, 2),
        "ratio": round(whole / bare, 2),
        "one_session_ms": round(_one_step(keys, now), 2),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _chunk(keys, now, clock):
    """Reads, computes and writes one chunk; then reads and writes the same with no computing in between."""
    with taken_back(), clock.step("read"):
        engagements = lock_engagements(keys)
        rows = list(session_rows(keys))
    with clock.step("compute"):
        batch = Batch(engagements, rows, now=now)
        found = judge_batch(batch, {})
        judged = [judgement_row(one, found.get(i), batch.counts[i], now) for i, one in enumerate(engagements)]
    stamps = {engagement.pk: engagement.changed_at for engagement in engagements}
    with taken_back(), clock.step("write"):
        store_judgements(judged, stamps, {})
    with taken_back(), clock.step("bare read"):
        lock_engagements(keys)
        list(session_rows(keys))
    with taken_back(), clock.step("bare write"):
        store_judgements(judged, stamps, {})
    return int(batch.counts.sum())


def _one_step(keys, now):
    """Median milliseconds of processor time when one session is new and the memory before it is kept."""
    engagements = list(Engagement.objects.filter(pk__in=keys[:STEPS_MEASURED]).select_related("program", "executive"))
    times = []
    for engagement in engagements:
        batch = Batch([engagement], session_rows([engagement.pk]), now=now)
        found = judge_batch(batch, {})
        if 0 not in found:
            continue
        kept = {engagement.pk: judgement_row(engagement, found[0], batch.counts[0], now)}
        start = time.process_time()
        judge_batch(batch, kept)
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times) if times else float("nan")


@contextmanager
def taken_back():
    """A transaction that leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
