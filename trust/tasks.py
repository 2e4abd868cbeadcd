"""Background work. Tasks take ids, look for their own work and may run twice."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from engagements.actions.background import job_run, was_long_ago
from engagements.actions.erasure import overwrite_on_disk
from engagements.actions.housekeeping import keep_house
from engagements.actions.import_runs import claim_import, fail_import, purge_imports, release_import
from engagements.actions.keeping import engagements_past_retention
from engagements.actions.reports import Overtaken, claim_report, fail_draft, order_by_rhythm
from engagements.actions.webhooks import claim_delivery, drop_delivery
from engagements.actions.webhooks import send_delivery as deliver
from engagements.imports.tables import UnreadableFile
from engagements.models import Engagement, ImportRun, SponsorReport, WebhookDelivery
from engagements.vault import WrongKey
from trust.actions.calibrating import calibrate_all
from trust.actions.check_ins import claim_check_in, note_check_in_not_sent, note_check_in_sent
from trust.actions.cohort import freeze_what_is_due
from trust.actions.digest import owe_digest, people_due
from trust.actions.erasing import erase_past_retention
from trust.actions.imports import Blocked, carry_out_run
from trust.actions.judging import CHUNK, judge_engagements
from trust.actions.report_confided import bring_quarters_into_drafts
from trust.actions.reports import draft_report as draft
from trust.actions.webhook_events import is_wanted
from trust.import_progress import note_progress
from trust.mails import send_check_in_mail
from trust.models import CheckIn, engagements_to_judge

MOST_CHUNKS_PER_SWEEP = 200
MOST_DELIVERIES = 1000
JUDGE_EVERYTHING = "Judge everything"
KEEP_TO_RETENTION = "Keep to retention"
ERASED_AT_ONCE = 50  # engagements per task: some hundred rows each
A_NIGHT_MISSED = timedelta(hours=25)


@shared_task(name="trust.keep_to_retention")
def keep_to_retention():
    """Every night: content that has been kept for long enough is erased, in chunks; then house is kept."""
    with job_run(KEEP_TO_RETENTION) as run:
        due = engagements_past_retention(timezone.now())
        run.done = len(due)
        chunks = [
            [str(key) for key in due[start : start + ERASED_AT_ONCE]] for start in range(0, len(due), ERASED_AT_ONCE)
        ]
        for chunk in chunks:
            erase_chunk.delay(chunk)
    with job_run("Keep house") as run:
        run.done = sum(keep_house(now=timezone.now()).values())
        overwrite_on_disk()


@shared_task(name="trust.erase_chunk")
def erase_chunk(engagement_ids):
    """Erases those of a chunk whose time is still over."""
    erase_past_retention(now=timezone.now(), keys=engagement_ids)


@shared_task(name="trust.judge")
def judge(engagement_ids):
    """Judges a chunk of engagements as of now."""
    judge_engagements(engagement_ids, now=timezone.now())


@shared_task(name="trust.sweep_judgements")
def sweep_judgements():
    """Every minute: whatever owes a judgement, in chunks that several workers can take.

    Where nothing ran last night (a laptop, a server that was down), the night's work is made up for now.
    """
    if was_long_ago(JUDGE_EVERYTHING, A_NIGHT_MISSED, now=timezone.now()):
        calibrate()
        judge_everything()
        freeze_cohorts()
        keep_to_retention()
    with job_run("Judge what is due") as run:
        owing = list(engagements_to_judge()[: CHUNK * MOST_CHUNKS_PER_SWEEP])
        run.done = len(owing)
        _judge_in_chunks(owing)


@shared_task(name="trust.judge_everything")
def judge_everything():
    """Every night: all open engagements, whatever the sweep believes."""
    with job_run(JUDGE_EVERYTHING) as run:
        everything = list(Engagement.objects.open().order_by("pk").values_list("pk", flat=True))
        run.done = len(everything)
        _judge_in_chunks(everything)


@shared_task(name="trust.calibrate")
def calibrate():
    """Every night, before everything is judged: each organization's own parameters and thresholds."""
    with job_run("Calibrate") as run:
        run.done = calibrate_all(now=timezone.now())


@shared_task(name="trust.freeze_cohorts")
def freeze_cohorts():
    """Every night: figures over groups, of quarters that are over long enough and not written yet."""
    with job_run("Freeze cohort figures") as run:
        run.done = freeze_what_is_due(now=timezone.now())
        bring_quarters_into_drafts()


