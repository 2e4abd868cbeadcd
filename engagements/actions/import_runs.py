"""The life of an import run: brought, reviewed, queued, claimed, finished, gone."""

import json
from datetime import timedelta

from django.db import transaction

from engagements import vault
from engagements.actions.audit import record
from engagements.actions.keys import sealing_ring
from engagements.key_ring import key_ring
from engagements.models import ImportRun, ImportStatus
from engagements.models.import_run import KEPT_HOURS

MOST_OPEN_RUNS = 20  # per person: files are kept in the database for a day


class TooMany(Exception):
    """The person has more unfinished imports than are kept."""


class NotReviewable(Exception):
    """The run was queued, carried out or discarded in the meantime."""


@transaction.atomic
def start_import(*, kind, name, content, options, by, now):
    """Keeps a file for review, sealed. Raises TooMany, WrongKey."""
    if ImportRun.objects.filter(owner=by).count() >= MOST_OPEN_RUNS:
        raise TooMany("Finish or discard one of your earlier imports first.")
    run = ImportRun(owner=by, kind=kind, options=options, created_at=now, expires_at=_a_day_from(now))
    data_key = vault.new_key()
    run.wrapped_key = sealing_ring().wrap(data_key, _owner_of_key(run))
    run.sealed_name = vault.seal_text(data_key, name[:200], _place(run, "name"))
    run.sealed_file = vault.seal_bytes(data_key, content, _place(run, "file"))
    run.save()
    record(by=by, verb="import.brought", subject=run, now=now, detail={"kind": str(kind)})
    return run


@transaction.atomic
def choose_options(*, run, options, by, now):
    """How the file is to be read. Positions and choices only. Raises NotReviewable."""
    changed = ImportRun.objects.filter(pk=run.pk, status=ImportStatus.REVIEW).update(options=options)
    if not changed:
        raise NotReviewable
    run.options = options
    record(by=by, verb="import.options_chosen", subject=run, now=now)
    return run


@transaction.atomic
def queue_import(*, run, by, now):
    """Hands the run to the workers. Raises NotReviewable the second time."""
    if not ImportRun.objects.filter(pk=run.pk, status=ImportStatus.REVIEW).update(status=ImportStatus.QUEUED):
        raise NotReviewable
    record(by=by, verb="import.queued", subject=run, now=now)


def claim_import(*, run_id, now):
    """The run, for the one worker that gets it; None for every other."""
    owed = ImportRun.objects.filter(pk=run_id).owed(now).order_by()
    if not owed.update(status=ImportStatus.RUNNING, claimed_at=now):
        return None
    return ImportRun.objects.select_related("owner").get(pk=run_id)


@transaction.atomic
def finish_import(*, run, counts, refused, now):
    """Carried out: the file is destroyed, the refused rows stay for a day. Part of the same transaction."""
    run = ImportRun.objects.select_for_update(of=("self",)).select_related("owner").get(pk=run.pk)
    run.status, run.finished_at, run.counts = ImportStatus.DONE, now, counts
    run.sealed_file, run.expires_at = None, _a_day_from(now)
    run.sealed_report = vault.seal_bytes(_key(run), json.dumps(refused).encode(), _place(run, "report"))
    run.save()
    record(by=run.owner, verb="import.carried_out", subject=run, now=now, detail={"kind": run.kind, "counts": counts})
    return run


@transaction.atomic
def fail_import(*, run, problem, now):
    """Not carried out, and why in words without content. The file goes: nothing of it was taken over."""
    ImportRun.objects.filter(pk=run.pk, status=ImportStatus.RUNNING).update(
        status=ImportStatus.FAILED,
        problem=problem[:200],
        finished_at=now,
        sealed_file=None,
        expires_at=_a_day_from(now),
    )
    record(by=run.owner, verb="import.failed", subject=run, now=now)


def release_import(*, run):
    """Puts a claimed run back into the queue as it was: not its file was wrong, but what it takes to open it."""
    ImportRun.objects.filter(pk=run.pk, status=ImportStatus.RUNNING).update(status=ImportStatus.QUEUED, claimed_at=None)


@transaction.atomic
def discard_import(*, run, by, now):
    """Destroys file, refused rows and key."""
    gone, _ = ImportRun.objects.filter(pk=run.pk).exclude(status=ImportStatus.RUNNING).delete()
    if gone:
        record(by=by, verb="import.discarded", subject=run, now=now)


def purge_imports(*, now):
    """Destroys what is older than it is kept; returns how many runs."""
    gone, _ = ImportRun.objects.exclude(status=ImportStatus.RUNNING).filter(expires_at__lte=now).delete()
    return gone


def name_of(run) -> str:
    """The name the file had."""
    return vault.open_text(_key(run), run.sealed_name, _place(run, "name"))


def content_of(run) -> bytes:
    """The file."""
    return vault.open_bytes(_key(run), run.sealed_file, _place(run, "file"))


def report_of(run) -> dict:
    """{header, rows: [{row, reason, cells}]} of what was refused."""
    if run.sealed_report is None:
        return {"header": [], "rows": []}
    return json.loads(vault.open_bytes(_key(run), run.sealed_report, _place(run, "report")))


def _key(run):
    return key_ring().unwrap(run.wrapped_key, _owner_of_key(run))


def _owner_of_key(run):
    return f"import-run:{run.pk}"


def _place(run, kind):
    return vault.Place(engagement="", kind=f"import-{kind}", subject=str(run.pk), revision=1)


def _a_day_from(now):
    return now + timedelta(hours=KEPT_HOURS)
