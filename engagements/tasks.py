"""Background work of this package: letters. Tasks take ids, look for their own work and may run twice."""

from celery import shared_task
from django.utils import timezone

from engagements.actions.background import job_run
from engagements.actions.endings import ask_follow_up
from engagements.actions.letters import claim_letter, drop_letter, is_wanted, note_letter_not_sent, note_letter_sent
from engagements.actions.letters import send_letter as mail
from engagements.actions.program_figures import count_programs
from engagements.actions.reminders import (
    remind_of_session,
    remind_to_log,
    sessions_nobody_logged,
    sessions_to_remind_of,
)
from engagements.actions.report_asking import ask_executive, engagements_to_ask
from engagements.actions.standings import keep_standings_of, mend_standings, move_standings_on
from engagements.models import FollowUp, Letter, SponsorReport

MOST_PER_SWEEP = 2000


@shared_task(name="engagements.send_due_letters")
def send_due_letters():
    """Every minute: letters that are due, one task each so that a bad address stops nobody else's."""
    with job_run("Send letters") as run:
        due = list(Letter.objects.due(timezone.now()).values_list("pk", flat=True)[:MOST_PER_SWEEP])
        run.done = len(due)
        for letter_id in due:
            send_letter.delay(str(letter_id))


@shared_task(name="engagements.ask_follow_ups")
def ask_follow_ups():
    """Every hour: follow-ups whose day has come."""
    with job_run("Ask follow-ups") as run:
        now = timezone.now()
        due = list(FollowUp.objects.due(now).oldest_first().values_list("pk", flat=True)[:MOST_PER_SWEEP])
        run.done = sum(ask_follow_up(follow_up_id=pk, now=now) for pk in due)


@shared_task(name="engagements.ask_for_release")
def ask_for_release():
    """Every minute, and when a manager asks: a link to each executive about whom a sponsor report would speak."""
    with job_run("Ask for release") as run:
        for report in SponsorReport.objects.asking():
            keys = engagements_to_ask(report, MOST_PER_SWEEP)
            run.done += sum(ask_executive(report=report, engagement_id=key, now=timezone.now()) for key in keys)


@shared_task(name="engagements.remind")
def remind():
    """Every ten minutes: who meets within a day, and what nobody has logged."""
    with job_run("Remind") as run:
        now = timezone.now()
        run.done = sum(remind_of_session(session=one, now=now) for one in sessions_to_remind_of(now))
        run.done += sum(remind_to_log(session=one, now=now) for one in sessions_nobody_logged(now))


@shared_task(name="engagements.move_standings_on")
def move_standings():
    """Every two minutes: where a session has begun, and what has no standing yet."""
    with job_run("Keep standings") as run:
        run.done = move_standings_on(timezone.now(), MOST_PER_SWEEP)


@shared_task(name="engagements.count_programs")
def count_kept_figures():
    """Every five minutes: figures of large programs that have some age."""
    with job_run("Count programs") as run:
        run.done = count_programs(timezone.now())


@shared_task(name="engagements.mend_standings")
def mend_all_standings():
    """Every night: all of them against the truth; `done` says how many differed."""
    with job_run("Mend standings") as run:
        run.done = mend_standings(timezone.now())


@shared_task(name="engagements.rename_in_standings")
def rename_in_standings(whose, pk):
    """After the admin on its own has changed a name or an address."""
    keep_standings_of(**{whose: pk}, now=timezone.now())


@shared_task(name="engagements.send_letter")
def send_letter(letter_id):
    """Mails one letter, unless another worker has it or it is no longer wanted."""
    now = timezone.now()
    letter = claim_letter(letter_id=letter_id, now=now)
    if letter is None:
        return
    if not is_wanted(letter, now):
        drop_letter(letter=letter)
        return
    try:
        mail(letter)
    except OSError:  # SMTP errors are OSErrors, too
        note_letter_not_sent(letter=letter, now=timezone.now())
        raise
    note_letter_sent(letter=letter, now=timezone.now())