def _judge_in_chunks(ids):
    chunks = [[str(pk) for pk in ids[start : start + CHUNK]] for start in range(0, len(ids), CHUNK)]
    for chunk in chunks[1:]:
        judge.delay(chunk)
    if chunks:
        judge(chunks[0])  # one chunk is done here and now: no second trip through the broker


@shared_task(name="trust.send_digests")
def send_digests():
    """Every hour: the weekly digest, to those whose morning of the week it is; once a week, however often it runs."""
    with job_run("Send digests") as run:
        now = timezone.now()
        due = list(people_due(now).values_list("pk", flat=True))
        run.done = sum(owe_digest(user_id=pk, now=now) for pk in due)


@shared_task(name="trust.send_due_check_ins")
def send_due_check_ins():
    """Every minute: mails that are due, one task each so that a bad address stops nobody else's."""
    with job_run("Send check-ins") as run:
        due = list(CheckIn.objects.due(timezone.now()).order_by("send_after", "pk").values_list("pk", flat=True))
        run.done = len(due)
        for check_in_id in due:
            send_check_in.delay(str(check_in_id))


@shared_task(name="trust.send_check_in")
def send_check_in(check_in_id):
    """Mails one check-in link, unless another worker has it or it is no longer wanted."""
    check_in = claim_check_in(check_in_id=check_in_id, now=timezone.now())
    if check_in is None:
        return
    try:
        send_check_in_mail(check_in)
    except OSError:  # SMTP errors are OSErrors, too
        note_check_in_not_sent(check_in=check_in, now=timezone.now())
        raise
    note_check_in_sent(check_in=check_in, now=timezone.now())


@shared_task(name="trust.send_due_deliveries")
def send_due_deliveries():
    """Every minute: messages to webhooks that are due, one task each so that a slow address stops nobody else's."""
    with job_run("Send to webhooks") as run:
        due = list(WebhookDelivery.objects.due(timezone.now()).values_list("pk", flat=True)[:MOST_DELIVERIES])
        run.done = len(due)
        for delivery_id in due:
            send_delivery.delay(str(delivery_id))


@shared_task(name="trust.send_delivery")
def send_delivery(delivery_id):
    """One try of one message, unless another worker has it or its person may not know of it any more."""
    delivery = claim_delivery(delivery_id=delivery_id, now=timezone.now())
    if delivery is None:
        return
    if not is_wanted(delivery):
        drop_delivery(delivery=delivery)
        return
    deliver(delivery=delivery, now=timezone.now())


@shared_task(name="trust.sweep_imports")
def sweep_imports():
    """Every minute: imports that nobody has carried out yet; what is kept too long goes."""
    with job_run("Carry out imports") as run:
        purge_imports(now=timezone.now())
        owed = list(ImportRun.objects.owed(timezone.now()).values_list("pk", flat=True))
        run.done = len(owed)
        for run_id in owed:
            carry_out_import.delay(str(run_id))


@shared_task(name="trust.carry_out_import")
def carry_out_import(run_id):
    """Carries out one import in one transaction, unless another worker has it or did it."""
    run = claim_import(run_id=run_id, now=timezone.now())
    if run is None:
        return
    try:
        carry_out_run(run=run, now=timezone.now(), progress=lambda done, total: note_progress(run_id, done, total))
    except (UnreadableFile, Blocked) as problem:
        fail_import(run=run, problem=str(problem), now=timezone.now())
    except WrongKey:  # the next sweep tries again: once the right key is back, the file is still there
        release_import(run=run)
        raise
    except Exception:
        fail_import(run=run, problem="Something went wrong on our side. Nothing was changed.", now=timezone.now())
        raise


@shared_task(name="trust.order_reports")
def order_reports():
    """Every hour: sponsor reports of programs whose month or quarter is over."""
    with job_run("Order reports") as run:
        run.done = order_by_rhythm(now=timezone.now())


@shared_task(name="trust.sweep_reports")
def sweep_reports():
    """Every minute: sponsor reports that nobody drafts."""
    with job_run("Draft reports") as run:
        owed = list(SponsorReport.objects.owed(timezone.now()).values_list("pk", flat=True))
        run.done = len(owed)
        for report_id in owed:
            draft_report.delay(str(report_id))


@shared_task(name="trust.draft_report")
def draft_report(report_id):
    """Drafts one report, unless another worker has it or it was discarded."""
    report = claim_report(report_id=report_id, now=timezone.now())
    if report is None:
        return
    try:
        draft(report=report, clock=timezone.now)
    except Overtaken:
        return
    except WrongKey:  # the next sweep tries again: once the right key is back, the words can be read
        raise
    except Exception:
        fail_draft(report=report, now=timezone.now())
        raise
